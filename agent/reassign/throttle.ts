/**
 * How fast replicas are copied (KIP-73): a rate on each broker, and the replicas that it holds for, on each topic. Replicas
 * in sync are never slowed down. What an interrupted run left behind is found and taken away.
 */
import { ConfigResourceTypes, ConfigSources, IncrementalAlterConfigOperationTypes } from "@platformatic/kafka";
import type { Cluster } from "../connection.ts";
import { describeTopics } from "../reconcile/observe.ts";
import { alter, type Change, onBrokers } from "./configs.ts";
import type { Move } from "./layout.ts";
import type { BrokerNode, ClusterState } from "./state.ts";

const RATES = ["leader.replication.throttled.rate", "follower.replication.throttled.rate"] as const;
const [LEADER, FOLLOWER] = [
  "leader.replication.throttled.replicas",
  "follower.replication.throttled.replicas",
] as const;
const { SET, DELETE, APPEND } = IncrementalAlterConfigOperationTypes;

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
  await onBrokers(cluster, brokers, RATES, () => RATES.map((name) => ({ name, configOperation: SET, value })));
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
  const brokers = await onBrokers(cluster, state.brokers, RATES, (set) =>
    RATES.filter((name) => set.has(name)).map((name) => ({ name, configOperation: DELETE })),
  );
  return topics.length + brokers;
}

const ofTopic = (resourceName: string, configs: Change["configs"]): Change => ({
  resourceType: ConfigResourceTypes.TOPIC,
  resourceName,
  configs,
});
