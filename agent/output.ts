/** Where a role's words go: lines for people on stdout, or one JSON document there with the lines on stderr. */

export interface Output {
  /** What the role found or did. */
  readonly line: (text: string) => void;
  /** What it waits for or how far it is; not part of the result. */
  readonly progress: (text: string) => void;
  /** The machine-readable result; printed with `--json` only. */
  readonly document: (value: unknown) => void;
  /** A line that says what is wrong; kept for the last words of a failed run. */
  readonly bad: (text: string) => void;
  readonly lastWords: readonly string[];
}

export function openOutput(json: boolean, write: Streams = { out: process.stdout, err: process.stderr }): Output {
  const lastWords: string[] = [];
  const say = (text: string) => {
    (json ? write.err : write.out).write(`${text}\n`);
  };
  return {
    line: say,
    progress: say,
    bad: (text) => {
      lastWords.push(text);
      say(text);
    },
    document: (value) => {
      if (json) write.out.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    lastWords,
  };
}

/** Where text goes; a process's own streams by default. */
export interface Streams {
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown };
}
