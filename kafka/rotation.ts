/**
 * How one generation of something by which nodes know each other takes over from the one before, while some of them have rolled
 * and some have not: first everybody takes both, then everybody shows the new one, then the old one is taken no more.
 */

/**
 * done: there is one; trust: both are taken, the one before is still shown; the third, whose word says what showing is: both are
 * taken, this one is shown.
 */
export interface Rotating<Shown extends string> {
  /** Counts from 1. */
  readonly generation: number;
  readonly rotation: "done" | "trust" | Shown;
}

/** Generations that are taken, the newest first. */
export const taken = ({ generation, rotation }: Rotating<string>): number[] =>
  rotation === "done" || generation === 1 ? [generation] : [generation, generation - 1];

/** The generation that is shown. */
export const shown = ({ generation, rotation }: Rotating<string>): number =>
  rotation === "trust" ? Math.max(1, generation - 1) : generation;

/**
 * What may follow, the way forward first.
 * @param word that of the third step
 */
export function nextStates<Shown extends string>(
  { generation, rotation }: Rotating<Shown>,
  word: Shown,
): readonly Rotating<Shown>[] {
  const at = (step: Rotating<Shown>["rotation"], of = generation): Rotating<Shown> => ({
    generation: of,
    rotation: step,
  });
  if (rotation === "done") return [at("trust", generation + 1)];
  if (rotation === word) return [at("done"), at("trust")];
  return [at(word), ...(generation > 1 ? [at("done", generation - 1)] : [])];
}

/** End of the names of what belongs to a generation: the first has none. */
export const generationSuffix = (generation: number): string => (generation === 1 ? "" : `-${generation}`);

export const rotationText = ({ generation, rotation }: Rotating<string>): string =>
  `generation ${generation}, ${rotation}`;
