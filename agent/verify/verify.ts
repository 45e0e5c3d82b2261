/** The role `verify`: every check once, in order, one line each, and the exit code of the worst. */
import { EXIT, type ExitCode } from "../exit.ts";
import type { Output } from "../output.ts";
import { explain, persist } from "../retry.ts";
import { CHECKS, type Check, type Context } from "./checks.ts";
import { roundTrip } from "./roundTrip.ts";

export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly state: "ok" | "FAIL" | "skip";
  /** What was found, why it failed, or why it was skipped. */
  readonly detail: string;
  readonly milliseconds: number;
}
/** The document of `--json`. */
export interface VerifyReport {
  readonly outcome: "ok" | "failed";
  readonly checks: readonly CheckResult[];
}

/** Records to write to a topic and read back beside the checks. */
export interface RoundTripRequest {
  readonly topic: string;
  readonly records: number;
}

/** Milliseconds that each check gets to settle even when the deadline of the whole run has passed. */
const LEAST_MS = 5_000;

/** @returns exit code 0 where no check failed, else 1; lines and report are on `out` */
export async function verify(
  context: Context,
  extra: RoundTripRequest | undefined,
  out: Output,
  checks: readonly Check[] = CHECKS,
): Promise<ExitCode> {
  const all = extra ? [...checks, readWrite(extra)] : checks;
  const results: CheckResult[] = [];
  for (const check of all) {
    const result = await answer(check, context);
    results.push(result);
    const say = result.state === "FAIL" ? out.bad : out.line;
    say(formatResult(result));
  }
  const failed = results.filter((result) => result.state === "FAIL").length;
  const ok = results.filter((result) => result.state === "ok").length;
  out.line(`verify: ${ok} ok, ${failed} failed, ${results.length - ok - failed} skipped`);
  out.document({ outcome: failed > 0 ? "failed" : "ok", checks: results } satisfies VerifyReport);
  return failed > 0 ? EXIT.failed : EXIT.ok;
}

/** `ok    R-VAL-03  brokers registered: 3/3  (12 ms)`. */
export function formatResult({ state, id, title, detail, milliseconds }: CheckResult): string {
  const time = state === "skip" ? "" : `  (${milliseconds} ms)`;
  return `${state.padEnd(4)}  ${id.padEnd(10)}  ${title}: ${detail}${time}`;
}

async function answer(check: Check, context: Context): Promise<CheckResult> {
  const { id, title } = check;
  const reason = check.skip?.(context);
  if (reason !== undefined) return { id, title, state: "skip", detail: reason, milliseconds: 0 };
  const start = Date.now();
  // One check that waits long must not leave the ones after it without a second try.
  const patience = { ...context.patience, deadline: Math.max(context.patience.deadline, start + LEAST_MS) };
  try {
    const detail = await persist(title, patience, () => check.run({ ...context, patience }));
    return { id, title, state: "ok", detail, milliseconds: Date.now() - start };
  } catch (error) {
    return { id, title, state: "FAIL", detail: explain(error), milliseconds: Date.now() - start };
  }
}

function readWrite({ topic, records }: RoundTripRequest): Check {
  return {
    id: "round trip",
    title: "records",
    run: async ({ cluster, options, patience }) => {
      const { wrote, read } = await roundTrip(cluster, options, topic, records, patience);
      return `wrote ${wrote}, read ${read} on ${topic}`;
    },
  };
}
