/** Overrides: a stack may name a rule that it breaks on purpose, with a reason and the date on which that ends. */
import { nearest } from "../../../kafka/nearest.ts";
import type { Problem } from "../problem.ts";
import type { ParsedSettings } from "../schema.ts";
import type { Rule } from "./rule.ts";

type Override = ParsedSettings["allowUnsafe"][number];

/**
 * Applies the overrides: what a valid one names stays visible as a warning with its reason. An override that names no
 * rule, a rule that cannot be overridden, or a date that has passed, is a problem itself and overrides nothing.
 */
export function applyOverrides(
  problems: readonly Problem[],
  overrides: readonly Override[],
  rules: readonly Rule[],
  today: string,
): Problem[] {
  const judged = overrides.map((override, index) => ({ override, problem: judge(override, index, rules, today) }));
  const valid = judged.filter(({ problem }) => problem === undefined).map(({ override }) => override);
  const kept = problems.flatMap((problem): Problem[] => {
    const override = valid.find(({ rule }) => rule === problem.rule);
    if (!override) return [problem];
    const until = override.until === undefined ? "" : ` until ${override.until}`;
    if (problem.severity === "warning") return [];
    return [{ ...problem, severity: "warning", remedy: `allowed${until}: ${override.reason}` }];
  });
  return [...kept, ...judged.flatMap(({ problem }) => (problem ? [problem] : []))];
}

function judge(
  { rule: id, until }: Override,
  index: number,
  rules: readonly Rule[],
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
