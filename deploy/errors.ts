/** What can go wrong with an operation on a stack, one class a kind, so that a caller can tell them apart. */
import { remediesFor } from "./remedies.ts";
import type { Step } from "./results.ts";

/** Base of all of them. The message says what happened and what to do; it holds no secret. */
export class DeployError extends Error {
  /** The stack that the operation was for. */
  readonly stackName: string;

  constructor(stackName: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.stackName = stackName;
  }
}

/** Another operation holds the stack's lock. `holders` is what the backend says of it: who, where and since when. */
export class StackLockedError extends DeployError {
  readonly holders: readonly string[];

  constructor(stackName: string, holders: readonly string[]) {
    const who = holders.length > 0 ? `:\n${holders.map((line) => `  ${line}`).join("\n")}` : "";
    super(
      stackName,
      `Stack "${stackName}" is locked by another operation${who}\n` +
        `Wait for it; if it is dead, release the lock: npm run deploy -- cancel ${stackName}`,
    );
    this.holders = holders;
  }
}

/** No stack of that name in the backend. Only an operation with `create: true` makes one. */
export class StackNotFoundError extends DeployError {
  constructor(stackName: string, backend: string | undefined) {
    super(
      stackName,
      `There is no stack "${stackName}" in ${backend ?? "the backend that pulumi is logged in to"}. ` +
        `Check the spelling; a new stack is made by: pulumi stack init ${stackName}`,
    );
  }
}

/** One broken rule, as the program printed it: `[rule] path: found …, expected … — remedy`. */
export interface RefusedProblem {
  readonly rule: string;
  readonly path: string;
  readonly found: string;
  readonly expected: string;
  readonly remedy: string;
}

/** The program refused the settings or the change by named rules, before anything was touched. */
export class RefusedByRuleError extends DeployError {
  readonly problems: readonly RefusedProblem[];

  constructor(stackName: string, problems: readonly RefusedProblem[]) {
    const lines = problems.map(
      ({ rule, path, found, expected, remedy }) =>
        `  [${rule}] ${path}: found ${found}, expected ${expected} — ${remedy}`,
    );
    super(stackName, `Stack "${stackName}" was refused, nothing was touched:\n${lines.join("\n")}`);
    this.problems = problems;
  }
}

/** One resource that could not be brought to its state, with the provider's own words. */
export type FailedResource = Pick<Step, "urn" | "type" | "name" | "namespace"> & { readonly message: string };

/** Resources failed. What was done before stays; running the operation again resumes. */
export class ResourceFailedError extends DeployError {
  readonly resources: readonly FailedResource[];

  constructor(stackName: string, resources: readonly FailedResource[]) {
    const lines = resources.map(
      ({ type, name, message }) => `  ${type} ${name}:\n${message.replace(/^/gm, "    ").trimEnd()}`,
    );
    const remedies = remediesFor(lines.join("\n")).map((remedy) => `${remedy}\n`);
    super(
      stackName,
      `${resources.length} resource(s) of stack "${stackName}" failed:\n${lines.join("\n")}\n${remedies.join("")}` +
        "What succeeded stays; the same command again resumes.",
    );
    this.resources = resources;
  }
}

/** `expectNoChanges` was set and something differs: drift, or settings that were never applied. */
export class UnexpectedChangesError extends DeployError {
  readonly steps: readonly Step[];

  constructor(stackName: string, steps: readonly Step[]) {
    const lines = steps.map(({ op, type, name, diff }) => `  ${op} ${type} ${name} ${diff.join(", ")}`.trimEnd());
    super(stackName, `Stack "${stackName}" was expected to have no changes, but:\n${lines.join("\n")}`);
    this.steps = steps;
  }
}

/** The plan would delete or replace what holds data, and nobody confirmed that. Nothing was touched. */
export class DataLossError extends DeployError {
  readonly steps: readonly Step[];

  constructor(stackName: string, steps: readonly Step[]) {
    const lines = steps.map(({ op, type, name, replaceKeys }) =>
      `  ${op} ${type} ${name}${replaceKeys.length > 0 ? ` because of ${replaceKeys.join(", ")}` : ""}`.trimEnd(),
    );
    super(
      stackName,
      `The plan for stack "${stackName}" deletes or replaces what holds data, nothing was touched:\n` +
        `${lines.join("\n")}\nUndo the setting that causes it, or confirm with --confirm-replace.`,
    );
    this.steps = steps;
  }
}

/** No usable Pulumi: the CLI, its language host or a provider plugin is missing. */
export class EngineMissingError extends DeployError {}

/** The operation was stopped by its signal. State is consistent; running again resumes. */
export class CancelledError extends DeployError {
  constructor(stackName: string) {
    super(stackName, `The operation on stack "${stackName}" was stopped. The same command again resumes.`);
  }
}

/** Anything else that the engine or the program said, redacted. */
export class EngineError extends DeployError {}
