/** Brokers and voters: how many, and where the voters run. */
import type { Settings } from "../settings.ts";
import {
  beside,
  ERROR,
  ensemble,
  PRODUCTION_ERROR,
  PRODUCTION_WARNING,
  presentTopics,
  type Rule,
  WARNING,
} from "./rule.ts";

const PATHS = { brokers: "kafka.replicas", controllers: "controllers.replicas", zookeeper: "zookeeper.replicas" };

/** Everything that votes: on the way from ZooKeeper to KRaft both have their voters. */
function quorums(settings: Settings): { path: string; count: number }[] {
  const others = beside(settings);
  if (others.length === 0) return [{ path: PATHS.brokers, count: settings.kafka.replicas }];
  return others.map((kind) => ({ path: PATHS[kind], count: settings[kind].replicas }));
}

/** Dedicated controllers have node ids from 100 on, so brokers must stay below. */
const MOST_BROKERS = 100;
/** Beyond this a broker's recovery and failover take minutes (operators' rule of thumb, also AWS MSK's upper sizes). */
const PARTITIONS_PER_BROKER = 4000;

export const QUORUM_RULES: readonly Rule[] = [
  {
    id: "even-quorum",
    severity: ERROR,
    overridable: true,
    summary: "A quorum has an odd number of voters: an even one survives no more losses than the odd one below it.",
    check: (settings) =>
      quorums(settings).flatMap(({ path, count }) => {
        if (count % 2 === 1) return [];
        const combined = path === PATHS.brokers;
        const remedy = `set ${path}=${count + 1}${combined ? ", or controllers.mode=dedicated for voters of their own" : ""}`;
        return [{ path, found: `${count} voters`, expected: "an odd number", remedy }];
      }),
  },
  {
    id: "quorum-too-large",
    severity: WARNING,
    overridable: true,
    summary: "More than seven voters (five where they are brokers too) slow every metadata change for no safety.",
    check: (settings) =>
      quorums(settings).flatMap(({ path, count }) => {
        const combined = path === PATHS.brokers;
        const most = combined ? 5 : 7;
        if (count <= most) return [];
        const remedy = combined ? "set controllers.mode=dedicated" : `set ${path}=5`;
        return [{ path, found: `${count} voters`, expected: `at most ${most}`, remedy }];
      }),
  },
  {
    id: "prod-single-voter",
    severity: PRODUCTION_ERROR,
    overridable: true,
    summary: "In production metadata has at least three voters: with one, its loss stops the cluster.",
    check: (settings) =>
      quorums(settings)
        // Combined voters are brokers, of which another rule wants three.
        .filter(({ path, count }) => count <= 2 && path !== PATHS.brokers)
        .map(({ path, count }) => ({ path, found: String(count), expected: "3 or 5", remedy: `set ${path}=3` })),
  },
  {
    id: "prod-under-three-brokers",
    severity: PRODUCTION_ERROR,
    overridable: true,
    summary:
      "In production there are at least three brokers: with fewer, a roll or a failure stops writes or risks data.",
    check: ({ kafka: { replicas } }) =>
      replicas >= 3
        ? []
        : [{ path: PATHS.brokers, found: String(replicas), expected: "at least 3", remedy: "set kafka.replicas=3" }],
  },
  {
    id: "prod-combined-controllers",
    severity: PRODUCTION_WARNING,
    overridable: true,
    summary: "In production controllers run apart from brokers: a busy broker must not hold up elections.",
    check: (settings) =>
      ensemble(settings) !== "brokers"
        ? []
        : [
            {
              path: "controllers.mode",
              found: "combined",
              expected: "dedicated",
              remedy: "choose controllers.mode=dedicated before the first up; a running quorum stays where it is",
            },
          ],
  },
  {
    id: "too-many-brokers",
    severity: ERROR,
    overridable: false,
    summary: "At most 100 brokers: node ids from 100 on belong to the controllers.",
    check: ({ kafka: { replicas } }) =>
      replicas <= MOST_BROKERS
        ? []
        : [
            {
              path: PATHS.brokers,
              found: String(replicas),
              expected: `at most ${MOST_BROKERS}`,
              remedy: "split the load over several clusters",
            },
          ],
  },
  {
    id: "partitions-per-broker",
    severity: WARNING,
    overridable: true,
    summary: "A broker holds at most 4,000 partition replicas: beyond that recovery and failover take minutes.",
    check: (settings) => {
      const total = presentTopics(settings).reduce((sum, t) => sum + t.partitions * t.replicationFactor, 0);
      const each = Math.ceil(total / settings.kafka.replicas);
      if (each <= PARTITIONS_PER_BROKER) return [];
      const enough = Math.ceil(total / PARTITIONS_PER_BROKER);
      return [
        {
          path: "topics.items",
          found: `${each} replicas a broker (${total} over ${settings.kafka.replicas})`,
          expected: `at most ${PARTITIONS_PER_BROKER}`,
          remedy: `set kafka.replicas=${enough}, or fewer partitions`,
        },
      ];
    },
  },
];
