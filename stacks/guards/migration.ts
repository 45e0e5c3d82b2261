/** Where cluster metadata lives, and the steps from one place to the next. */
import type { AppliedShape } from "../appliedShape.ts";
import type { Settings } from "../settings/settings.ts";
import { CHANGE, type ChangeRule, ERROR, insteadOf, keep } from "./rule.ts";

/** Stage → the stages that one `up` may go to from there. */
const STEPS: Readonly<Record<string, readonly string[]>> = { zookeeper: [], kraft: [] };

const stage = ({ coordination }: Pick<AppliedShape | Settings, "coordination">): string => coordination.mode;

export const MIGRATION_RULES: readonly ChangeRule[] = [
  {
    ...CHANGE,
    id: "coordination-jump",
    severity: ERROR,
    summary:
      "Metadata moves from ZooKeeper to KRaft a phase at a time: a jump would start an empty cluster on full disks.",
    check: (previous, next) => {
      const [from, to] = [stage(previous), stage(next)];
      const steps = STEPS[from] ?? [];
      if (from === to || steps.includes(to)) return [];
      const path = "coordination.mode";
      return [{ path, found: insteadOf(to, from), expected: [from, ...steps].join(" or "), remedy: keep(path, from) }];
    },
  },
];
