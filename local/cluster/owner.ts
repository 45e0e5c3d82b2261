import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LocalError } from "../errors.ts";
import { type Layout, runFolder } from "./layout.ts";

const file = join(runFolder, "owner");

/**
 * Takes the machine's addresses and sockets for this cluster: there is one embedded cluster at a time.
 *
 * @throws LocalError when a cluster of another cache folder has them
 */
export function claim(at: Layout): void {
  refuseOthers(at);
  mkdirSync(runFolder, { recursive: true });
  writeFileSync(file, at.root);
}

/** See {@link claim}. Whose files are gone owns nothing. */
export function refuseOthers(at: Layout): void {
  const owner = existsSync(file) ? readFileSync(file, "utf8") : at.root;
  if (owner === at.root || !existsSync(owner)) return;
  throw new LocalError(
    `Another embedded cluster holds this machine's addresses: the one in ${owner}.\n` +
      `Use it, or end it by \`KAFKA_PLATFORM_CACHE=${dirname(owner)} npm run local -- down\`.`,
  );
}
