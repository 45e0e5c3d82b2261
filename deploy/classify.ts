/** From the engine's failure to the typed error that a caller can act on. */
import { ConcurrentUpdateError, StackNotFoundError as NoStack } from "@pulumi/pulumi/automation/index.js";
import type { Collected } from "./collect.ts";
import {
  CancelledError,
  DeployError,
  EngineError,
  EngineMissingError,
  type FailedResource,
  RefusedByRuleError,
  type RefusedProblem,
  ResourceFailedError,
  StackLockedError,
  StackNotFoundError,
  UnexpectedChangesError,
} from "./errors.ts";
import type { Message } from "./results.ts";

export interface FailureContext {
  readonly stack: string;
  readonly collected: Collected;
  readonly expectNoChanges: boolean;
  readonly cancelled: boolean;
  readonly backend: string | undefined;
  readonly clean: (text: string) => string;
}

const PROBLEM = /^\s*\[([a-z][a-z0-9.-]*)\] (.+?): found (.*?), expected (.*?) — (.*)$/;
/** The engine's own closing remarks, which say less than what they close. */
const REMARK = /^(update|preview|refresh|destroy|operation|resource .*) (failed|has a problem.*|canceled)$/i;
const MISSING = [
  /spawn \S*pulumi\S* ENOENT/,
  /no language plugin '?pulumi-language-\S+/i,
  /no resource plugin '?(pulumi-resource-)?\S+/i,
  /could not find plugin/i,
  /unable to locate the pulumi-/i,
];
const MISSING_HELP =
  "Install the Pulumi CLI (pulumi.com/docs/install) and the plugins with `pulumi install`, " +
  "or run `npm start`, which finds or builds what it needs.";

/** The problems of a refusal, out of everything that the program said. */
export function refusedProblems(text: string): RefusedProblem[] {
  const problems = new Map<string, RefusedProblem>();
  let warnings = false;
  for (const line of text.split("\n")) {
    // The program lists the warnings after the errors; they refuse nothing.
    if (/\b\d+ problems? (?:in the settings|with the change)$/.test(line)) warnings = false;
    if (line.trim() === "also worth a look") warnings = true;
    if (warnings) continue;
    const [, rule, path, found, expected, remedy] = PROBLEM.exec(line) ?? [];
    if (rule !== undefined && path !== undefined && found !== undefined && expected !== undefined) {
      problems.set(line.trim(), { rule, path, found, expected, remedy: remedy ?? "" });
    }
  }
  return [...problems.values()];
}

/** The engine's error stream, out of the report that the Automation API makes of a failed command. */
function errorStream(report: string): string {
  const [, stream] = / stderr: ([\s\S]*?)\n err\?: /.exec(report) ?? [];
  return (stream ?? report).trim();
}

/** What a program's exception says, without the stack trace under it. */
export function withoutTrace(text: string): string {
  return text
    .split("\n")
    .filter((line) => !/^\s+at /.test(line))
    .join("\n")
    .trim();
}

function failedResources({ failed, messages }: Collected): FailedResource[] {
  const said = (urn: string): string[] =>
    messages.filter((message) => message.severity === "error" && message.urn === urn).map(({ text }) => text);
  return failed.map(({ urn, type, name, namespace }) => ({
    urn,
    type,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    message: [...new Set(said(urn))].join("\n") || "the provider gave no reason",
  }));
}

const errorsOf = (messages: readonly Message[]): string =>
  messages
    .filter(({ severity, text }) => severity === "error" && !REMARK.test(text))
    .map(({ text }) => withoutTrace(text))
    .join("\n");

export function classify(cause: unknown, context: FailureContext): DeployError {
  const { stack, collected, clean } = context;
  if (cause instanceof DeployError) return cause;
  const said = clean(errorStream(cause instanceof Error ? cause.message : String(cause)));
  const errors = errorsOf(collected.messages);
  if (context.cancelled) return new CancelledError(stack);
  if (cause instanceof ConcurrentUpdateError) {
    const holders = said.split("\n").filter((line) => /created by|file:\/\/|s3:\/\//.test(line));
    return new StackLockedError(stack, [...new Set(holders.map((line) => line.trim()))]);
  }
  if (cause instanceof NoStack) return new StackNotFoundError(stack, context.backend);
  if (MISSING.some((pattern) => pattern.test(said) || pattern.test(errors))) {
    return new EngineMissingError(stack, `${errors || said}\n${MISSING_HELP}`);
  }
  const problems = refusedProblems(`${errors}\n${said}`);
  if (problems.length > 0) return new RefusedByRuleError(stack, problems);
  const failed = failedResources(collected);
  if (failed.length > 0) return new ResourceFailedError(stack, failed);
  if (context.expectNoChanges && /no changes were expected/i.test(said)) {
    return new UnexpectedChangesError(stack, collected.steps);
  }
  return new EngineError(stack, errors || withoutTrace(said));
}
