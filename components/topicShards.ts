/** Topic files spread over as many ConfigMaps as their size asks for; nearly always one. */
import { createHash } from "node:crypto";

/** A ConfigMap holds 1 MiB; metadata and the managed fields of server-side apply need room beside it. */
const SHARD_BYTES = 600_000;

/**
 * Puts each file into a shard by a hash of its name, so that a new topic changes one ConfigMap and moves no other topic
 * until a further shard is needed. Keys are sorted.
 * @param files pairs of file name and text
 */
export function shardTopics(files: readonly (readonly [string, string])[]): Record<string, string>[] {
  const bytes = files.reduce((sum, [name, text]) => sum + Buffer.byteLength(name) + Buffer.byteLength(text), 0);
  const count = Math.max(1, Math.ceil(bytes / SHARD_BYTES));
  const shards = Array.from({ length: count }, (): Record<string, string> => ({}));
  for (const [name, text] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const shard = createHash("sha256").update(name).digest().readUInt32BE() % count;
    (shards[shard] ?? {})[name] = text;
  }
  return shards;
}
