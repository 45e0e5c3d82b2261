/** The eleven topics of SelfMonitor as its guide states them, written out: the yardstick for what a broker says. */
import type { TopicFacts } from "./kafkaFacts.ts";

const DAY_MS = 86_400_000;

/** Name, partitions, retention in days. */
const TABLE: readonly [name: string, partitions: number, days: number][] = [
  ["user.events", 12, 7],
  ["transaction.events", 12, 30],
  ["fraud.alerts", 8, 90],
  ["ml.predictions", 8, 7],
  ["analytics.events", 12, 30],
  ["audit.events", 6, 365],
  ["notification.events", 6, 7],
  ["document.events", 6, 30],
  ["compliance.events", 4, 365],
  ["integration.events", 8, 7],
  ["system.events", 4, 30],
];

export const TOPICS: readonly string[] = TABLE.map(([name]) => name);

/** @param brokers replication follows them: 3 and minISR 2, or 1 and 1 on one broker */
export function selfMonitorTopics(brokers: 1 | 3): Record<string, TopicFacts> {
  return Object.fromEntries(
    TABLE.map(([name, partitions, days]) => [
      name,
      {
        partitions,
        replicationFactor: brokers,
        config: {
          "cleanup.policy": "delete",
          "compression.type": "snappy",
          "min.insync.replicas": String(Math.max(1, brokers - 1)),
          "retention.ms": String(days * DAY_MS),
        },
      },
    ]),
  );
}

/** Its staging case without what is not built yet, and with controllers so small that one machine holds all of it. */
export const STAGING = {
  environment: "staging",
  deletionProtection: false,
  monitoring: { enabled: false },
  controllers: {
    heap: "128m",
    resources: { requests: { cpu: "50m", memory: "384Mi" }, limits: { memory: "448Mi" } },
    storage: { data: "1Gi" },
  },
} as const;

/** Its staging case on ZooKeeper, as the system has it, but for sizes and for what is not built yet. */
export const STAGING_ON_ZOOKEEPER = {
  environment: "staging",
  coordination: { mode: "zookeeper" },
  deletionProtection: false,
  monitoring: { enabled: false },
  zookeeper: {
    heap: "96m",
    resources: { requests: { cpu: "50m", memory: "256Mi" }, limits: { memory: "320Mi" } },
    storage: { data: "1Gi", logs: "1Gi" },
  },
} as const;
