/** What a stack file can have wrong with it, said the same way by the schema, by the rules and by the readers of files. */

export type Severity = "error" | "warning";

/** What a check found; the rule adds its name and severity. */
export interface Finding {
  /** Where in the settings, e.g. `topics.items["user.events"].partitions`. */
  readonly path: string;
  /** The value as it stands, as a person wrote it. */
  readonly found: string;
  readonly expected: string;
  /** What to do about it. */
  readonly remedy: string;
}

export interface Problem extends Finding {
  /** Name of the rule, in kebab case. */
  readonly rule: string;
  readonly severity: Severity;
}

/** One problem on one line: `[rule] path: found …, expected … — remedy`. deploy/ reads these lines back. */
export function formatProblem({ rule, path, found, expected, remedy }: Problem): string {
  return `[${rule}] ${path}: found ${found}, expected ${expected} — ${remedy}`.replaceAll(/\s*[\r\n]+\s*/g, " ");
}

/** Thrown with every problem of a stack file, or of a change of it, at once; warnings are listed after the errors. */
export class SettingsError extends Error {
  readonly problems: readonly Problem[];

  /** @param where end of the first line; deploy/ reads it back */
  constructor(problems: readonly Problem[], where: "in the settings" | "with the change" = "in the settings") {
    const errors = problems.filter(({ severity }) => severity === "error");
    const warnings = problems.filter(({ severity }) => severity === "warning");
    const count = `${errors.length} ${errors.length === 1 ? "problem" : "problems"} ${where}`;
    const lines = [count, ...errors.map(formatProblem)];
    if (warnings.length > 0) lines.push("also worth a look", ...warnings.map(formatProblem));
    super(lines.join("\n"));
    this.name = "SettingsError";
    this.problems = [...errors, ...warnings];
  }
}

/** A value as a message shows it: text in quotes, everything else as YAML's flow form. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
