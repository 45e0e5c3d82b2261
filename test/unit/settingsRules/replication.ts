/** Copies of a record. */
import { type Cases, kafka, production, topics } from "./case.ts";

export const REPLICATION: Cases = {
  "replication-factor-over-brokers": [
    {
      what: "a replication factor over the number of brokers",
      rows: "R-PRG-17",
      bad: kafka({ replicas: 3, replicationFactor: 4 }),
      good: kafka({ replicas: 4, replicationFactor: 4 }),
      at: "kafka.replicationFactor",
      says: "kafka.replicas=4",
    },
    {
      what: "a topic with more copies than there are brokers",
      bad: topics({ a: { replicationFactor: 5 } }),
      good: topics({ a: { replicationFactor: 3 }, b: { replicationFactor: 5, state: "absent" } }),
      at: "topics.items.a.replicationFactor",
      says: "at most 3",
    },
  ],
  "replication-not-positive": [
    {
      what: "a topic without replicas",
      bad: topics({ a: { replicationFactor: 0 } }),
      good: topics({ a: { replicationFactor: 1 } }),
      at: "topics.items.a.replicationFactor",
      says: "at least 1",
    },
    {
      what: "a topic that nobody acknowledges",
      bad: topics({ a: { minInSyncReplicas: 0 } }),
      good: topics({ a: { minInSyncReplicas: 1 } }),
      at: "topics.items.a.minInSyncReplicas",
      says: "at least 1",
    },
  ],
  "min-isr-not-below-rf": [
    {
      what: "minISR as high as the replication factor",
      rows: "R-PRG-17",
      bad: kafka({ minInSyncReplicas: 3 }),
      good: kafka({ minInSyncReplicas: 2 }),
      at: "kafka.minInSyncReplicas",
      says: "kafka.minInSyncReplicas=2",
    },
    {
      what: "a topic's minISR against its own replication factor",
      bad: topics({ a: { replicationFactor: 2, minInSyncReplicas: 2 } }),
      good: topics({ a: { replicationFactor: 2 } }),
      at: "topics.items.a.minInSyncReplicas",
      says: "at most 1",
    },
    {
      what: "minISR 2 with one broker",
      bad: kafka({ replicas: 1, minInSyncReplicas: 2 }),
      good: kafka({ replicas: 1, minInSyncReplicas: 1 }),
      at: "kafka.minInSyncReplicas",
      says: "as the replication factor is 1",
    },
  ],
  "critical-topic-weak": [
    {
      what: "a critical topic with two copies in production",
      bad: production(topics({ a: { critical: true, replicationFactor: 2 } })),
      good: production(topics({ a: { critical: true } })),
      at: "topics.items.a.critical",
      says: "at least 3 and 2",
    },
  ],
};
