/** Trying again: which errors pass by themselves, how long to wait, and what to say meanwhile. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  AuthenticationError,
  GenericError,
  protocolErrors,
  protocolErrorsCodesById,
  TimeoutError,
  UserError,
} from "@platformatic/kafka";

/** Milliseconds between attempts: the first pause, and the one that doubling ends at. */
interface Pace {
  readonly first: number;
  readonly longest: number;
}
const PACE: Pace = { first: 200, longest: 4_000 };
const SAY_EVERY = 5_000;

/** How long a role keeps trying and where it tells about it. */
export interface Patience {
  /** Milliseconds since the epoch after which the last error stands. */
  readonly deadline: number;
  readonly say: (line: string) => void;
}

/**
 * Runs `attempt` until it succeeds, fails for good, or the deadline has passed; says every few seconds what it waits for.
 * @param goal what is waited for, in words: `an answer of kafka:9092`
 */
export async function persist<T>(goal: string, patience: Patience, attempt: () => Promise<T>, pace = PACE): Promise<T> {
  const start = Date.now();
  let said = start - SAY_EVERY + 1_000;
  for (let round = 0; ; round += 1) {
    try {
      return await attempt();
    } catch (error) {
      const delay = backOff(round, pace);
      if (!isTransient(error)) throw error;
      if (Date.now() + delay > patience.deadline) {
        if (error instanceof TransientError) throw error;
        throw new TransientError(
          `${goal}: gave up after ${Math.round((Date.now() - start) / 1000)} s: ${explain(error)}`,
        );
      }
      if (Date.now() - said > SAY_EVERY) {
        said = Date.now();
        patience.say(`waiting for ${goal} (${Math.round((said - start) / 1000)} s): ${explain(error)}`);
      }
      await sleep(delay);
    }
  }
}

/** Milliseconds before the next attempt: doubled each time, ± 50 %, so that many agents do not come at once. */
export function backOff(round: number, pace = PACE, random: () => number = Math.random): number {
  return Math.min(pace.first * 2 ** Math.min(round, 16), pace.longest) * (0.5 + random());
}

/** An error that tells itself whether another try can help. */
export class TransientError extends Error {}

/** Errors of a broker that is starting, moving or busy; not those of credentials, certificates or a wrong request. */
export function isTransient(error: unknown): boolean {
  if (error instanceof TransientError) return true;
  const chain = flatten(error);
  if (chain.some((one) => one instanceof AuthenticationError || one instanceof UserError || isCertificate(one)))
    return false;
  return chain.some(
    (one) =>
      one instanceof TimeoutError || (GenericError.isGenericError(one) && "canRetry" in one && one.canRetry === true),
  );
}

/** What went wrong in one line, without the layers around it: the broker's own message, or that of the socket. */
export function explain(error: unknown): string {
  const causes = flatten(error).filter((one) => !(one instanceof AggregateError) && one.cause === undefined);
  const messages = (causes.length > 0 ? causes : [error]).map((one) =>
    one instanceof Error ? one.message : String(one),
  );
  return [...new Set(messages)].join("; ");
}

/** A protocol error code with the broker's message, or Kafka's general one, as one line. */
export function explainCode(code: number, message: string | null | undefined): string {
  const id = protocolErrorsCodesById[code];
  const text = message ? message : id && protocolErrors[id]?.message;
  return [id ?? `error ${code}`, text].filter((part) => part !== undefined && part !== "").join(": ");
}

function flatten(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const inner: unknown[] = error instanceof AggregateError ? error.errors : [];
  return [error, ...inner.flatMap(flatten), ...flatten(error.cause)];
}

function isCertificate(error: Error): boolean {
  return "code" in error && typeof error.code === "string" && /CERT|ERR_TLS|UNABLE_TO_VERIFY/.test(error.code);
}
