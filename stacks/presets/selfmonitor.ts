/**
 * SelfMonitor: events of some twenty services, stated for three environments. Numbers without a remark are the system's
 * own; "not stated" marks ours. It runs Confluent Platform 7.4 (Kafka 3.4, out of support) on ZooKeeper; the image here is
 * Apache's of a supported version, `kafka.distribution: confluent` goes back.
 */
import type { Preset } from "./preset.ts";

const TOPICS = [
  ...["user.events", "transaction.events", "fraud.alerts", "ml.predictions", "analytics.events", "audit.events"],
  ...["notification.events", "document.events", "compliance.events", "integration.events", "system.events"],
];
/** Consumer groups with what they read. */
const GROUPS = Object.entries({
  "analytics-service": ["user.events", "transaction.events", "analytics.events"],
  "fraud-detection": ["transaction.events", "user.events"],
  "notification-service": ["user.events", "notification.events"],
  "audit-service": ["audit.events", "compliance.events"],
  "ml-service": ["user.events", "transaction.events", "ml.predictions"],
}).map(([group, topics]) => ({ role: "consumer" as const, topics, groups: [group] }));

export const selfmonitor: Preset = {
  base: {
    always: {
      namespace: { name: "kafka" },
      coordination: { mode: "zookeeper" },
      names: { zookeeperClient: "zookeeper-service" },
      kafka: {
        compression: "snappy", // its tuning choice
        defaultPartitions: 4, // not stated; the fewest that one of its topics has
      },
      topics: {
        // Replication factor 3 as far as there are brokers; minISR is not stated, so it follows (2 of 3).
        items: {
          "user.events": { partitions: 12, retention: "7d" },
          "transaction.events": { partitions: 12, retention: "30d" },
          "fraud.alerts": { partitions: 8, retention: "90d" },
          "ml.predictions": { partitions: 8, retention: "7d" },
          "analytics.events": { partitions: 12, retention: "30d" },
          "audit.events": { partitions: 6, retention: "365d" },
          "notification.events": { partitions: 6, retention: "7d" },
          "document.events": { partitions: 6, retention: "30d" },
          "compliance.events": { partitions: 4, retention: "365d" },
          "integration.events": { partitions: 8, retention: "7d" },
          "system.events": { partitions: 4, retention: "30d" },
        },
      },
      schemaRegistry: { enabled: true },
      connect: { enabled: true },
      ksqldb: { enabled: true },
      ui: { enabled: true },
      clients: {
        // Its network policy selects this label, which nothing but this program sets; so the namespace is made here.
        namespaces: {
          selfmonitor: { create: true, labels: { name: "selfmonitor" }, serviceAccount: "kafka-user" },
        },
        producer: { "compression.type": "snappy" },
      },
    },
  },
  environments: {
    dev: {
      always: {
        deletionProtection: false, // not stated
        kafka: {
          replicas: 1,
          // The limit is not stated: what a JVM needs beside its heap does not fit into 512Mi together with page cache.
          resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { memory: "1Gi" } },
          heap: "320m", // not stated; under the 512Mi, with room for the log cleaner's 128 MiB buffer
          storage: { data: "10Gi" },
          terminationGrace: "60s", // not stated; one broker has nobody to move its leaders to
        },
        zookeeper: { replicas: 1 },
      },
      kraft: { controllers: { mode: "combined" } }, // not stated; one pod instead of two
    },
    staging: {
      always: {
        kafka: {
          replicas: 3,
          replicationFactor: 3,
          // CPU and limits are not stated.
          resources: { requests: { cpu: "500m", memory: "1Gi" }, limits: { memory: "1Gi" } },
          storage: { data: "50Gi" },
        },
        monitoring: { enabled: true },
      },
    },
    prod: {
      always: {
        profile: "production",
        kafka: {
          replicas: 5,
          replicationFactor: 3,
          // CPU and limits are not stated.
          resources: { requests: { cpu: "1", memory: "2Gi" }, limits: { memory: "2Gi" } },
          storage: { data: "100Gi" },
          // 1,000,000 events a day; the size of a record is not stated.
          load: { messagesPerSecond: 11.6, recordBytes: 1024 },
        },
        monitoring: { enabled: true },
        security: { mode: "scram", networkPolicies: true },
        // One user for all its services, as it has it; the groups are its own.
        users: { items: { "kafka-user": { roles: [{ role: "producer", topics: TOPICS }, ...GROUPS] } } },
        backup: { enabled: true, bucket: "kafka-backups" },
        scheduling: { antiAffinity: "required" }, // not stated; two replicas on one host are lost together
      },
    },
  },
};
