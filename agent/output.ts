/** Where a role's words go: lines for people on stdout, or one JSON document there with the lines on stderr. */

export interface Output {
  /** What the role found or did. */
  readonly line: (text: string) => void;
  /** What it waits for or how far it is; not part of the result. */
  readonly progress: (text: string) => void;
  /** The machine-readable result; printed with `--json` only. */
  readonly document: (value: unknown) => void;
  /** Everything said so far, for the last words of a failed run. */
  readonly said: readonly string[];
}

export function openOutput(json: boolean, write = { out: process.stdout, err: process.stderr }): Output {
  const said: string[] = [];
  const say = (text: string) => {
    said.push(text);
    (json ? write.err : write.out).write(`${text}\n`);
  };
  return {
    line: say,
    progress: say,
    document: (value) => {
      if (json) write.out.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    said,
  };
}
