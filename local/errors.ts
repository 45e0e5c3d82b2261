import { readFileSync } from "node:fs";

/** A failure that is explained to the user as it stands: what happened, where to look, what to do. */
export class LocalError extends Error {
  override readonly name = "LocalError";
}

/**
 * The last lines of a text file, without a trailing newline; empty when the file is missing.
 *
 * @param lines how many, 20 by default
 */
export function tail(path: string, lines = 20): string {
  try {
    return readFileSync(path, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
  } catch {
    return "";
  }
}

/** An error that shows the end of a component's log and says where the rest is. */
export function withLog(message: string, log: string): LocalError {
  const end = tail(log);
  return new LocalError(`${message}\n${end === "" ? "(its log is empty)" : end}\nThe whole log: ${log}`);
}

/** What a thrown value says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
