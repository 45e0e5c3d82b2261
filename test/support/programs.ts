/** Programs of others, run against the cluster from this machine: each finds the cluster's names and no others. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
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

/** Debian's own Python, which packages of {@link pythonPackage} are for. */
export const PYTHON = "/usr/bin/python3";

/** Installs a package of PyPI beside the cache, and gives the folder for PYTHONPATH. */
export async function pythonPackage(name: string, version: string): Promise<string> {
  await needs({ "python3-pip": "/usr/lib/python3/dist-packages/pip/__init__.py" });
  const folder = join(cacheFolder(), "test-python", `${name}-${version}`);
  if (existsSync(folder)) return folder;
  const half = `${folder}.${process.pid}`;
  await run(PYTHON, ["-m", "pip", "install", "--quiet", "--no-deps", "--target", half, `${name}==${version}`]);
  renameSync(half, folder);
  return folder;
}

/**
 * Runs a program that asks the cluster's own name server, by a resolv.conf that it alone sees.
 * @returns what it wrote to standard output
 * @throws Error with what it wrote to standard error where it fails
 */
export async function withClusterNames(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "names-"));
  const resolv = join(folder, "resolv.conf");
  writeFileSync(resolv, `nameserver ${net.node}\n`);
  const script = 'mount --bind "$0" /etc/resolv.conf && exec "$@"';
  try {
    const { stdout } = await run("unshare", ["--mount", "sh", "-c", script, resolv, command, ...args], {
      timeout: 60_000,
      env: { ...process.env, ...env },
    });
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
