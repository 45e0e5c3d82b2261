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
  const overrides = await Promise.all(chunks(known, DESCRIBE_BATCH).map((names) => describe(cluster, names)));
  for (const [name, config] of overrides.flat()) {
    const topic = topics.get(name);
    if (topic) topics.set(name, { ...topic, config });
  }
  return { brokers: metadata.brokers, topics };
}

async function describe(cluster: Cluster, names: readonly string[]): Promise<[string, Record<string, string>][]> {
  const resources = names.map((resourceName) => ({
    resourceType: ConfigResourceTypes.TOPIC,
    resourceName,
    configurationKeys: null,
  }));
  const answer = await cluster.call("any", "DescribeConfigs", resources, false, false);
  return answer.results.flatMap(({ errorCode, errorMessage, resourceName, configs }) => {
    // Deleted between the two requests; the next round of the reconcile sees it as missing.
    if (errorCode === UNKNOWN_TOPIC) return [];
    if (errorCode !== 0) throw new Error(`configs of topic ${resourceName}: ${explainCode(errorCode, errorMessage)}`);
    const set = configs.filter((config) => config.configSource === ConfigSources.DYNAMIC_TOPIC_CONFIG);
    return [[resourceName, Object.fromEntries(set.map(({ name, value }) => [name, value ?? ""]))]];
  });
}
