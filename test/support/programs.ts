/** Programs of others, run against the cluster from this machine: each finds the cluster's names and no others. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../../local/cache.ts";
import { net } from "../../local/cluster/layout.ts";
import { installPackages, type Packages } from "../../local/host.ts";

const run = promisify(execFile);

/** Installs Debian packages that a test needs and the machine does not have. */
export const needs = (packages: Packages): Promise<void> =>
  installPackages(packages, join(cacheFolder(), "test-packages.log"), (line) => {
    console.log(`      ${line}`);
  });

/**
 * Runs a program that asks the cluster's own name server, by a resolv.conf that it alone sees.
 * @returns what it wrote to standard output
 * @throws Error with what it wrote to standard error where it fails
 */
export async function withClusterNames(command: string, args: readonly string[], seconds = 60): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "names-"));
  const resolv = join(folder, "resolv.conf");
  writeFileSync(resolv, `nameserver ${net.node}\n`);
  const script = 'mount --bind "$0" /etc/resolv.conf && exec "$@"';
  try {
    const { stdout } = await run("unshare", ["--mount", "sh", "-c", script, resolv, command, ...args], {
      timeout: seconds * 1000,
    });
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
