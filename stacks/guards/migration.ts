/** Where cluster metadata lives, and the steps from one place to the next. */
import { type Phase, STEPS, type Stage, stageOf, stageSetting } from "../../kafka/coordination.ts";
import type { AppliedShape } from "../appliedShape.ts";
import { valueAt } from "../settings/path.ts";
import type { Settings } from "../settings/settings.ts";
import { CHANGE, type ChangeRule, changed, ERROR, type Fixed, keep } from "./rule.ts";

const stage = (settings: Pick<AppliedShape | Settings, "coordination">): Stage => {
  const phase = valueAt(settings, ["coordination", "phase"]) as Phase | undefined;
  return stageOf({ mode: settings.coordination.mode, ...(phase === undefined ? {} : { phase }) });
};

const underWay = (at: Stage): boolean => at !== "zookeeper" && at !== "done";

/** Whether either of the two is on the way from ZooKeeper to KRaft. */
export const isMigrating = (previous: AppliedShape, next: Settings): boolean =>
  underWay(stage(previous)) || underWay(stage(next));

const ALONE = "the way from ZooKeeper to KRaft goes through its phases with the same nodes and the same release";
const still = (...path: string[]): Fixed => ({
  path,
  why: ALONE,
  remedy: `keep it until coordination.mode=kraft is applied`,
});

export const MIGRATION_RULES: readonly ChangeRule[] = [
  {
    ...CHANGE,
    id: "coordination-jump",
    severity: ERROR,
    summary:
      "Metadata moves from ZooKeeper to KRaft a phase at a time: a jump would start an empty cluster on full disks.",
    check: (previous, next) => {
      const [from, to] = [stage(previous), stage(next)];
      const { forward, back } = STEPS[from];
      const steps = [forward, back].filter((step) => step !== undefined);
      if (from === to || steps.includes(to)) return [];
      const path = previous.coordination.mode === next.coordination.mode ? "coordination.phase" : "coordination.mode";
      return [
        {
          path,
          found: `${stageSetting(to)}, applied is ${stageSetting(from)}`,
          expected: [from, ...steps].map(stageSetting).join(" or "),
          remedy: from === "done" ? keep("coordination.mode", "kraft") : `set ${stageSetting(forward ?? from)}`,
        },
      ];
    },
  },
  {
    ...CHANGE,
    id: "migration-not-alone",
    severity: ERROR,
    summary: "While metadata is on its way from ZooKeeper to KRaft, brokers, voters and release stay as they are.",
    check: (previous, next) =>
      isMigrating(previous, next)
        ? changed(previous, next, [
            still("kafka", "version"),
            still("kafka", "replicas"),
            still("zookeeper", "replicas"),
            still("zookeeper", "chroot"),
          ])
        : [],
  },
];
