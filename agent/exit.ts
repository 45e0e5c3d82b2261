/** How a role ends: exit codes, and the last words that Kubernetes shows for a failed pod. */
import { existsSync, writeFileSync } from "node:fs";

/** Exit codes of every role; `--help` prints them. 64 is EX_USAGE of sysexits.h. */
export const EXIT = { ok: 0, failed: 1, drift: 2, refused: 3, usage: 64 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Kubernetes keeps at most 4096 bytes of a container's termination message. */
const LIMIT = 4096;

/**
 * Writes the last words of a failed run where the kubelet reads them (`terminationMessagePath`), newest lines kept. Does
 * nothing where the file does not exist, as on a workstation, or cannot be written.
 */
export function writeTerminationMessage(path: string, lines: readonly string[]): void {
  if (!existsSync(path)) return;
  try {
    writeFileSync(path, tail(lines, LIMIT));
  } catch {
    // The message repeats what is on stdout; losing it must not change how the run ends.
  }
}

/** The last whole lines that fit in `limit` bytes; of one longer line its beginning. */
export function tail(lines: readonly string[], limit: number): string {
  const kept: string[] = [];
  let room = limit;
  for (const line of [...lines].reverse()) {
    const bytes = Buffer.byteLength(line) + 1;
    if (bytes > room) break;
    kept.unshift(line);
    room -= bytes;
  }
  if (kept.length > 0) return `${kept.join("\n")}\n`;
  return Buffer.from(lines.at(-1) ?? "")
    .subarray(0, limit)
    .toString("utf8")
    .replace(/�+$/, "");
}
