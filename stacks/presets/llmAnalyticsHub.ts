/**
 * LLM Analytics Hub: the secured cluster, one stated size, which is production here; dev and staging are derived. GB is
 * read as Gi. It states Kafka 3.6 on ZooKeeper 3.8.3; Kafka here is a supported version. "not stated" marks ours.
 */
import type { Preset } from "./preset.ts";

export const llmAnalyticsHub: Preset = {
  base: {
    always: {
      namespace: {
        name: "llm-analytics-hub", // not stated
        quota: { cpu: "50", memory: "200Gi", storage: "5Ti" },
        // Asked for without numbers; wide enough for its brokers of 4 cores and 16Gi.
        limitRange: {
          default: { cpu: "1", memory: "1Gi" },
          defaultRequest: { cpu: "100m", memory: "256Mi" },
          max: { cpu: "8", memory: "32Gi" },
        },
      },
      coordination: { mode: "zookeeper" },
      kafka: {
        networkThreads: 8,
        ioThreads: 16,
        compression: "lz4",
        autoCreateTopics: false,
        defaultPartitions: 8, // 8 to 32 are in use
        retention: "7d",
      },
      zookeeper: { version: "3.8.3" },
      topics: {
        // All with the cluster's replication factor 3, minISR 2, lz4 and 7 days.
        items: {
          "llm-events": { partitions: 32 },
          "llm-metrics": { partitions: 32 },
          "llm-analytics": { partitions: 16 },
          "llm-traces": { partitions: 32 },
          "llm-errors": { partitions: 16 },
          "llm-audit": { partitions: 8, cleanupPolicy: "compact" },
          "llm-aggregated-metrics": { partitions: 16 },
          "llm-alerts": { partitions: 8 },
          "llm-usage-stats": { partitions: 16 },
          "llm-model-performance": { partitions: 16 },
          "llm-cost-tracking": { partitions: 8 },
          "llm-user-feedback": { partitions: 8 },
          "llm-session-events": { partitions: 16 },
          "llm-deadletter": { partitions: 8 },
        },
        deadLetter: "llm-deadletter",
      },
      security: { mode: "scram-tls", betweenNodes: "scram", networkPolicies: true },
      certificates: { jks: true },
      // Hosts are a step before production for this system: these stand in for them.
      externalAccess: { enabled: true, hostTemplate: "kafka-{id}.example.com", bootstrapHost: "kafka.example.com" },
      rackAwareness: { enabled: true },
      monitoring: { enabled: true },
      mirrorMaker: { enabled: true },
      backup: { enabled: true },
      clients: { producer: { "compression.type": "lz4", "batch.size": 32_768 } },
      scheduling: { antiAffinity: "required", zoneSpread: "preferred" },
    },
  },
  // The stated 100,000 messages a second for 7 days are some 180 TB, so that is a burst; no mean is stated. Hence a size
  // guard that keeps the topics within 80 % of the disk, with segments small enough for the guard to bite.
  environments: {
    dev: {
      always: {
        deletionProtection: false,
        kafka: {
          replicas: 1,
          resources: { requests: { cpu: "500m", memory: "2Gi" }, limits: { memory: "2Gi" } },
          storage: { data: "20Gi", logs: "5Gi" },
          retentionBytes: "32Mi",
          config: { "log.segment.bytes": 16_777_216 },
          terminationGrace: "60s",
        },
        zookeeper: { replicas: 1 },
        scheduling: { antiAffinity: "preferred" },
      },
      kraft: { controllers: { mode: "combined" } },
    },
    staging: {
      always: {
        kafka: {
          replicas: 3,
          replicationFactor: 3,
          minInSyncReplicas: 2,
          resources: { requests: { cpu: "1", memory: "4Gi" }, limits: { memory: "4Gi" } },
          storage: { class: "fast-ssd", data: "100Gi", logs: "20Gi" },
          retentionBytes: "192Mi",
          config: { "log.segment.bytes": 134_217_728 },
        },
        controllers: { storage: { class: "fast-ssd" } },
        zookeeper: {
          replicas: 3,
          resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } },
          storage: { class: "fast-ssd", data: "20Gi", logs: "10Gi" },
        },
      },
    },
    prod: {
      always: {
        profile: "production",
        kafka: {
          replicas: 3,
          replicationFactor: 3,
          minInSyncReplicas: 2,
          resources: { requests: { cpu: "2", memory: "16Gi" }, limits: { cpu: "4", memory: "16Gi" } },
          heap: "8g",
          storage: { class: "fast-ssd", data: "500Gi", logs: "100Gi" },
          retentionBytes: "1536Mi",
          config: { "log.segment.bytes": 268_435_456 },
        },
        controllers: { storage: { class: "fast-ssd" } },
        zookeeper: {
          replicas: 3,
          heap: "3g",
          resources: { requests: { cpu: "500m", memory: "4Gi" }, limits: { cpu: "1", memory: "4Gi" } },
          storage: { class: "fast-ssd", data: "100Gi", logs: "50Gi" },
        },
      },
    },
  },
};
