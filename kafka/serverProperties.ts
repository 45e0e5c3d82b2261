/** server.properties of KRaft nodes, from settings. Per-pod values stay placeholders, so one file serves every pod of a set. */
import { brokerKey } from "./catalogue/catalogue.ts";
import {
  type ListenerProtocols,
  listenerProperties,
  type NodeRole,
  PLACEHOLDERS,
  PLAINTEXT,
  podHost,
} from "./listeners.ts";
import { ownedBrokerKey } from "./ownedKeys.ts";
import { dataDirectories } from "./paths.ts";
import { flatten, override, type Properties, type Property, type PropertyGroup } from "./properties.ts";
import { type QuorumInput, quorumVoters } from "./quorum.ts";
import { cpuCores, quantityBytes } from "./units.ts";

/** What the properties follow from; {@link Settings} fits. Durations in milliseconds, -1 is unlimited. */
export interface PropertiesInput extends QuorumInput {
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

/** Properties of the nodes that hold partitions: combined nodes, or brokers beside dedicated controllers. */
export function brokerProperties(input: PropertiesInput, protocols: ListenerProtocols = PLAINTEXT): Properties {
  const role: NodeRole = input.controllers.mode === "combined" ? "combined" : "broker";
  const host = podHost(PLACEHOLDERS.pod, input.names.headless, input.namespace.name);
  const groups = [
    ...common(input, role, host, protocols),
    internalTopics(input),
    threads(input),
    sockets(),
    recovery(input),
  ];
  return override(groups, ownConfig(input));
}

/** Properties of dedicated controllers. They share the topic defaults: creating a topic and electing leaders is theirs. */
export function controllerProperties(input: PropertiesInput, protocols: ListenerProtocols = PLAINTEXT): Properties {
  const host = podHost(PLACEHOLDERS.pod, input.names.controllersHeadless, input.namespace.name);
  return override(common(input, "controller", host, protocols), ownConfig(input));
}

/** Replication as far as the brokers reach: with one broker everything is 1, and minISR leaves room for one to be down. */
export function replication(kafka: PropertiesInput["kafka"]): { factor: number; minInSync: number } {
  const factor = Math.min(kafka.replicationFactor, kafka.replicas);
  return { factor, minInSync: Math.min(kafka.minInSyncReplicas, Math.max(1, factor - 1)) };
}

/** Properties by what a change of them needs: a restart of the node, or only a request to the running cluster (KIP-226). */
export function splitDynamic(properties: Properties, version: string): { restart: Property[]; dynamic: Property[] } {
  const dynamic = ([key]: Property) => (brokerKey(version, key)?.dynamic ?? "read-only") !== "read-only";
  const all = flatten(properties);
  return { restart: all.filter((property) => !dynamic(property)), dynamic: all.filter(dynamic) };
}

function common(input: PropertiesInput, role: NodeRole, host: string, protocols: ListenerProtocols): PropertyGroup[] {
  const { kafka } = input;
  const { factor, minInSync } = replication(kafka);
  const directories = dataDirectories();
  const bytes = kafka.retentionBytes === "unlimited" ? -1 : Math.floor(quantityBytes(kafka.retentionBytes) ?? -1);
  return [
    {
      why: "Identity: the init script puts in the id and the name of each pod.",
      entries: [
        ["node.id", PLACEHOLDERS.nodeId],
        ["process.roles", role === "combined" ? "broker,controller" : role],
      ],
    },
    {
      why: "Quorum: a fixed set of voters by pod name, which resolves before a pod is ready.",
      entries: [
        ["controller.quorum.voters", quorumVoters(input)],
        ["controller.quorum.fetch.timeout.ms", "2000"],
      ],
    },
    {
      why: "Listeners: each pod advertises its own name, never the load-balanced Service.",
      entries: listenerProperties(role, host, protocols),
    },
    {
      why: "Storage: sub-directories of the volume, so that lost+found is not taken for a partition.",
      entries: [
        ["log.dirs", directories.log],
        ["metadata.log.dir", directories.metadata],
      ],
    },
    {
      why: "Durability: an acknowledged record survives the loss of a broker.",
      entries: [
        ["default.replication.factor", String(factor)],
        ["min.insync.replicas", String(minInSync)],
        ["unclean.leader.election.enable", "false"],
      ],
    },
    {
      why: "Topics that do not say otherwise.",
      entries: [
        ["num.partitions", String(kafka.defaultPartitions)],
        ["compression.type", kafka.compression],
        ["log.retention.ms", String(kafka.retention)],
        ["log.retention.bytes", String(bytes)],
        ["auto.create.topics.enable", String(kafka.autoCreateTopics)],
        ["delete.topic.enable", "true"],
      ],
    },
    {
      why: "Balance: leadership returns to the preferred replicas after a roll.",
      entries: [
        ["auto.leader.rebalance.enable", "true"],
        ["leader.imbalance.check.interval.seconds", "300"],
        ["leader.imbalance.per.broker.percentage", "10"],
      ],
    },
  ];
}

function internalTopics({ kafka }: PropertiesInput): PropertyGroup {
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

function threads({ kafka }: PropertiesInput): PropertyGroup {
  return {
    why: "Threads of the request path.",
    entries: [
      ["num.network.threads", String(kafka.networkThreads)],
      ["num.io.threads", String(kafka.ioThreads)],
    ],
  };
}

function sockets(): PropertyGroup {
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

function recovery({ kafka }: PropertiesInput): PropertyGroup {
  const cores = cpuCores(kafka.resources.limits.cpu ?? kafka.resources.requests.cpu) ?? 1;
  return {
    why: "Recovery: leaders move away before a stop, and logs are read in parallel after a crash.",
    entries: [
      ["controlled.shutdown.enable", "true"],
      ["num.recovery.threads.per.data.dir", String(Math.max(4, Math.ceil(cores)))],
    ],
  };
}

function ownConfig({ kafka }: PropertiesInput): PropertyGroup {
  const allowed = Object.entries(kafka.config).filter(([key]) => ownedBrokerKey(key) === undefined);
  return { why: "kafka.config of the stack file.", entries: allowed.sort(([a], [b]) => (a < b ? -1 : 1)) };
}
