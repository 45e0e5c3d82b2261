import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LocalError, withLog } from "../errors.ts";
import type { Layout } from "./layout.ts";
import type { Part } from "./parts.ts";

/** What is kept of a started process, so that no other one is ever taken for it. */
interface Started {
  pid: number;
  /** Boot and tick at which it began: a later process with the same pid has another one. */
  since: string;
  /** Identity of its command line and its configuration files. */
  recipe: string;
}

/** A process that is ours and runs, by its pid. */
export function runningPid(at: Layout, name: string): number | undefined {
  const started = readStarted(at, name);
  return started !== undefined && since(started.pid) === started.since ? started.pid : undefined;
}

/** Where a part's log is. */
export const logFile = (at: Layout, name: string): string => join(at.logs, `${name}.log`);

/**
 * Starts a part unless it runs as it should now: one that died, or whose command line or configuration differs, is
 * started again.
 *
 * @returns whether it was started
 */
export async function start(at: Layout, part: Part): Promise<boolean> {
  const recipe = recipeOf(part);
  if (runningPid(at, part.name) !== undefined) {
    if (readStarted(at, part.name)?.recipe === recipe) return false;
    await stop(at, part.name);
  }
  mkdirSync(at.pids, { recursive: true });
  const log = logFile(at, part.name);
  if (existsSync(log)) renameSync(log, `${log}.1`);
  const output = openSync(log, "a");
  // A session of its own: it neither ends with the terminal nor takes part in its signals.
  const child = spawn(part.command, part.args, {
    cwd: at.root,
    detached: true,
    stdio: ["ignore", output, output],
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", HOME: at.root },
  });
  const failure = new Promise<Error | undefined>((resolve) => {
    child.once("error", resolve);
    child.once("spawn", () => {
      resolve(undefined);
    });
  });
  const error = await failure;
  closeSync(output);
  if (error !== undefined || child.pid === undefined) {
    throw new LocalError(`${part.name} could not be started: ${error?.message ?? "no process"}`);
  }
  child.unref();
  const started: Started = { pid: child.pid, since: since(child.pid) ?? "", recipe };
  writeFileSync(pidFile(at, part.name), JSON.stringify(started));
  return true;
}

/**
 * Waits until a part answers.
 *
 * @param waiting called once when it does not answer at once
 * @throws LocalError with the end of its log when it ends, or does not answer in time
 */
export async function untilHealthy(at: Layout, part: Part, waiting = () => {}, seconds = 90): Promise<void> {
  const end = Date.now() + seconds * 1000;
  let told = false;
  while (Date.now() < end) {
    if (runningPid(at, part.name) === undefined) {
      throw withLog(`${part.name} ended right after its start. The end of its log:`, logFile(at, part.name));
    }
    if (part.healthy === undefined || (await part.healthy())) return;
    if (!told) waiting();
    told = true;
    await sleep(150);
  }
  throw withLog(`${part.name} did not become healthy within ${seconds} s. The end of its log:`, logFile(at, part.name));
}

/** Ends a part: asks first, and after ten seconds no longer. Does nothing when it does not run. */
export async function stop(at: Layout, name: string): Promise<void> {
  const pid = runningPid(at, name);
  if (pid !== undefined) await endProcess(pid);
  rmSync(pidFile(at, name), { force: true });
}

/** Ends a process that is known to be ours. */
export async function endProcess(pid: number, signals: NodeJS.Signals[] = ["SIGTERM", "SIGKILL"]): Promise<void> {
  const began = since(pid);
  for (const signal of signals) {
    if (began === undefined || since(pid) !== began) return;
    process.kill(pid, signal);
    for (let waited = 0; waited < 100 && since(pid) === began; waited += 1) await sleep(100);
  }
}

/**
 * When a process began, as boot and clock tick; undefined when it is not there or only its exit code is left.
 * Source: proc_pid_stat(5), fields 3 (state) and 22 (start time).
 */
export function since(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${fields[19] ?? ""}`;
  } catch {
    return undefined;
  }
}

const pidFile = (at: Layout, name: string): string => join(at.pids, `${name}.json`);

function readStarted(at: Layout, name: string): Started | undefined {
  try {
    return JSON.parse(readFileSync(pidFile(at, name), "utf8")) as Started;
  } catch {
    return undefined;
  }
}

function recipeOf(part: Part): string {
  const hash = createHash("sha256").update(JSON.stringify([part.command, part.args]));
  for (const file of part.files) hash.update(readFileSync(file));
  return hash.digest("hex");
}
