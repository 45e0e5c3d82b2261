/** What a change rule is: data with one pure check of the settings to be applied against those that were applied last. */

import { type Phase, phaseFacts } from "../../kafka/coordination.ts";
import type { AppliedShape } from "../appliedShape.ts";
import { formatPath, valueAt } from "../settings/path.ts";
import { type Finding, show } from "../settings/problem.ts";
import type { Rule } from "../settings/rules/rule.ts";
import type { Settings } from "../settings/settings.ts";

export { ERROR, STRICT } from "../settings/rules/rule.ts";

/** As a rule of the settings; overriding it takes a date on which that ends. */
export interface ChangeRule extends Omit<Rule, "check"> {
  readonly expires: true;
  /** @param previous what the last `up` applied; a setting that the program has got since then is not in it */
  check(previous: AppliedShape, next: Settings): readonly Finding[];
}

/** What all change rules have in common: whoever has done the step by hand may say so, for a time. */
export const CHANGE = { overridable: true, expires: true } as const;

/** A value as a stack file writes it. */
export const written = (value: unknown): string =>
  typeof value === "string" ? value : value === null ? "null" : show(value);

/** `3, applied is 5`. */
export const insteadOf = (next: unknown, previous: unknown): string =>
  `${written(next)}, applied is ${written(previous)}`;

/** The remedy that always works. */
export const keep = (path: string, value: unknown): string => `keep ${path}=${written(value)}`;

/** A setting that must stay as it is. */
export interface Fixed {
  readonly path: readonly string[];
  readonly why: string;
  readonly remedy: string;
}

/** Findings for those of the settings that are no longer what they were. */
export function changed(previous: AppliedShape, next: Settings, fixed: readonly Fixed[]): Finding[] {
  return fixed.flatMap(({ path, why, remedy }) => {
    const [before, after] = [valueAt(previous, path), valueAt(next, path)];
    if (before === undefined || before === after) return [];
    return [
      { path: formatPath(path), found: insteadOf(after, before), expected: `${written(before)}: ${why}`, remedy },
    ];
  });
}

type Nodes = Pick<Settings, "coordination" | "controllers">;
/** A stack of before the phases has none. */
const facts = (nodes: Nodes) =>
  phaseFacts({
    mode: nodes.coordination.mode,
    phase: (valueAt(nodes, ["coordination", "phase"]) as Phase | undefined) ?? "zookeeper",
  });
/** Whether the nodes have controllers of their own. */
export const isDedicated = (nodes: Nodes): boolean =>
  facts(nodes).controllers !== "none" && nodes.controllers.mode === "dedicated";
/** Whether there is an ensemble. */
export const isZookeeper = (nodes: Nodes): boolean => facts(nodes).ensemble;
/** Whether there are KRaft voters, beside an ensemble or without one. */
export const hasVoters = (nodes: Nodes): boolean => facts(nodes).controllers !== "none";
