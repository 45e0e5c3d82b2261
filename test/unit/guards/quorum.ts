/** Changes of voters, members and brokers that go: what each rule refuses, and the nearest change that passes. */
import type { SettingsInput } from "../../../stacks/settings/schema.ts";
import { type ChangeCases, events, zookeeper } from "./case.ts";

const combined = (replicas: number): SettingsInput => ({
  controllers: { mode: "combined" },
  kafka: { replicas, replicationFactor: 1 },
});

export const QUORUM: ChangeCases = {
  "voters-changed": [
    {
      what: "more controllers",
      from: { controllers: { replicas: 3 } },
      bad: { controllers: { replicas: 5 } },
      good: { kafka: { replicas: 5 } },
      at: "controllers.replicas",
      says: "two leaders",
    },
    {
      what: "more combined nodes",
      from: combined(1),
      bad: combined(3),
      good: { ...combined(1), names: { aliases: ["kafka-one"] } },
      at: "kafka.replicas",
      says: "brokers that are the voters",
    },
    {
      what: "voters that move into pods of their own",
      from: combined(1),
      bad: { kafka: { replicas: 1 } },
      good: combined(1),
      at: "controllers.mode",
      says: "combined",
    },
  ],
  "brokers-below-copies": [
    {
      what: "fewer brokers than the copies of a topic",
      from: { kafka: { replicas: 5, replicationFactor: 3 }, ...events({ replicationFactor: 4 }) },
      bad: { kafka: { replicas: 3, replicationFactor: 3 }, ...events({ replicationFactor: 4 }) },
      good: { kafka: { replicas: 4, replicationFactor: 3 }, ...events({ replicationFactor: 4 }) },
      at: "kafka.replicas",
      says: "user.events",
    },
  ],
  "ensemble-resized": [
    {
      what: "fewer ZooKeeper nodes",
      from: zookeeper(5),
      bad: zookeeper(3),
      good: zookeeper(7),
      at: "zookeeper.replicas",
      says: "at least 5",
    },
    {
      what: "an ensemble in which the new nodes alone would be a majority",
      from: zookeeper(3),
      bad: zookeeper(7),
      good: zookeeper(5),
      at: "zookeeper.replicas",
      says: "zookeeper.replicas=5",
    },
    {
      what: "an ensemble made of a single node",
      from: zookeeper(1),
      bad: zookeeper(3),
      good: zookeeper(1),
      at: "zookeeper.replicas",
      says: "single node",
    },
  ],
};
