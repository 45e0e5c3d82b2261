/** Arguments of components for tests: one small, valid value of each, to vary from. */
import type { AgentRuntime } from "../../components/agentPod.ts";
import type { KafkaBrokersArgs } from "../../components/brokers.ts";
import type { ContainerResources, Scheduling } from "../../components/pod.ts";
import type { SidecarRuntime } from "../../components/sidecar.ts";
import { labels } from "../../kafka/labels.ts";
import type { TopicSpec } from "../../kafka/topicFile.ts";

export const identity = { system: "selfmonitor", environment: "dev" };

export const resources: ContainerResources = {
  requests: { cpu: "100m", memory: "128Mi" },
  limits: { cpu: "500m", memory: "128Mi" },
};

export const scheduling: Scheduling = {
  antiAffinity: "none",
  zoneSpread: "none",
  nodeSelector: {},
  tolerations: [],
  priorityClass: null,
};

export const runtime: AgentRuntime = {
  configMap: "kafka-agent-0123abcd",
  serviceAccount: "kafka-agent",
  image: "docker.io/library/node:24.21.0-bookworm-slim",
  resources,
};

export const sidecar: SidecarRuntime = { configMap: "kafka-sidecar", image: runtime.image, resources };

export function topic(name: string, change: Partial<TopicSpec> = {}): TopicSpec {
  return {
    name,
    partitions: 3,
    replicationFactor: 1,
    config: { "retention.ms": "604800000" },
    state: "present",
    recreate: false,
    ...change,
  };
}

type Cluster = KafkaBrokersArgs["cluster"];

/** Three combined nodes; `change` reaches one level into each group. */
export function cluster(change: { readonly [K in keyof Cluster]?: Partial<Cluster[K]> } = {}): Cluster {
  const base: Cluster = {
    namespace: { name: "kafka" },
    coordination: { mode: "kraft", phase: "zookeeper" },
    zookeeper: { replicas: 3, chroot: null },
    names: {
      zookeeper: "zookeeper",
      brokers: "kafka",
      headless: "kafka-headless",
      bootstrap: "kafka-bootstrap",
      controllers: "kafka-controller",
      controllersHeadless: "kafka-controller-headless",
      aliases: [],
    },
    listeners: { client: { port: 9092 }, replication: { port: 9091 }, controller: { port: 9093 } },
    rackAwareness: { enabled: false, zones: [] },
    security: { mode: "plaintext", betweenNodes: "tls" },
    certificates: { issuer: null, authority: { generation: 1, rotation: "done" } },
    externalAccess: {
      enabled: false,
      type: "loadBalancer",
      port: 9094,
      hostTemplate: null,
      nodePorts: { bootstrap: null, first: null },
      bootstrapHost: null,
      annotations: {},
      sourceRanges: [],
      addresses: { bootstrap: null, brokers: [] },
      trafficPolicy: "Cluster",
    },
    controllers: { mode: "combined", replicas: 3, heap: "512m", storage: { class: null, data: "2Gi" } },
    kafka: {
      version: "4.3.1",
      metadataVersion: "4.3-IV0",
      distribution: "apache",
      image: "docker.io/apache/kafka:4.3.1",
      replicas: 3,
      heap: "512m",
      jvmOptions: [],
      storage: { class: "fast-ssd", data: "10Gi", logs: null },
      terminationGrace: 300_000,
      startupBudget: 600_000,
      networkThreads: 3,
      ioThreads: 8,
      compression: "producer",
      autoCreateTopics: false,
      defaultPartitions: 3,
      replicationFactor: 3,
      minInSyncReplicas: 2,
      retention: 604_800_000,
      retentionBytes: "unlimited",
      resources: { requests: { cpu: "500m" }, limits: {} },
      config: {},
    },
  };
  const keys = Object.keys(base) as (keyof Cluster)[];
  return Object.fromEntries(keys.map((key) => [key, { ...base[key], ...change[key] }])) as unknown as Cluster;
}

export function brokersArgs(change: Partial<KafkaBrokersArgs> = {}): KafkaBrokersArgs {
  return {
    namespace: "kafka",
    labels: labels("kafka", identity),
    clusterId: "MkU3OEVBNTcwNTJENDM2Qk",
    cluster: cluster(),
    resources,
    scheduling,
    sidecar,
    zoneReader: { image: runtime.image, resources },
    deletionProtection: false,
    ...change,
  };
}
