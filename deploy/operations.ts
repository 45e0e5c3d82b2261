/**
 * Preview, up, refresh, destroy, outputs and cancel for one stack of the program in this checkout, over the Automation API.
 * Each operation is one child process of the engine; nothing is kept between calls, so a service can run them for different
 * stacks side by side. Failures are the typed errors of errors.ts.
 */
import type { EngineEvent, OutputMap, Stack } from "@pulumi/pulumi/automation/index.js";
import { classify, type FailureContext } from "./classify.ts";
import { type Collected, collector } from "./collect.ts";
import { type EngineOptions, openStack } from "./engine.ts";
import { DataLossError } from "./errors.ts";
import { losesData } from "./guard.ts";
import { redact } from "./redact.ts";
import type { DeployEvent, Operation, OperationResult, Outputs, UpResult } from "./results.ts";

export interface DeployOptions extends EngineOptions {
  /** Live progress. */
  readonly onEvent?: (event: DeployEvent) => void;
  /** Stops the operation after the steps under way. */
  readonly signal?: AbortSignal;
  /** Read the real state of every resource first; default false. */
  readonly refresh?: boolean;
  /** Fail with UnexpectedChangesError where anything differs; default false. */
  readonly expectNoChanges?: boolean;
  /** Resources worked on at a time; default the engine's. */
  readonly parallel?: number;
  /** Folders of policy packs to run. */
  readonly policyPacks?: readonly string[];
}

export interface UpOptions extends DeployOptions {
  /**
   * What to do when the plan deletes or replaces what holds data: `refuse` (default) previews first and throws
   * DataLossError; `allow` goes straight ahead, for a caller who has shown the plan and got an answer.
   */
  readonly dataLoss?: "refuse" | "allow";
}

interface EngineCall {
  readonly onEvent: (event: EngineEvent) => void;
  readonly color: "never";
  readonly showSecrets: false;
  readonly signal?: AbortSignal;
  readonly refresh?: boolean;
  readonly expectNoChanges?: boolean;
  readonly parallel?: number;
  readonly policyPacks?: string[];
  readonly configFile?: string;
}

function callOptions(options: DeployOptions, onEvent: (event: EngineEvent) => void): EngineCall {
  const { signal, refresh, expectNoChanges, parallel, policyPacks, configFile } = options;
  return {
    onEvent,
    color: "never",
    // The history of the stack would otherwise be read with its secrets, and the engine would write a salt beside Pulumi.yaml.
    showSecrets: false,
    ...(signal ? { signal } : {}),
    ...(refresh ? { refresh } : {}),
    ...(expectNoChanges ? { expectNoChanges } : {}),
    ...(parallel === undefined ? {} : { parallel }),
    ...(policyPacks ? { policyPacks: [...policyPacks] } : {}),
    ...(configFile === undefined ? {} : { configFile }),
  };
}

const NOTHING: Collected = { changes: {}, steps: [], messages: [], failed: [], restartPlan: [] };

/** Opens the stack, runs one call of the engine and turns its end, good or bad, into plain data or a typed error. */
async function run<T>(
  name: string,
  operation: Operation | "outputs" | "cancel",
  options: DeployOptions,
  call: (stack: Stack, engine: EngineCall, isNew: boolean) => Promise<T>,
): Promise<{ readonly value: T; readonly result: OperationResult }> {
  const env = { ...process.env, ...options.env };
  const clean = (text: string): string => redact(text, env);
  const events = collector(clean, options.onEvent);
  const begin = performance.now();
  let opened = false;
  try {
    options.signal?.throwIfAborted();
    const { stack, isNew } = await openStack(name, options);
    opened = true;
    const value = await call(stack, callOptions(options, events.onEvent), isNew);
    const { changes, steps, messages, restartPlan } = events.collected();
    const warnings = messages.filter(({ severity }) => severity === "warning");
    const seconds = Math.round((performance.now() - begin) / 100) / 10;
    return {
      value,
      result: { stack: name, operation: operation as Operation, changes, steps, warnings, restartPlan, seconds },
    };
  } catch (error) {
    const context: FailureContext = {
      stack: name,
      collected: opened ? events.collected() : NOTHING,
      expectNoChanges: options.expectNoChanges ?? false,
      cancelled: options.signal?.aborted ?? false,
      backend: env["PULUMI_BACKEND_URL"],
      clean,
    };
    throw classify(error, context);
  }
}

function safeOutputs(outputs: OutputMap): Outputs {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, { value, secret }]) => [key, secret ? { secret: true } : (value as unknown)]),
  );
}

/** What an `up` would do. Touches nothing. */
export async function preview(stack: string, options: DeployOptions = {}): Promise<OperationResult> {
  return (await run(stack, "preview", options, (opened, engine) => opened.preview(engine))).result;
}

/** Brings the stack to its settings. */
export async function up(stack: string, options: UpOptions = {}): Promise<UpResult> {
  if (options.dataLoss !== "allow") {
    const quiet = { ...options, onEvent: () => undefined, expectNoChanges: false };
    // A stack that was made just now has nothing to lose.
    const { result: plan } = await run(stack, "preview", quiet, async (opened, engine, isNew) => {
      if (!isNew) await opened.preview(engine);
    });
    const dangerous = losesData(plan.steps);
    if (dangerous.length > 0) throw new DataLossError(stack, dangerous);
  }
  const { value, result } = await run(stack, "up", options, (opened, engine) => opened.up(engine));
  return { ...result, outputs: safeOutputs(value.outputs) };
}

/** Takes the real state of every resource into the stack's state. Changes nothing in the cluster. */
export async function refresh(stack: string, options: DeployOptions = {}): Promise<OperationResult> {
  return (await run(stack, "refresh", options, (opened, engine) => opened.refresh(engine))).result;
}

/** Deletes the stack's resources, but for protected ones (the engine refuses) and what is retained on delete. */
export async function destroy(stack: string, options: DeployOptions = {}): Promise<OperationResult> {
  return (await run(stack, "destroy", options, (opened, engine) => opened.destroy(engine))).result;
}

/** What a `destroy` would delete. Touches nothing. */
export async function previewDestroy(stack: string, options: DeployOptions = {}): Promise<OperationResult> {
  return (await run(stack, "destroy", options, (opened, engine) => opened.previewDestroy(engine))).result;
}

/** The stack's outputs as last deployed. */
export async function outputs(stack: string, options: EngineOptions = {}): Promise<Outputs> {
  return safeOutputs((await run(stack, "outputs", options, (opened) => opened.outputs())).value);
}

/** Releases the lock of an operation that died. On a running one this is dangerous: its state may be lost. */
export async function cancel(stack: string, options: EngineOptions = {}): Promise<void> {
  await run(stack, "cancel", options, (opened) => opened.cancel());
}
