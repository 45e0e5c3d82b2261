import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { LocalError } from "./errors.ts";

/** Takes one line of progress, for people. */
export type Progress = (line: string) => void;

/**
 * The folder of everything that is built once and kept: `$KAFKA_PLATFORM_CACHE`, else `kafka-platform` in
 * `$XDG_CACHE_HOME`, else in `~/.cache`.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const own = env["KAFKA_PLATFORM_CACHE"];
  if (own !== undefined && own !== "") return own;
  const shared = env["XDG_CACHE_HOME"];
  return join(shared !== undefined && shared !== "" ? shared : join(homedir(), ".cache"), "kafka-platform");
}

/** Name of a cached thing: readable, and different as soon as its version or its recipe is. */
export function cacheKey(name: string, version: string, recipe: unknown): string {
  return `${name}-${version}-${createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 8)}`;
}

/**
 * Makes a folder once: builds it beside its place and renames it there, so a half-made one is never used.
 *
 * @returns the folder
 */
export async function once(folder: string, build: (temporary: string) => Promise<void>): Promise<string> {
  if (existsSync(folder)) return folder;
  const parent = dirname(folder);
  mkdirSync(parent, { recursive: true });
  const stem = `.${basename(folder)}.`;
  for (const left of readdirSync(parent)) {
    if (left.startsWith(stem)) rmSync(join(parent, left), { recursive: true, force: true });
  }
  const temporary = mkdtempSync(join(parent, stem));
  try {
    await build(temporary);
    chmodSync(temporary, 0o755);
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return folder;
}

/**
 * Runs `work` while this process alone holds the lock of the cache. The kernel keeps the lock (flock), so it ends with
 * its holder, however that ends.
 */
export async function locked<T>(folder: string, progress: Progress, work: () => Promise<T>): Promise<T> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "lock");
  const holder = spawn("flock", [file, "sh", "-c", "echo held; exec cat"], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    const waiting = setTimeout(() => {
      progress(`waiting for another run that holds ${file}`);
    }, 1000);
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: holder.stdout }).once("line", () => {
        resolve();
      });
      holder.once("error", (error) => {
        reject(new LocalError(`Cannot lock ${file}: ${error.message}. Install util-linux, which holds flock.`));
      });
      holder.once("exit", (code) => {
        reject(new LocalError(`Cannot lock ${file}: flock ended with ${code ?? "a signal"}.`));
      });
    }).finally(() => {
      clearTimeout(waiting);
    });
    return await work();
  } finally {
    holder.stdin.end();
  }
}
