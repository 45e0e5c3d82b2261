/** What a row of the table is: one goal, measured side by side in one run. */

export interface Measurement {
  /** What was measured, as the table says it. */
  readonly what: string;
  /** The figure and what it came from, such as `1.32× (1.82 s against 1.38 s)`. */
  readonly figure: string;
  /** Undefined where there is none: the figure says what something costs. */
  readonly goal?: string;
  readonly met?: boolean;
  /** How it was measured, in one or two sentences. */
  readonly how: string;
}

export interface Row {
  /** Name on the command line. */
  readonly name: string;
  run(say: (line: string) => void): Promise<Measurement[]>;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}

/** Runs two things in turns, so that a noisy moment hits both, and gives each one's figures. */
export async function inTurns(
  rounds: number,
  first: (round: number) => Promise<number>,
  second: (round: number) => Promise<number>,
): Promise<[number[], number[]]> {
  const figures: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? [0, 1] : [1, 0];
    for (const which of order) {
      const figure = await (which === 0 ? first : second)(round);
      figures[which === 0 ? 0 : 1].push(figure);
    }
  }
  return figures;
}

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;

/** `1.32× (1.82 s against 1.38 s)` */
export const ratio = (ours: number, theirs: number): string =>
  `${(ours / theirs).toFixed(2)}× (${seconds(ours)} against ${seconds(theirs)})`;
