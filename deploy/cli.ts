#!/usr/bin/env node
/** `npm run deploy`: the deploy library on the command line. It asks, shows and exits; the library does the work. */
import { createInterface } from "node:readline/promises";
import { Command, CommanderError, Option } from "commander";
import { count } from "./arguments.ts";
import { exitCode, exitCodeHelp, UNCONFIRMED } from "./exitCodes.ts";
import { DataLossError, losesData, type OperationResult, type UpOptions, whyItMatters } from "./index.ts";
import { localTarget } from "./local.ts";
import * as operations from "./operations.ts";
import { doneText, label, liveProgress, planText } from "./progress.ts";

interface Flags {
  readonly yes?: true;
  readonly json?: true;
  readonly local?: true;
  readonly expectNoChanges?: true;
  readonly refresh?: true;
  readonly confirmReplace?: true;
  readonly parallel?: number;
}

class Unconfirmed extends Error {}

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** Ctrl-C reaches the engine by itself on a terminal; elsewhere it is passed on. A second one ends this process. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  process.once("SIGINT", () => {
    say("Stopping after the steps under way …");
    if (!process.stdin.isTTY) controller.abort();
  });
  process.once("SIGTERM", () => {
    controller.abort();
  });
  return controller.signal;
}

async function confirm(question: string, flags: Flags): Promise<void> {
  if (flags.yes) return;
  if (!process.stdin.isTTY) throw new Unconfirmed("Not a terminal: confirm with --yes.");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new Unconfirmed("Nothing was done.");
}

async function options(stack: string, flags: Flags): Promise<UpOptions> {
  const { expectNoChanges, refresh, parallel } = flags;
  return {
    ...(flags.local ? await localTarget(stack, say) : {}),
    ...(expectNoChanges ? { expectNoChanges } : {}),
    ...(refresh ? { refresh } : {}),
    ...(parallel === undefined ? {} : { parallel }),
    signal: stopSignal(),
  };
}

/** Runs one operation under live progress (on standard error, so that --json stays clean). */
async function live<T>(base: UpOptions, operation: (options: UpOptions) => Promise<T>): Promise<T> {
  const progress = liveProgress(process.stderr);
  try {
    return await operation({ ...base, onEvent: progress.onEvent });
  } finally {
    progress.stop();
  }
}

function show(result: unknown, text: string, flags: Flags): void {
  process.stdout.write(flags.json ? `${JSON.stringify(result, null, 2)}\n` : `${text}\n`);
}

async function runPreview(stack: string, flags: Flags): Promise<void> {
  const result = await operations.preview(stack, await options(stack, flags));
  show(result, planText(result), flags);
}

async function runUp(stack: string, flags: Flags): Promise<void> {
  const base = await options(stack, flags);
  const plan = await operations.preview(stack, base);
  say(planText(plan));
  const dangerous = losesData(plan.steps);
  if (dangerous.length > 0 && !flags.confirmReplace) throw new DataLossError(stack, dangerous);
  if (plan.steps.length > 0) await confirm(`Bring stack "${stack}" to this?`, flags);
  const result = await live(base, (live) => operations.up(stack, { ...live, dataLoss: "allow" }));
  show(result, `${doneText(result)}\n${JSON.stringify(result.outputs, null, 2)}`, flags);
}

async function runDestroy(stack: string, flags: Flags): Promise<void> {
  const base = await options(stack, flags);
  const plan = await operations.previewDestroy(stack, base);
  say(planText(plan));
  for (const step of losesData(plan.steps)) say(`  ! ${label(step)}: ${whyItMatters(step.type) ?? ""}`);
  await confirm(`Delete all of stack "${stack}"?`, flags);
  const result = await live(base, (live) => operations.destroy(stack, live));
  show(result, doneText(result), flags);
}

async function runRefresh(stack: string, flags: Flags): Promise<void> {
  const base = await options(stack, flags);
  const result: OperationResult = await live(base, (live) => operations.refresh(stack, live));
  show(result, doneText(result), flags);
}

const program = new Command("deploy")
  .description("Operate one stack of this program through the Pulumi engine.")
  .showHelpAfterError()
  .exitOverride()
  .addHelpText("after", exitCodeHelp);

const FLAGS = {
  yes: new Option("--yes", "go on without a question"),
  json: new Option("--json", "print the result as JSON on standard output; progress stays on standard error"),
  local: new Option("--local", "use the cluster, the engine and the state of `npm start` on this machine"),
  refresh: new Option("--refresh", "read the real state of every resource first"),
  expect: new Option("--expect-no-changes", "fail where anything differs"),
  replace: new Option("--confirm-replace", "allow a plan that deletes or replaces what holds data"),
  parallel: new Option("--parallel <n>", "resources worked on at a time").argParser(count),
};

function command(name: string, text: string, flags: readonly Option[], run: (s: string, f: Flags) => Promise<void>) {
  const added = program.command(`${name} <stack>`).description(text).addHelpText("after", exitCodeHelp).action(run);
  for (const flag of [...flags, FLAGS.json, FLAGS.local]) added.addOption(flag);
}

const { yes, refresh, expect, replace, parallel } = FLAGS;
command("preview", "Show what `up` would change. Touches nothing.", [refresh, expect, parallel], runPreview);
command("up", "Bring the stack to its settings.", [yes, refresh, expect, replace, parallel], runUp);
command("refresh", "Take the real state of every resource into the stack's state.", [expect, parallel], runRefresh);
command("destroy", "Delete the stack's resources; what is protected stops it.", [yes, parallel], runDestroy);
command("outputs", "Print the stack's outputs; secrets stay hidden.", [], async (stack, flags) => {
  const result = await operations.outputs(stack, await options(stack, flags));
  show(result, JSON.stringify(result, null, 2), flags);
});
command("cancel", "Release the lock that a dead operation left.", [yes], async (stack, flags) => {
  await confirm(`Release the lock of stack "${stack}"? Only if its operation is dead.`, flags);
  await operations.cancel(stack, await options(stack, flags));
  show({ stack, cancelled: true }, `The lock of stack "${stack}" is released.`, flags);
});

try {
  await program.parseAsync();
} catch (error) {
  // commander has already said what it had to say.
  if (!(error instanceof CommanderError)) say(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof Unconfirmed ? UNCONFIRMED : exitCode(error);
}
