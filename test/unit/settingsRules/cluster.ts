/** Versions, images, brokers and voters. */
import { type Cases, kafka, production, topics } from "./case.ts";

export const CLUSTER: Cases = {
  "kafka-version-unknown": [
    {
      what: "a version older than the table of facts",
      bad: kafka({ version: "3.8.1" }),
      good: kafka({ version: "3.9.1" }),
      at: "kafka.version",
      says: "3.9, 4.0, 4.1, 4.2, 4.3",
    },
    {
      what: "a version that cannot leave ZooKeeper in production",
      rows: "R-CRD-32",
      bad: { ...kafka({ version: "3.6.1" }), coordination: { mode: "zookeeper" } },
      good: { ...kafka({ version: "3.9.2" }), coordination: { mode: "zookeeper" } },
      at: "kafka.version",
      says: "3.9",
    },
    {
      what: "a version without its patch",
      bad: kafka({ version: "4.2" }),
      good: kafka({ version: "4.2.0" }),
      at: "kafka.version",
      says: "4.3.1",
    },
  ],
  "metadata-version-unknown": [
    {
      what: "a metadata version without its level",
      bad: kafka({ metadataVersion: "4.2" }),
      good: kafka({ metadataVersion: "4.2-IV1" }),
      at: "kafka.metadataVersion",
      says: "4.2-IV1",
    },
  ],
  "metadata-version-above-kafka": [
    {
      what: "a metadata version that the brokers do not know",
      bad: kafka({ version: "4.1.2", metadataVersion: "4.2-IV0" }),
      good: kafka({ version: "4.1.2", metadataVersion: "3.9-IV0" }),
      at: "kafka.metadataVersion",
      says: "kafka.metadataVersion=4.1-IV1",
    },
  ],
  "zookeeper-with-kafka-4": [
    {
      what: "ZooKeeper with Kafka 4",
      rows: "R-CRD-03",
      bad: { coordination: { mode: "zookeeper" }, kafka: { version: "4.0.0" } },
      good: { coordination: { mode: "zookeeper" }, kafka: { version: "3.9.2" } },
      at: "kafka.version",
      says: "kafka.version=3.9.2",
    },
  ],
  "zookeeper-version-unknown": [
    {
      what: "a ZooKeeper that logs by log4j",
      bad: { coordination: { mode: "zookeeper" }, zookeeper: { version: "3.6.4" } },
      good: { coordination: { mode: "zookeeper" }, zookeeper: { version: "3.8.3" } },
      at: "zookeeper.version",
      says: "3.8 or 3.9",
    },
  ],
  "empty-voter-unknown": [
    {
      what: "an empty volume for a pod that does not vote",
      bad: { coordination: { emptyVoters: ["kafka-0"] } },
      good: { coordination: { emptyVoters: ["kafka-controller-0"] } },
      at: "coordination.emptyVoters",
      says: "kafka-controller-2",
    },
  ],
  "empty-voters-allowed": [
    {
      what: "voters that may begin empty for good",
      bad: { coordination: { emptyVoters: ["kafka-controller-0"] } },
      good: { coordination: { emptyVoters: [] } },
      at: "coordination.emptyVoters",
      says: "with the next up",
    },
  ],
  "phase-without-zookeeper": [
    {
      what: "a phase of the migration on KRaft",
      rows: "R-CRD-31",
      bad: { coordination: { mode: "kraft", phase: "dual-write" } },
      good: { coordination: { mode: "kraft", phase: "kraft" } },
      at: "coordination.phase",
      says: "take coordination.phase out",
    },
  ],
  "migration-needs-dedicated": [
    {
      what: "combined nodes as the aim of a migration",
      rows: "R-CRD-28",
      bad: { coordination: { mode: "zookeeper", phase: "controllers" }, controllers: { mode: "combined" } },
      good: { coordination: { mode: "zookeeper", phase: "controllers" }, controllers: { mode: "dedicated" } },
      at: "controllers.mode",
      says: "controllers.mode=dedicated",
    },
  ],
  "image-distribution-mismatch": [
    {
      what: "a Confluent image under Apache's paths",
      bad: kafka({ image: "registry.example/confluentinc/cp-kafka:8.3.0" }),
      good: kafka({ image: "registry.example/confluentinc/cp-kafka:8.3.0", distribution: "confluent" }),
      at: "kafka.image",
      says: "kafka.distribution=confluent",
    },
  ],
  "image-version-mismatch": [
    {
      what: "an image of another version",
      bad: kafka({ image: "apache/kafka:4.2.0" }),
      good: kafka({ image: "apache/kafka:4.2.0", version: "4.2.0" }),
      at: "kafka.image",
      says: "kafka.version=4.2.0",
    },
  ],
  "prod-latest-tag": [
    {
      what: "the latest tag",
      bad: production({ agent: { image: "node:latest" } }),
      good: production({ agent: { image: "node:24" } }),
      at: "agent.image",
      says: "a tag other than latest",
    },
    {
      what: "an image without a tag, though its registry has a port",
      bad: production(kafka({ image: "registry:5000/apache/kafka" })),
      good: production(kafka({ image: "registry:5000/apache/kafka@sha256:0123" })),
      at: "kafka.image",
      says: "or a digest",
    },
  ],
  "even-quorum": [
    {
      what: "two dedicated controllers",
      bad: { controllers: { replicas: 2 } },
      good: { controllers: { replicas: 3 } },
      at: "controllers.replicas",
      says: "controllers.replicas=3",
    },
    {
      what: "four brokers that are the voters",
      bad: { controllers: { mode: "combined" }, kafka: { replicas: 4 } },
      good: { controllers: { mode: "dedicated" }, kafka: { replicas: 4 } },
      at: "kafka.replicas",
      says: "controllers.mode=dedicated",
    },
    {
      what: "four ZooKeeper nodes",
      rows: "R-CRD-05",
      bad: { coordination: { mode: "zookeeper" }, zookeeper: { replicas: 4 } },
      good: { coordination: { mode: "zookeeper" }, zookeeper: { replicas: 5 } },
      at: "zookeeper.replicas",
      says: "an odd number",
    },
  ],
  "quorum-too-large": [
    {
      what: "seven combined voters",
      bad: { controllers: { mode: "combined" }, kafka: { replicas: 7 } },
      good: { controllers: { mode: "combined" }, kafka: { replicas: 5 } },
      at: "kafka.replicas",
      says: "at most 5",
    },
    {
      what: "nine dedicated voters",
      bad: { controllers: { replicas: 9 } },
      good: { controllers: { replicas: 7 } },
      at: "controllers.replicas",
      says: "at most 7",
    },
  ],
  "prod-single-voter": [
    {
      what: "one controller in production",
      bad: production({ controllers: { replicas: 1 } }),
      good: production({ controllers: { replicas: 3 } }),
      at: "controllers.replicas",
      says: "3 or 5",
    },
    {
      what: "one ZooKeeper node in production",
      rows: "R-CRD-05",
      bad: production({ coordination: { mode: "zookeeper" }, zookeeper: { replicas: 1 } }),
      good: production({ coordination: { mode: "zookeeper" }, zookeeper: { replicas: 3 } }),
      at: "zookeeper.replicas",
      says: "3 or 5",
    },
  ],
  "prod-under-three-brokers": [
    {
      what: "two brokers in production",
      bad: production(kafka({ replicas: 2 })),
      good: production(kafka({ replicas: 3 })),
      at: "kafka.replicas",
      says: "kafka.replicas=3",
    },
  ],
  "prod-combined-controllers": [
    {
      what: "combined nodes in production",
      bad: production({ controllers: { mode: "combined" } }),
      good: production({ controllers: { mode: "dedicated" } }),
      at: "controllers.mode",
      says: "before the first up",
    },
  ],
  "too-many-brokers": [
    {
      what: "brokers whose ids would meet those of the controllers",
      bad: kafka({ replicas: 101 }),
      good: kafka({ replicas: 100 }),
      at: "kafka.replicas",
      says: "at most 100",
    },
  ],
  "partitions-per-broker": [
    {
      what: "more than 4,000 replicas a broker",
      bad: topics({ a: { partitions: 4001 } }),
      good: topics({ a: { partitions: 4000 } }),
      at: "topics.items",
      says: "kafka.replicas=4",
    },
  ],
};
