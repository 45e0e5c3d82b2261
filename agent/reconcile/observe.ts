/** What the cluster holds: all topics in one request, and the configs set on those that are declared. */
import { ConfigResourceTypes, ConfigSources } from "@platformatic/kafka";
import type { Cluster } from "../connection.ts";
import { explainCode } from "../retry.ts";
import { chunks } from "./batches.ts";
import type { ActualTopic } from "./plan.ts";

export interface Observation {
  readonly brokers: readonly { readonly nodeId: number; readonly host: string; readonly port: number }[];
  /** By name, Kafka's own topics included; `config` is read for declared topics only. */
  readonly topics: ReadonlyMap<string, ActualTopic>;
}

/** Topics of one DescribeConfigs request: large enough to save round trips, small enough to overlap broker and agent. */
const DESCRIBE_BATCH = 500;
const UNKNOWN_TOPIC = 3;

/** @throws Error with the broker's message where it will not describe a topic */
export async function observe(cluster: Cluster, declared: ReadonlySet<string>): Promise<Observation> {
  const metadata = await cluster.call("any", "Metadata", null, false, false);
  const topics = new Map<string, ActualTopic>();
  for (const { name, partitions } of metadata.topics) {
    if (!name) continue;
    // While replicas move a partition has more of them, so the smallest count is the topic's own.
    const replicationFactor = Math.min(...partitions.map((partition) => partition.replicaNodes.length));
    topics.set(name, { name, partitions: partitions.length, replicationFactor, config: {} });
  }
  const known = [...declared].filter((name) => topics.has(name));
  for (const { resourceName, configs } of await describeTopics(cluster, known, null)) {
    const topic = topics.get(resourceName);
    const set = configs.filter((config) => config.configSource === ConfigSources.DYNAMIC_TOPIC_CONFIG);
    const config = Object.fromEntries(set.map(({ name, value }) => [name, value ?? ""]));
    if (topic) topics.set(resourceName, { ...topic, config });
  }
  return { brokers: metadata.brokers, topics };
}

/**
 * Configs of topics with where each comes from; a topic that is gone meanwhile is left out.
 * @param keys the configs to ask for; `null` for all
 */
export async function describeTopics(cluster: Cluster, names: readonly string[], keys: string[] | null) {
  const answers = await Promise.all(
    chunks(names, DESCRIBE_BATCH).map((batch) => {
      const resources = batch.map((resourceName) => ({
        resourceType: ConfigResourceTypes.TOPIC,
        resourceName,
        configurationKeys: keys,
      }));
      return cluster.call("any", "DescribeConfigs", resources, false, false);
    }),
  );
  const results = answers.flatMap((answer) => answer.results);
  const refused = results.find(({ errorCode }) => errorCode !== 0 && errorCode !== UNKNOWN_TOPIC);
  if (refused) {
    const { resourceName, errorCode, errorMessage } = refused;
    throw new Error(`configs of topic ${resourceName}: ${explainCode(errorCode, errorMessage)}`);
  }
  return results.filter(({ errorCode }) => errorCode === 0);
}
