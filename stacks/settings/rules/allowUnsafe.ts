/** Overrides: a stack may name a rule that it breaks on purpose, with a reason and the date on which that ends. */
import { nearest } from "../../../kafka/nearest.ts";
import type { Problem } from "../problem.ts";
import type { ParsedSettings } from "../schema.ts";
import type { DeepReadonly } from "../settings.ts";
import type { Rule } from "./rule.ts";

type Override = ParsedSettings["allowUnsafe"][number];

/** What an override has to know of a rule. */
export interface Overridable extends Pick<Rule, "id" | "overridable"> {
  /** Whether an override of it must end: it lets one change pass, not a state. */
  readonly expires?: boolean;
}

/** Problems of the overrides themselves: no such rule, one that cannot be overridden, no end, or an end that has passed. */
export function overrideProblems(
  overrides: readonly Override[],
  rules: readonly Overridable[],
  today: string,
): Problem[] {
  return overrides.flatMap((override, index) => judge(override, index, rules, today) ?? []);
}

/** Problems under overrides that have none themselves: what one names stays visible as a warning with its reason. */
export function overridden(problems: readonly Problem[], overrides: readonly DeepReadonly<Override>[]): Problem[] {
  return problems.flatMap((problem): Problem[] => {
    const override = overrides.find(({ rule }) => rule === problem.rule);
    if (!override) return [problem];
    const until = override.until === undefined ? "" : ` until ${override.until}`;
    if (problem.severity === "warning") return [];
    return [{ ...problem, severity: "warning", remedy: `allowed${until}: ${override.reason}` }];
  });
}

function judge(
  { rule: id, until }: Override,
  index: number,
  rules: readonly Overridable[],
  today: string,
): Problem | undefined {
  const path = `allowUnsafe[${index}]`;
  const rule = rules.find((known) => known.id === id);
  if (!rule) {
    const overridable = rules.filter((known) => known.overridable).map((known) => known.id);
    const [guess] = nearest(id, overridable);
    return {
      rule: "allow-unsafe-unknown",
      severity: "error",
      path: `${path}.rule`,
      found: JSON.stringify(id),
      expected: "the name of a rule that can be overridden",
      remedy: guess === undefined ? `one of ${overridable.join(", ")}` : `did you mean ${guess}?`,
    };
  }
  if (!rule.overridable) {
    return {
      rule: "allow-unsafe-refused",
      severity: "error",
      path: `${path}.rule`,
      found: id,
      expected: "a rule that can be overridden; the stack could not work without this one",
      remedy: "keep to the rule and take the override out",
    };
  }
  if (until === undefined && rule.expires === true) {
    return {
      rule: "allow-unsafe-open-ended",
      severity: "error",
      path: `${path}.until`,
      found: "nothing",
      expected: `a date: ${id} is about one change, and the next one like it must be refused again`,
      remedy: `set ${path}.until=${today}`,
    };
  }
  if (until === undefined || until >= today) return undefined;
  return {
    rule: "allow-unsafe-expired",
    severity: "error",
    path: `${path}.until`,
    found: until,
    expected: `${today} or later`,
    remedy: `keep to ${id} now, or set a new date and say why`,
  };
}
