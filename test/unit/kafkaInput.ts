/** Input that the tests of kafka/ start from: three combined nodes of the newest release. */
import type { PropertiesInput } from "../../kafka/serverProperties.ts";

export const INPUT = {
  namespace: { name: "kafka" },
  coordination: { mode: "kraft", phase: "zookeeper" },
  zookeeper: { replicas: 3, chroot: null },
  names: {
    zookeeper: "zookeeper",
    brokers: "kafka",
    headless: "kafka-headless",
    controllers: "kafka-controller",
    controllersHeadless: "kafka-controller-headless",
  },
  listeners: { client: { port: 9092 }, replication: { port: 9091 }, controller: { port: 9093 } },
  rackAwareness: { enabled: false },
  security: { mode: "plaintext", betweenNodes: "tls" },
  externalAccess: {
    enabled: false,
    type: "loadBalancer",
    port: 9094,
    hostTemplate: null,
    nodePorts: { bootstrap: null, first: null },
  },
  controllers: { mode: "combined", replicas: 3 },
  kafka: {
    version: "4.3.1",
    replicas: 3,
    networkThreads: 8,
    ioThreads: 16,
    compression: "lz4",
    autoCreateTopics: false,
    defaultPartitions: 3,
    replicationFactor: 3,
    minInSyncReplicas: 2,
    retention: 604_800_000,
    retentionBytes: "unlimited",
    resources: { requests: { cpu: "2" }, limits: { cpu: "4" } },
    config: {},
  },
} as const satisfies PropertiesInput;

/** {@link INPUT} with other broker settings. */
export function withKafka(
  kafka: Partial<PropertiesInput["kafka"]>,
  more: Partial<PropertiesInput> = {},
): PropertiesInput {
  return { ...INPUT, ...more, kafka: { ...INPUT.kafka, ...kafka } };
}

/** {@link INPUT} with its own controllers. */
export const DEDICATED: PropertiesInput = { ...INPUT, controllers: { mode: "dedicated", replicas: 3 } };
