/** The check of the settings to be applied against those that were applied last. */
import { type AppliedShape, completeShape, readShape } from "../appliedShape.ts";
import { type Problem, SettingsError } from "../settings/problem.ts";
import { overridden } from "../settings/rules/allowUnsafe.ts";
import type { Settings } from "../settings/settings.ts";
import { CHANGE_RULES, UNREADABLE } from "./table.ts";

/**
 * @param previous text of the output `appliedShape`; undefined for a stack that has none yet
 * @param next settings whose overrides have been judged already
 * @returns warnings, and refusals that an override made warnings of
 * @throws SettingsError with every problem at once
 */
export function checkChange(previous: string | undefined, next: Settings): readonly Problem[] {
  if (previous === undefined) return [];
  const problems = overridden(changeProblems(previous, next), next.allowUnsafe);
  if (problems.some(({ severity }) => severity === "error")) throw new SettingsError(problems, "with the change");
  return problems;
}

function changeProblems(text: string, next: Settings): Problem[] {
  const previous = readable(text, next);
  if (previous instanceof Error) {
    const expected = "the settings of the last up, a line each";
    const remedy = `if another program wrote that output, compare by hand and allow ${UNREADABLE.id} for a day`;
    return [
      { rule: UNREADABLE.id, severity: "error", path: "appliedShape", found: previous.message, expected, remedy },
    ];
  }
  return CHANGE_RULES.flatMap((rule): Problem[] => {
    const severity = rule.severity[next.profile];
    if (severity === "off") return [];
    return rule.check(previous, next).map((finding) => ({ rule: rule.id, severity, ...finding }));
  });
}

function readable(text: string, next: Settings): AppliedShape | Error {
  try {
    return readShape(completeShape(text, next));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
