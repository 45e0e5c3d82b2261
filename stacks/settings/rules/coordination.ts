/** The way from ZooKeeper to KRaft: what each phase of it needs. Which phase may follow which is a rule of changes. */
import { ERROR, type Rule } from "./rule.ts";

export const COORDINATION_RULES: readonly Rule[] = [
  {
    id: "phase-without-zookeeper",
    severity: ERROR,
    overridable: false,
    summary: "coordination.phase counts on ZooKeeper alone; a stack on KRaft has no way left to go.",
    check: ({ coordination: { mode, phase } }) =>
      mode === "zookeeper" || phase === "kraft"
        ? []
        : [
            {
              path: "coordination.phase",
              found: `${phase} with coordination.mode kraft`,
              expected: "nothing, or kraft",
              remedy: "take coordination.phase out, or set coordination.mode=zookeeper where ZooKeeper still runs",
            },
          ],
  },
  {
    id: "migration-needs-dedicated",
    severity: ERROR,
    overridable: false,
    summary: "A cluster leaves ZooKeeper for controllers of their own: Kafka cannot migrate to combined nodes.",
    check: ({ coordination: { mode, phase }, controllers }) =>
      mode === "kraft" || phase === "zookeeper" || controllers.mode === "dedicated"
        ? []
        : [
            {
              path: "controllers.mode",
              found: `${controllers.mode} in phase ${phase}`,
              expected: "dedicated",
              remedy: "set controllers.mode=dedicated, and keep it after the migration",
            },
          ],
  },
];
