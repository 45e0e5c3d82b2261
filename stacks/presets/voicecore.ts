/**
 * VoiceCore AI: call events in a service mesh, one stated size, which is production here; dev and staging are derived. It
 * states ZooKeeper as its choice for production and KRaft, with combined nodes, as the way for new clusters. GB is read as
 * Gi. "not stated" marks ours.
 */
import type { Preset } from "./preset.ts";

export const voicecore: Preset = {
  base: {
    always: {
      namespace: {
        name: "kafka",
        istioInjection: true,
        // Not stated. The mesh's init container needs NET_ADMIN, which the stricter standards refuse to injected pods.
        podSecurity: "privileged",
      },
      coordination: { mode: "zookeeper" },
      kafka: {
        networkThreads: 8,
        ioThreads: 8,
        compression: "snappy",
        defaultPartitions: 12, // 12 to 24 are in use
        retention: "7d", // not stated
      },
      zookeeper: {
        resources: { requests: { cpu: "1", memory: "2Gi" }, limits: { memory: "2Gi" } },
        storage: { data: "10Gi" },
      },
      topics: {
        items: {
          "call.events": { partitions: 24 },
          "ai.interactions": { partitions: 24 },
          "crm.updates": { partitions: 12 },
          "system.metrics": { partitions: 24 },
          "notification.events": { partitions: 12 },
          "integration.events": { partitions: 12 },
          "analytics.events": { partitions: 24 },
          // Compacted with a time limit needs both policies. The size guard below must never cut a bill short.
          "billing.transactions": {
            partitions: 12,
            critical: true,
            cleanupPolicy: "compact,delete",
            retention: "30d",
            retentionBytes: "unlimited",
          },
          // Compacted and called immutable: safe only while every event has a key of its own.
          "security.audit": { partitions: 12, critical: true, cleanupPolicy: "compact" },
        },
        deadLetter: "dead-letter.events", // asked for, name not stated
      },
      schemaRegistry: {
        enabled: true,
        replicas: 2,
        resources: { requests: { cpu: "1", memory: "2Gi" }, limits: { memory: "2Gi" } },
      },
      connect: {
        enabled: true,
        replicas: 2,
        resources: { requests: { cpu: "2", memory: "4Gi" }, limits: { memory: "4Gi" } },
      },
      monitoring: { enabled: true },
      clients: {
        producer: {
          "compression.type": "snappy",
          "linger.ms": 10,
          "max.in.flight.requests.per.connection": 5, // "limited"; 5 is the most that keeps order with idempotence
        },
        consumer: { "isolation.level": "read_committed", "enable.auto.commit": false },
      },
      scheduling: { antiAffinity: "required" },
    },
    kraft: { names: { brokers: "kafka-kraft" }, controllers: { mode: "combined" } },
  },
  // The stated 1,000,000 events a second would fill 300 GB within two minutes, so it is a burst; no mean is stated. Hence
  // a size guard that keeps the topics within 80 % of the disk, with segments small enough for the guard to bite.
  environments: {
    dev: {
      always: {
        deletionProtection: false,
        kafka: {
          replicas: 1,
          resources: { requests: { cpu: "500m", memory: "2Gi" }, limits: { memory: "2Gi" } },
          storage: { data: "20Gi" },
          retentionBytes: "64Mi",
          config: { "log.segment.bytes": 33_554_432 },
          terminationGrace: "60s",
        },
        zookeeper: { replicas: 1 },
        scheduling: { antiAffinity: "preferred" },
      },
    },
    staging: {
      always: {
        kafka: {
          replicas: 3,
          replicationFactor: 3,
          minInSyncReplicas: 2,
          resources: { requests: { cpu: "1", memory: "4Gi" }, limits: { memory: "4Gi" } },
          storage: { data: "50Gi" },
          retentionBytes: "192Mi",
          config: { "log.segment.bytes": 67_108_864 },
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
          // No CPU limit beside the stated 4: throttling makes a broker fall out of the ISR.
          resources: { requests: { cpu: "4", memory: "8Gi" }, limits: { memory: "8Gi" } },
          heap: "4g",
          storage: { data: "100Gi" },
          retentionBytes: "384Mi",
          config: { "log.segment.bytes": 134_217_728 },
        },
      },
    },
  },
};
