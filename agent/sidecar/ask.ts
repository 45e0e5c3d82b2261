/** One request over one connection: at a few requests a minute a kept connection would only be one more thing to lose. */
import { type Line, openLine } from "./line.ts";
import { logIn } from "./login.ts";
import { type Address, type Door, frame, type Request } from "./requests.ts";
import { Reader } from "./wire.ts";

/** Milliseconds until a node that does not answer counts as one that is ill. */
const TIMEOUT = 5_000;

/**
 * Sends a request and gives what is kept of the answer.
 * @throws Error that names the node, where it cannot be reached, lets nobody in or does not answer in time
 */
export async function ask<T>(door: Door, request: Request<T>, timeout = TIMEOUT): Promise<T> {
  let line: Line | undefined;
  let answer: Buffer;
  try {
    line = await openLine(door, timeout);
    if (door.login) await logIn(line, door.login);
    answer = await line.exchange(frame(request));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${request.name} of ${door.host}:${door.port}: ${message}`, { cause: error });
  } finally {
    line?.close();
  }
  const reader = new Reader(answer);
  // Length and correlation id.
  reader.skip(8);
  reader.tags();
  return request.parse(reader);
}

/**
 * Whether something listens there; only a refusal says no.
 * @throws Error where neither comes: a server that more want to reach than it can take stays silent
 */
export async function listens({ host, port }: Address, timeout = 1_000): Promise<boolean> {
  try {
    const line = await openLine({ host, port }, timeout);
    line.close();
    return true;
  } catch (error) {
    if (refused(error)) return false;
    throw error;
  }
}

/** A name may have several addresses, of which one that the machine lacks fails in its own way. */
function refused(error: unknown): boolean {
  const all = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  const codes = all.map((one) => (one as NodeJS.ErrnoException).code);
  return codes.includes("ECONNREFUSED") && !codes.includes("ETIMEDOUT");
}
