/** Exit codes of `npm run deploy`: one a kind of failure, so that a pipeline can act on it. */
import { CommanderError } from "commander";
import * as errors from "./errors.ts";

export const UNCONFIRMED = 2;

const TABLE: readonly (readonly [new (...args: never[]) => Error, number, string])[] = [
  [errors.RefusedByRuleError, 3, "refused by a rule; nothing was touched"],
  [errors.UnexpectedChangesError, 4, "changes where --expect-no-changes allows none"],
  [errors.ResourceFailedError, 5, "a resource failed; the same command again resumes"],
  [errors.StackLockedError, 6, "the stack is locked by another operation"],
  [errors.StackNotFoundError, 7, "no such stack"],
  [errors.DataLossError, 8, "would delete or replace what holds data; nothing was touched"],
  [errors.EngineMissingError, 9, "no usable Pulumi CLI, language host or plugin"],
  [errors.CancelledError, 130, "stopped"],
];

/** The code for a failure; 1 for what has none of its own. */
export function exitCode(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : UNCONFIRMED;
  return TABLE.find(([kind]) => error instanceof kind)?.[1] ?? 1;
}

/** The table as help text. */
export const exitCodeHelp = [
  "\nExit codes:",
  "  0  done",
  "  1  any other failure",
  `  ${UNCONFIRMED}  wrong usage, or not confirmed`,
  ...TABLE.map(([, code, meaning]) => `  ${code}  ${meaning}`),
].join("\n");
