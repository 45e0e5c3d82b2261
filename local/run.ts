import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { createInterface } from "node:readline";
import { LocalError, withLog } from "./errors.ts";

/** How {@link run} starts a command. */
export interface RunOptions {
  /** Working folder; the current one by default. */
  cwd?: string;
  /** The whole environment; this process's by default. */
  env?: NodeJS.ProcessEnv;
  /** File that takes all output in place of the caller; its end is shown when the command fails. */
  log?: string;
  /** Another process whose standard output becomes this one's standard input. */
  input?: ChildProcess;
  /** Called for each line on standard error; not together with `log`. */
  onLine?: (line: string) => void;
}

/**
 * Runs a command to its end and returns what it wrote to standard output.
 *
 * @throws LocalError with the command and the end of its output when it cannot start or its exit code is not 0.
 */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const log = options.log === undefined ? undefined : openSync(options.log, "a");
  try {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: [options.input?.stdout ?? "ignore", log ?? "pipe", log ?? "pipe"],
    });
    const output: Buffer[] = [];
    const errors: string[] = [];
    child.stdout?.on("data", (chunk: Buffer) => output.push(chunk));
    if (child.stderr !== null) {
      createInterface({ input: child.stderr }).on("line", (line) => {
        errors.push(line);
        if (errors.length > 20) errors.shift();
        options.onLine?.(line);
      });
    }
    const code = await new Promise<number | string | null>((resolve) => {
      child.on("error", (error) => {
        resolve(error.message);
      });
      child.on("close", (exit, signal) => {
        resolve(exit ?? signal);
      });
    });
    if (code === 0) return Buffer.concat(output).toString("utf8");
    const what = `\`${[command, ...args].join(" ").slice(0, 200)}\` failed (${code ?? "unknown"}).`;
    if (options.log !== undefined) throw withLog(what, options.log);
    throw new LocalError(`${what}\n${errors.join("\n")}`.trimEnd());
  } finally {
    if (log !== undefined) closeSync(log);
  }
}
