/** Names that change when, and only when, their content does. */
import { createHash } from "node:crypto";

/** The first 8 hex digits of a SHA-256 over the canonical JSON of `value`: the order of keys makes no difference. */
export function shortDigest(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex").slice(0, 8);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
