/**
 * How fast replicas are copied (KIP-73): a rate on each broker, and the replicas that it holds for, on each topic. Replicas
 * in sync are never slowed down. What an interrupted run left behind is found and taken away.
 */
import { ConfigResourceTypes, ConfigSources, IncrementalAlterConfigOperationTypes } from "@platformatic/kafka";
import type { Cluster, Target } from "../connection.ts";
import { chunks } from "../reconcile/batches.ts";
import { describeTopics } from "../reconcile/observe.ts";
import { explainCode, TransientError } from "../retry.ts";
import type { Move } from "./layout.ts";
import type { BrokerNode, ClusterState } from "./state.ts";

const RATES = ["leader.replication.throttled.rate", "follower.replication.throttled.rate"] as const;
const [LEADER, FOLLOWER] = [
  "leader.replication.throttled.replicas",
  "follower.replication.throttled.replicas",
] as const;
const { SET, DELETE, APPEND } = IncrementalAlterConfigOperationTypes;
const TOPICS_PER_REQUEST = 500;
const UNKNOWN_TOPIC = 3;

interface Change {
  readonly resourceType: (typeof ConfigResourceTypes)["TOPIC" | "BROKER"];
  readonly resourceName: string;
  readonly configs: (
    | { readonly name: string; readonly configOperation: typeof DELETE }
    | { readonly name: string; readonly configOperation: typeof SET | typeof APPEND; readonly value: string }
  )[];
}

/**
 * Limits the copying that moves need.
 * @param rate bytes a second that each broker sends at most, and takes at most
 */
export async function throttle(
  cluster: Cluster,
  brokers: readonly BrokerNode[],
  moves: readonly Move[],
  rate: number,
): Promise<void> {
  const value = String(rate);
  await onBrokers(cluster, brokers, () => RATES.map((name) => ({ name, configOperation: SET, value })));
  const topics = new Map<string, { leader: string[]; follower: string[] }>();
  for (const { topic, partition, replicas, from } of moves) {
    const entry = topics.get(topic) ?? { leader: [], follower: [] };
    topics.set(topic, entry);
    entry.leader.push(...from.map((id) => `${partition}:${id}`));
    entry.follower.push(...replicas.filter((id) => !from.includes(id)).map((id) => `${partition}:${id}`));
  }
  // Appended, because moves of an earlier round may still run under the same key.
  const changes = [...topics]
    .filter(([, { follower }]) => follower.length > 0)
    .map(([topic, { leader, follower }]) =>
      ofTopic(topic, [
        { name: LEADER, configOperation: APPEND, value: leader.join(",") },
        { name: FOLLOWER, configOperation: APPEND, value: follower.join(",") },
      ]),
    );
  await alter(cluster, "controller", changes);
}

/** @returns how many topics and brokers had a limit */
export async function unthrottle(cluster: Cluster, state: ClusterState): Promise<number> {
  const names = [...new Set(state.partitions.map(({ topic }) => topic))];
  const described = await describeTopics(cluster, names, [LEADER, FOLLOWER]);
  const topics = described.flatMap(({ resourceName, configs }) => {
    const set = configs.filter(
      ({ configSource, value }) => configSource === ConfigSources.DYNAMIC_TOPIC_CONFIG && value !== "",
    );
    return set.length > 0
      ? [
          ofTopic(
            resourceName,
            set.map(({ name }) => ({ name, configOperation: DELETE })),
          ),
        ]
      : [];
  });
  await alter(cluster, "controller", topics);
  const brokers = await onBrokers(cluster, state.brokers, (set) =>
    RATES.filter((name) => set.has(name)).map((name) => ({ name, configOperation: DELETE })),
  );
  return topics.length + brokers;
}

/** Changes configs that are set on single brokers; each broker takes its own only. */
async function onBrokers(
  cluster: Cluster,
  brokers: readonly BrokerNode[],
  change: (set: ReadonlySet<string>) => Change["configs"],
): Promise<number> {
  const changed = await Promise.all(
    brokers.map(async ({ id, host, port }) => {
      const resource = { resourceType: ConfigResourceTypes.BROKER, resourceName: String(id) };
      const described = await cluster.call(
        { host, port },
        "DescribeConfigs",
        [{ ...resource, configurationKeys: [...RATES] }],
        false,
        false,
      );
      const set = described.results
        .flatMap(({ configs }) => configs)
        .filter(({ configSource }) => configSource === ConfigSources.DYNAMIC_BROKER_CONFIG);
      const configs = change(new Set(set.map(({ name }) => name)));
      if (configs.length > 0) await alter(cluster, { host, port }, [{ ...resource, configs }]);
      return configs.length > 0 ? 1 : 0;
    }),
  );
  return changed.reduce<number>((sum, one) => sum + one, 0);
}

const ofTopic = (resourceName: string, configs: Change["configs"]): Change => ({
  resourceType: ConfigResourceTypes.TOPIC,
  resourceName,
  configs,
});

async function alter(cluster: Cluster, target: Target, changes: readonly Change[]): Promise<void> {
  for (const batch of chunks(changes, TOPICS_PER_REQUEST)) {
    const { responses } = await cluster.call(target, "IncrementalAlterConfigs", batch, false);
    const refused = responses.find(({ errorCode }) => errorCode !== 0 && errorCode !== UNKNOWN_TOPIC);
    if (refused) {
      const { resourceName, errorCode, errorMessage } = refused;
      throw new TransientError(`throttle of ${resourceName}: ${explainCode(errorCode, errorMessage)}`);
    }
  }
}
