/** Fills in what follows from other settings. Never throws: what makes no sense is left for the rules to name. */
import { defaultMetadataVersion } from "../../kafka/features.ts";
import { defaultHeap } from "../../kafka/sizing.ts";
import { quantityBytes } from "../../kafka/units.ts";
import { defaultImage, defaultVersion, versionFacts } from "../../kafka/versions.ts";
import { zookeeperImage } from "../../kafka/zookeeper.ts";
import { resolveUsers } from "./resolveUsers.ts";
import type { ParsedSettings } from "./schema.ts";
import type { Settings, TopicSettings } from "./settings.ts";

type Topic = NonNullable<ParsedSettings["topics"]["items"][string]>;

/** On KRaft there is nothing left of the way from ZooKeeper. */
const FIRST_PHASE = { zookeeper: "zookeeper", kraft: "kraft" } as const;

/** The settings as the program uses them. */
export function resolve(parsed: ParsedSettings): Settings {
  const kafka = resolveKafka(parsed);
  const { coordination, controllers, zookeeper, topics } = parsed;
  const replicas = controllers.mode === "combined" ? kafka.replicas : kafka.replicas === 1 ? 1 : 3;
  return {
    ...parsed,
    coordination: { ...coordination, phase: coordination.phase ?? FIRST_PHASE[coordination.mode] },
    kafka,
    controllers: { ...controllers, replicas: controllers.replicas ?? replicas },
    zookeeper: {
      ...zookeeper,
      image: zookeeper.image ?? zookeeperImage(zookeeper.version),
      heap: zookeeper.heap ?? heapFor(zookeeper.resources.requests.memory),
    },
    topics: { ...topics, items: resolveTopics(topics, kafka) },
    users: { items: resolveUsers(parsed) },
  };
}

function resolveKafka({ kafka, coordination }: ParsedSettings): Settings["kafka"] {
  const version = kafka.version ?? defaultVersion(coordination.mode);
  const known = versionFacts(version) ? version : defaultVersion(coordination.mode);
  const replicationFactor = kafka.replicationFactor ?? Math.min(3, kafka.replicas);
  return {
    ...kafka,
    version,
    metadataVersion: kafka.metadataVersion ?? defaultMetadataVersion(known),
    image: kafka.image ?? defaultImage(kafka.distribution, known),
    heap: kafka.heap ?? heapFor(kafka.resources.requests.memory),
    replicationFactor,
    minInSyncReplicas: kafka.minInSyncReplicas ?? defaultMinInSync(replicationFactor),
  };
}

/** Writes go on while one replica is down, and two copies hold each acknowledged record where there are three. */
function defaultMinInSync(replicationFactor: number): number {
  return Math.max(1, Math.min(2, replicationFactor - 1));
}

/** Follows the request, the memory that the pod is sure of. */
function heapFor(memory: string): string {
  return defaultHeap(quantityBytes(memory) ?? 0);
}

function resolveTopics(topics: ParsedSettings["topics"], kafka: Settings["kafka"]): TopicSettings[] {
  const declared = Object.entries(topics.items).flatMap(([name, topic]) => (topic ? [{ name, topic }] : []));
  const { deadLetter } = topics;
  const missing = deadLetter !== null && !declared.some(({ name }) => name === deadLetter);
  const all = missing ? [...declared, { name: deadLetter, topic: {} }] : declared;
  return all.map(({ name, topic }) => resolveTopic(name, topic, kafka));
}

function resolveTopic(name: string, topic: Topic, kafka: Settings["kafka"]): TopicSettings {
  const replicationFactor = topic.replicationFactor ?? kafka.replicationFactor;
  const inherited = replicationFactor === kafka.replicationFactor;
  const minInSyncReplicas =
    topic.minInSyncReplicas ?? (inherited ? kafka.minInSyncReplicas : defaultMinInSync(replicationFactor));
  const cleanupPolicy = topic.cleanupPolicy ?? "delete";
  // A compacted topic keeps the last record of each key for good; its time limit would only mislead.
  const retention = topic.retention ?? (cleanupPolicy === "compact" ? -1 : kafka.retention);
  return {
    name,
    partitions: topic.partitions ?? kafka.defaultPartitions,
    replicationFactor,
    minInSyncReplicas,
    critical: topic.critical ?? false,
    config: {
      "cleanup.policy": cleanupPolicy,
      "compression.type": topic.compression ?? kafka.compression,
      "min.insync.replicas": String(minInSyncReplicas),
      "retention.ms": String(retention),
      ...(topic.retentionBytes === undefined ? {} : { "retention.bytes": retentionBytes(topic.retentionBytes) }),
      ...(topic.critical === true ? { "unclean.leader.election.enable": "false" } : {}),
      ...topic.config,
    },
    state: topic.state ?? "present",
    recreate: topic.recreate ?? false,
  };
}

function retentionBytes(text: string): string {
  return text === "unlimited" ? "-1" : String(Math.floor(quantityBytes(text) ?? -1));
}
