/**
 * The role `grow`: brings volume claims up to the size that a stack states. A StatefulSet cannot: its claim templates are
 * fixed, so that replicas which join later are born at the old size too. No claim ever shrinks.
 */
import { EXIT, type ExitCode } from "../exit.ts";
import type { Output } from "../output.ts";
import { count } from "../reconcile/format.ts";
import { type Patience, persist, TransientError } from "../retry.ts";
import { nextStep, type Wanted } from "./claims.ts";
import type { Claims } from "./kubernetes.ts";

/** The document of `--json`. */
export interface GrowReport {
  readonly outcome: "grown" | "unchanged" | "failed";
  /** Claims that were asked to grow. */
  readonly grown: readonly string[];
  /** What is wrong, by claim. */
  readonly problems: readonly string[];
}

const PACE = { first: 500, longest: 5_000 };

/** Each claim on its own: one that cannot grow keeps no other from it. */
export async function grow(
  claims: Claims,
  wanted: readonly Wanted[],
  deadline: number,
  out: Output,
): Promise<ExitCode> {
  const patience: Patience = { deadline, say: out.progress };
  const grown: string[] = [];
  const one = async (want: Wanted): Promise<string | undefined> => {
    const attempt = async (): Promise<void> => {
      const step = nextStep(want, await claims.read(want.name));
      if (step.kind === "done") return;
      if (step.kind === "wait") throw new TransientError(`claim ${want.name}: ${step.why}`);
      out.line(`~ grow ${want.name}  ${step.from} → ${want.size}`);
      await claims.grow(want.name, want.size);
      grown.push(want.name);
      throw new TransientError(`claim ${want.name}: asked to grow`);
    };
    try {
      await persist(`claim ${want.name} at ${want.size}`, patience, attempt, PACE);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const problems = (await Promise.all(wanted.map(one))).filter((problem) => problem !== undefined);
  for (const problem of problems) out.bad(`x ${problem}`);
  const outcome = problems.length > 0 ? "failed" : grown.length > 0 ? "grown" : "unchanged";
  const sum = `${count(wanted.length, "claim")}, ${grown.length} asked to grow`;
  if (outcome === "failed") out.bad(`failed: ${problems.length} of ${sum}`);
  else out.line(`claims as stated: ${sum}`);
  out.document({ outcome, grown, problems } satisfies GrowReport);
  return outcome === "failed" ? EXIT.failed : EXIT.ok;
}
