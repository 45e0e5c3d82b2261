/** The groups of server.properties, each a function of the settings. Which node has which: serverProperties.ts. */
import { brokerKey } from "./catalogue/catalogue.ts";
import type { CoordinationInput, NodeCoordination } from "./coordination.ts";
import { usesEnsembleTls } from "./ensembleTls.ts";
import type { ExternalAccess } from "./externalAccess.ts";
import { type NodeRole, PLACEHOLDERS } from "./listeners.ts";
import { ownedBrokerKey } from "./ownedKeys.ts";
import { dataDirectories, NODE_PATHS } from "./paths.ts";
import type { Property, PropertyGroup } from "./properties.ts";
import { type QuorumInput, quorumVoters } from "./quorum.ts";
import type { SecurityInput } from "./security.ts";
import { cpuCores, quantityBytes } from "./units.ts";
import { type EnsembleInput, zookeeperConnect } from "./zookeeper.ts";
import { clientTls } from "./zookeeperTls.ts";

/** What the properties follow from; {@link Settings} fits. Durations in milliseconds, -1 is unlimited. */
export interface PropertiesInput extends QuorumInput, SecurityInput {
  readonly rackAwareness: { readonly enabled: boolean };
  readonly coordination: CoordinationInput;
  readonly zookeeper: EnsembleInput["zookeeper"];
  readonly names: QuorumInput["names"] & EnsembleInput["names"];
  readonly externalAccess: ExternalAccess;
  readonly kafka: {
    readonly version: string;
    readonly replicas: number;
    readonly networkThreads: number;
    readonly ioThreads: number;
    readonly compression: string;
    readonly autoCreateTopics: boolean;
    readonly defaultPartitions: number;
    readonly replicationFactor: number;
    readonly minInSyncReplicas: number;
    readonly retention: number;
    /** A size per partition, or `unlimited`. */
    readonly retentionBytes: string;
    readonly resources: {
      readonly requests: { readonly cpu: string };
      readonly limits: { readonly cpu?: string | undefined };
    };
    readonly config: Readonly<Record<string, string>>;
  };
}

/** Replication as far as the brokers reach: with one broker everything is 1, and minISR leaves room for one to be down. */
export function replication(kafka: PropertiesInput["kafka"]): { factor: number; minInSync: number } {
  const factor = Math.min(kafka.replicationFactor, kafka.replicas);
  return { factor, minInSync: Math.min(kafka.minInSyncReplicas, Math.max(1, factor - 1)) };
}

export function identity(role: NodeRole, node: NodeCoordination): PropertyGroup {
  const why = "Identity: the init script puts in the id and the name of each pod.";
  if (node.startsWith("zookeeper")) return { why, entries: [["broker.id", PLACEHOLDERS.nodeId]] };
  return {
    why,
    entries: [
      ["node.id", PLACEHOLDERS.nodeId],
      ["process.roles", role === "combined" ? "broker,controller" : role],
    ],
  };
}

export function quorum(input: QuorumInput): PropertyGroup {
  return {
    why: "Quorum: a fixed set of voters by pod name, which resolves before a pod is ready.",
    entries: [
      ["controller.quorum.voters", quorumVoters(input)],
      ["controller.quorum.fetch.timeout.ms", "2000"],
    ],
  };
}

/** Brokers in other zones than their replicas' leader may serve consumers that are closer to them (KIP-392). */
export function rack({ rackAwareness }: PropertiesInput): PropertyGroup {
  return {
    why: "Rack: replicas are spread over zones, and a consumer that names its client.rack reads from its own.",
    entries: rackAwareness.enabled
      ? [
          ["broker.rack", PLACEHOLDERS.zone],
          ["replica.selector.class", "org.apache.kafka.common.replica.RackAwareReplicaSelector"],
        ]
      : [],
  };
}

/** @param migrating whether the node takes part in the copying of metadata to the quorum */
export function zookeeper(input: PropertiesInput, migrating: boolean): PropertyGroup {
  return {
    why: "ZooKeeper: every member of the ensemble by pod name, and time for the first of them to come up.",
    entries: [
      ["zookeeper.connect", zookeeperConnect(input)],
      ["zookeeper.session.timeout.ms", "18000"],
      ["zookeeper.connection.timeout.ms", "60000"],
      ...(usesEnsembleTls(input) ? clientTls(NODE_PATHS) : []),
      ...(migrating ? [["zookeeper.metadata.migration.enable", "true"] as const] : []),
    ],
  };
}

/** @param metadata whether the node keeps the metadata log too */
export function storage(metadata = true): PropertyGroup {
  const directories = dataDirectories();
  return {
    why: "Storage: sub-directories of the volume, so that lost+found is not taken for a partition.",
    entries: [
      ["log.dirs", directories.log],
      ...(metadata ? [["metadata.log.dir", directories.metadata] as const] : []),
    ],
  };
}

/** @param decides whether this node settles how many replicas a topic gets that does not say */
export function durability({ kafka }: PropertiesInput, decides: boolean): PropertyGroup {
  const { factor, minInSync } = replication(kafka);
  return {
    why: "Durability: an acknowledged record survives the loss of a broker.",
    entries: [
      ...(decides ? [["default.replication.factor", String(factor)] as const] : []),
      ["min.insync.replicas", String(minInSync)],
      ["unclean.leader.election.enable", "false"],
    ],
  };
}

/** @param decides whether this node settles how many partitions a topic gets that does not say */
export function topicDefaults({ kafka }: PropertiesInput, decides: boolean): PropertyGroup {
  const bytes = kafka.retentionBytes === "unlimited" ? -1 : Math.floor(quantityBytes(kafka.retentionBytes) ?? -1);
  return {
    why: "Topics that do not say otherwise.",
    entries: [
      ...(decides ? [["num.partitions", String(kafka.defaultPartitions)] as const] : []),
      ["compression.type", kafka.compression],
      ["log.retention.ms", String(kafka.retention)],
      ["log.retention.bytes", String(bytes)],
      ["auto.create.topics.enable", String(kafka.autoCreateTopics)],
      ["delete.topic.enable", "true"],
    ],
  };
}

export function balance({ kafka }: PropertiesInput): PropertyGroup {
  const share: Property = ["leader.imbalance.per.broker.percentage", "10"];
  return {
    why: "Balance: leadership returns to the preferred replicas after a roll.",
    entries: [
      ["auto.leader.rebalance.enable", "true"],
      ["leader.imbalance.check.interval.seconds", "300"],
      // Gone with 4.0: KRaft moves every partition back, whatever their share.
      ...(brokerKey(kafka.version, share[0]) ? [share] : []),
    ],
  };
}

export function internalTopics({ kafka }: PropertiesInput): PropertyGroup {
  const { factor, minInSync } = replication(kafka);
  const share = "share.coordinator.state.topic";
  const entries: Property[] = [
    ["offsets.topic.replication.factor", String(factor)],
    ["transaction.state.log.replication.factor", String(factor)],
    ["transaction.state.log.min.isr", String(minInSync)],
  ];
  if (brokerKey(kafka.version, `${share}.replication.factor`))
    entries.push([`${share}.replication.factor`, String(factor)], [`${share}.min.isr`, String(minInSync)]);
  return { why: "Internal topics are as safe as the others, as far as the number of brokers allows.", entries };
}

export function threads({ kafka }: PropertiesInput): PropertyGroup {
  const cores = cpuCores(kafka.resources.limits.cpu ?? kafka.resources.requests.cpu) ?? 1;
  return {
    why: "Threads of the request path, and those that read logs in parallel after a crash.",
    entries: [
      ["num.network.threads", String(kafka.networkThreads)],
      ["num.io.threads", String(kafka.ioThreads)],
      ["num.recovery.threads.per.data.dir", String(Math.max(4, Math.ceil(cores)))],
    ],
  };
}

export function sockets(): PropertyGroup {
  return {
    why: "Socket buffers at Kafka's defaults, written out as the place to tune them.",
    entries: [
      ["socket.send.buffer.bytes", "102400"],
      ["socket.receive.buffer.bytes", "102400"],
      ["socket.request.max.bytes", "104857600"],
      ["replica.socket.receive.buffer.bytes", "65536"],
    ],
  };
}

export function stopAndStart(): PropertyGroup {
  return {
    why: "Leaders move away before a stop; a start waits for the quorum, as controllers may still pull their image.",
    entries: [
      ["controlled.shutdown.enable", "true"],
      ["initial.broker.registration.timeout.ms", "300000"],
    ],
  };
}

export function ownConfig({ kafka }: PropertiesInput): PropertyGroup {
  const allowed = Object.entries(kafka.config).filter(([key]) => ownedBrokerKey(key) === undefined);
  return { why: "kafka.config of the stack file.", entries: allowed.sort(([a], [b]) => (a < b ? -1 : 1)) };
}
