/** The way from ZooKeeper to KRaft: what each phase of it needs. Which phase may follow which is a rule of changes. */
import { votingPods } from "../../../kafka/quorum.ts";
import { ERROR, type Rule, WARNING } from "./rule.ts";

export const COORDINATION_RULES: readonly Rule[] = [
  {
    id: "empty-voter-unknown",
    severity: ERROR,
    overridable: false,
    summary: "coordination.emptyVoters names pods that vote.",
    check: (settings) => {
      const pods = votingPods(settings);
      return settings.coordination.emptyVoters
        .filter((pod) => !pods.includes(pod))
        .map((pod) => ({
          path: "coordination.emptyVoters",
          found: pod,
          expected: `some of ${pods.join(", ")}`,
          remedy: "name the pod whose volume is lost, or leave it out",
        }));
    },
  },
  {
    id: "empty-voters-allowed",
    severity: WARNING,
    overridable: true,
    summary: "Voters begin with empty volumes only while somebody looks: a majority of them elects an empty log.",
    check: ({ coordination: { emptyVoters } }) =>
      emptyVoters.length === 0
        ? []
        : [
            {
              path: "coordination.emptyVoters",
              found: emptyVoters.join(", "),
              expected: "none, once these are Ready again",
              remedy: "take coordination.emptyVoters out with the next up",
            },
          ],
  },
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
