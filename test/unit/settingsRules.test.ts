/** Each rule: a bad input is refused by exactly that rule, and the nearest good one passes. */
import assert from "node:assert/strict";
import type { Tree } from "../../stacks/settings/path.ts";
import { READING_PROBLEMS, RULES } from "../../stacks/settings/rules/index.ts";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import { problemsOf, rulesOf } from "../support/settings.ts";

interface Case {
  /** What is wrong, as the end of "refuses …". */
  readonly what: string;
  readonly bad: SettingsInput | Tree;
  readonly good: SettingsInput | Tree;
  /** Path that the problem names. */
  readonly at: string;
  /** A word that its text must hold. */
  readonly says: string;
  /** Rows of the requirements that the case proves. */
  readonly rows?: string;
}

/** Three brokers and three controllers that no rule of production has anything against but the missing encryption. */
const production = (input: SettingsInput = {}): SettingsInput => ({ preset: "none", environment: "prod", ...input });
const topics = (items: NonNullable<SettingsInput["topics"]>["items"]): SettingsInput => ({ topics: { items } });
const kafka = (part: SettingsInput["kafka"]): SettingsInput => ({ kafka: part });
const names = (part: SettingsInput["names"]): SettingsInput => ({ names: part });
const memory = (requests: string, limits: string | undefined, cpu = "1") => ({
  requests: { cpu, memory: requests },
  limits: { memory: limits },
});
const WITHOUT_LIMIT: Tree = { kafka: { resources: { limits: { memory: null } } } };
const LONG = "a".repeat(53);

const CASES: Readonly<Record<string, readonly Case[]>> = {
  "not-built-yet": [
    {
      what: "what the program does not build, by name",
      bad: { connect: { enabled: true } },
      good: { connect: { enabled: false } },
      at: "connect.enabled",
      says: "set connect.enabled=false",
    },
  ],
  "kafka-version-unknown": [
    {
      what: "a version older than the table of facts",
      bad: kafka({ version: "3.8.1" }),
      good: kafka({ version: "3.9.1" }),
      at: "kafka.version",
      says: "3.9, 4.0, 4.1, 4.2, 4.3",
    },
    {
      what: "a version without its patch",
      bad: kafka({ version: "4.2" }),
      good: kafka({ version: "4.2.0" }),
      at: "kafka.version",
      says: "4.3.1",
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
  "heap-over-memory": [
    {
      what: "a heap as large as the memory",
      rows: "R-PRG-17",
      bad: kafka({ heap: "2g" }),
      good: kafka({ heap: "1g" }),
      at: "kafka.heap",
      says: "kafka.heap=1024m",
    },
    {
      what: "a heap that fits the limit but not the request",
      bad: kafka({ heap: "3g", resources: memory("2Gi", "8Gi") }),
      good: kafka({ heap: "3g", resources: memory("8Gi", "8Gi") }),
      at: "kafka.heap",
      says: "requests.memory",
    },
    {
      what: "a controller's heap over its memory",
      bad: { controllers: { heap: "1g" } },
      good: { controllers: { heap: "1g", resources: { requests: { memory: "2Gi" }, limits: { memory: "2Gi" } } } },
      at: "controllers.heap",
      says: "1Gi",
    },
  ],
  "page-cache-starved": [
    {
      what: "a heap that leaves no page cache",
      bad: kafka({ heap: "1600m" }),
      good: kafka({ heap: "1200m" }),
      at: "kafka.heap",
      says: "for the page cache",
    },
    {
      what: "less page cache than 30 s of the stated load need",
      bad: kafka({ load: { messagesPerSecond: 50_000, recordBytes: 1024 }, retention: "1m" }),
      good: kafka({ load: { messagesPerSecond: 1000, recordBytes: 1024 }, retention: "1m" }),
      at: "kafka.heap",
      says: "30 s of writes",
    },
  ],
  "limit-below-request": [
    {
      what: "a memory limit below the request",
      bad: kafka({ resources: memory("4Gi", "3Gi") }),
      good: kafka({ resources: memory("4Gi", "4Gi") }),
      at: "kafka.resources.limits.memory",
      says: "kafka.resources.limits.memory=4Gi",
    },
    {
      what: "a CPU limit below the request",
      bad: { agent: { resources: { requests: { cpu: 1 }, limits: { cpu: "500m" } } } },
      good: { agent: { resources: { requests: { cpu: 1 }, limits: { cpu: "1000m" } } } },
      at: "agent.resources.limits.cpu",
      says: "at least the 1",
    },
  ],
  "prod-no-limits": [
    {
      what: "a container without a memory limit in production",
      rows: "R-NS-09",
      bad: { environment: "prod", ...WITHOUT_LIMIT },
      good: { environment: "prod" },
      at: "kafka.resources.limits.memory",
      says: "a memory limit",
    },
  ],
  "prod-memory-not-guaranteed": [
    {
      what: "a broker that may use more memory than it asks for",
      bad: production(kafka({ resources: memory("2Gi", "4Gi") })),
      good: production(kafka({ resources: memory("4Gi", "4Gi") })),
      at: "kafka.resources.requests.memory",
      says: "4Gi",
    },
  ],
  "disk-too-small": [
    {
      what: "rate times retention over the disk, with the numbers",
      bad: kafkaAndTopic({ messagesPerSecond: 100, recordBytes: 1024 }),
      good: kafkaAndTopic({ messagesPerSecond: 10, recordBytes: 1024 }),
      at: "kafka.storage.data",
      says: "100 messages/s of 1024 B",
    },
  ],
  "size-limit-over-disk": [
    {
      what: "size limits that together exceed the disk",
      rows: "R-BRK-30",
      bad: { kafka: { retentionBytes: "1Gi" }, topics: { items: { a: { partitions: 9 } } } },
      good: { kafka: { retentionBytes: "512Mi" }, topics: { items: { a: { partitions: 9 } } } },
      at: "kafka.retentionBytes",
      says: "80 %",
    },
  ],
  "owned-broker-key": [
    {
      what: "a broker key that the program makes itself",
      bad: kafka({ config: { "log.dirs": "/mnt" } }),
      good: kafka({ config: { "log.cleaner.threads": 2 } }),
      at: 'kafka.config["log.dirs"]',
      says: "use kafka.storage",
    },
  ],
  "unknown-broker-key": [
    {
      what: "a misspelt broker key",
      bad: kafka({ config: { "log.cleaner.treads": 2 } }),
      good: kafka({ config: { "log.cleaner.threads": 2 } }),
      at: 'kafka.config["log.cleaner.treads"]',
      says: "did you mean log.cleaner.threads?",
    },
    {
      what: "a broker key of another version",
      bad: kafka({ version: "4.0.0", config: { "message.max.bytes": 1, "controller.quorum.auto.x": 1 } }),
      good: kafka({ version: "4.0.0", config: { "message.max.bytes": 1 } }),
      at: 'kafka.config["controller.quorum.auto.x"]',
      says: "Kafka 4.0.0",
    },
  ],
  "owned-topic-key": [
    {
      what: "a topic config that has a setting of its own",
      bad: topics({ a: { config: { "retention.ms": 1000 } } }),
      good: topics({ a: { config: { "segment.ms": 1000 } } }),
      at: 'topics.items.a.config["retention.ms"]',
      says: "use retention",
    },
  ],
  "unknown-topic-key": [
    {
      what: "a topic config that left with Kafka 4",
      bad: topics({ a: { config: { "message.format.version": "3.0" } } }),
      good: { kafka: { version: "3.9.2" }, ...topics({ a: { config: { "message.format.version": "3.0" } } }) },
      at: 'topics.items.a.config["message.format.version"]',
      says: "though 3.9 does",
    },
  ],
  "owned-jvm-flag": [
    {
      what: "a second heap among the JVM flags",
      bad: kafka({ jvmOptions: ["-XX:+UseNUMA", "-Xmx3g"] }),
      good: kafka({ jvmOptions: ["-XX:+UseNUMA"] }),
      at: "kafka.jvmOptions",
      says: "set kafka.heap instead",
    },
  ],
  "listener-port-clash": [
    {
      what: "two listeners on a port",
      rows: "R-LSN-13",
      bad: { listeners: { replication: { port: 9092 } } },
      good: { listeners: { replication: { port: 9094 } } },
      at: "listeners.replication.port",
      says: "also of listeners.client.port",
    },
    {
      what: "a listener on the port of the metrics",
      rows: "R-LSN-13",
      bad: { listeners: { client: { port: 7071 } } },
      good: { listeners: { client: { port: 7072 } } },
      at: "listeners.client.port",
      says: "broker metrics",
    },
  ],
  "partitions-not-positive": [
    {
      what: "a topic without partitions",
      bad: topics({ a: { partitions: 0 } }),
      good: topics({ a: { partitions: 1 } }),
      at: "topics.items.a.partitions",
      says: "at least 1",
    },
  ],
  "topic-name-invalid": [
    {
      what: "a topic name that Kafka refuses",
      bad: topics({ "user events": {} }),
      good: topics({ "user.events": {} }),
      at: 'topics.items["user events"]',
      says: "1 to 249",
    },
    {
      what: "a topic name of 250 characters",
      bad: topics({ ["a".repeat(250)]: {} }),
      good: topics({ ["a".repeat(249)]: {} }),
      at: `topics.items.${"a".repeat(250)}`,
      says: "1 to 249",
    },
    {
      what: "a topic of Kafka's own",
      bad: topics({ __consumer_offsets: {} }),
      good: topics({ _schemas: {} }),
      at: "topics.items.__consumer_offsets",
      says: "two underscores",
    },
    {
      what: "a dead-letter topic that Kafka refuses",
      bad: { topics: { deadLetter: "dead letter" } },
      good: { topics: { deadLetter: "dead-letter" } },
      at: "topics.deadLetter",
      says: "1 to 249",
    },
  ],
  "topic-name-collision": [
    {
      what: "two topics that differ by . and _",
      bad: topics({ "user.events": {}, user_events: {} }),
      good: topics({ "user.events": {}, "user-events": {} }),
      at: "topics.items.user_events",
      says: "user.events and user_events",
    },
  ],
  "compact-with-retention": [
    {
      what: "a time limit on a topic that is only compacted",
      bad: topics({ a: { cleanupPolicy: "compact", retention: "7d" } }),
      good: topics({ a: { cleanupPolicy: "compact,delete", retention: "7d" } }),
      at: "topics.items.a.retention",
      says: "compact,delete",
    },
  ],
  "unbounded-topic": [
    {
      what: "a topic that never deletes what it should",
      bad: topics({ a: { retention: "unlimited" } }),
      good: topics({ a: { retention: "unlimited", retentionBytes: "1Gi" } }),
      at: "topics.items.a.retention",
      says: "a limit by time or size",
    },
  ],
  "topics-over-configmap": [
    {
      what: "more topics than a ConfigMap holds",
      bad: topics(many(3000)),
      good: topics(many(1500)),
      at: "topics.items",
      says: "at most 900 KiB",
    },
  ],
  "not-a-dns-label": [
    {
      what: "a namespace with capitals",
      bad: { namespace: { name: "Kafka" } },
      good: { namespace: { name: "kafka-2" } },
      at: "namespace.name",
      says: "a DNS label of at most 63",
    },
    {
      what: "a broker name that leaves no room for the revision of its pods",
      bad: names({ brokers: LONG }),
      good: names({ brokers: LONG.slice(1) }),
      at: "names.brokers",
      says: "at most 52",
    },
    {
      what: "a Service that begins with a digit",
      bad: names({ bootstrap: "1kafka" }),
      good: names({ bootstrap: "kafka1" }),
      at: "names.bootstrap",
      says: "a letter first",
    },
    {
      what: "an alias with a dot",
      bad: names({ aliases: ["kafka.internal"] }),
      good: names({ aliases: ["kafka-internal"] }),
      at: "names.aliases",
      says: "a DNS label",
    },
    {
      what: "a Job whose pods would not fit",
      bad: names({ topicsJob: "a".repeat(49) }),
      good: names({ topicsJob: "a".repeat(48) }),
      at: "names.topicsJob",
      says: "at most 48",
    },
    {
      what: "a client namespace that is none",
      bad: { clients: { namespaces: { web_apps: {} } } },
      good: { clients: { namespaces: { "web-apps": {} } } },
      at: "clients.namespaces.web_apps",
      says: "a DNS label",
    },
  ],
  "name-clash": [
    {
      what: "two Services of one name",
      bad: names({ headless: "kafka" }),
      good: names({ headless: "brokers" }),
      at: "names.headless",
      says: "names.bootstrap",
    },
    {
      what: "a Service named as a broker's",
      bad: names({ aliases: ["kafka-2"] }),
      good: names({ aliases: ["kafka-3"] }),
      at: "names.brokers",
      says: "names.aliases",
    },
    {
      what: "controllers named as the brokers",
      bad: names({ controllers: "kafka" }),
      good: { ...names({ controllers: "kafka" }), controllers: { mode: "combined" } },
      at: "names.controllers",
      says: "names.brokers",
    },
  ],
  "quota-too-small": [
    {
      what: "a quota below what the pods ask for",
      bad: { namespace: { quota: { cpu: "2", memory: "200Gi", storage: "5Ti" } } },
      good: { namespace: { quota: { cpu: "3", memory: "200Gi", storage: "5Ti" } } },
      at: "namespace.quota.cpu",
      says: "2.35 cores",
    },
  ],
  "limit-range-too-small": [
    {
      what: "a LimitRange below the largest container",
      bad: { namespace: { limitRange: limitRange("1Gi") } },
      good: { namespace: { limitRange: limitRange("2Gi") } },
      at: "namespace.limitRange.max.memory",
      says: "kafka's 2Gi",
    },
  ],
  "client-namespace-made-twice": [
    {
      what: "the platform's namespace made again for clients",
      bad: { clients: { namespaces: { kafka: { create: true } } } },
      good: { clients: { namespaces: { kafka: { create: false } } } },
      at: "clients.namespaces.kafka.create",
      says: "namespace.name is the same",
    },
  ],
  "injection-needs-privileges": [
    {
      what: "mesh injection under the restricted standard",
      bad: { namespace: { istioInjection: true } },
      good: { namespace: { istioInjection: true, podSecurity: "privileged" } },
      at: "namespace.podSecurity",
      says: "CNI plugin",
    },
  ],
  "label-invalid": [
    {
      what: "a label that Kubernetes refuses",
      bad: { labels: { team: "data platform" } },
      good: { labels: { team: "data-platform", "example.com/cost-centre": "42" } },
      at: "labels.team",
      says: "63 letters",
    },
  ],
  "schedule-invalid": [
    {
      what: "a schedule of four fields",
      bad: { topics: { drift: { schedule: "0 * * *" } } },
      good: { topics: { drift: { schedule: "*/5 0-6,22 * * 1" } } },
      at: "topics.drift.schedule",
      says: "five fields",
    },
  ],
  "client-env-invalid": [
    {
      what: "a key that a ConfigMap cannot have",
      bad: { clients: { namespaces: { apps: { env: { "A B": "1" } } } } },
      good: { clients: { namespaces: { apps: { env: { A_B: "1" } } } } },
      at: 'clients.namespaces.apps.env["A B"]',
      says: "letters, digits",
    },
  ],
  "prod-auto-create": [
    {
      what: "topics that appear by themselves in production",
      bad: production(kafka({ autoCreateTopics: true })),
      good: production(kafka({ autoCreateTopics: false })),
      at: "kafka.autoCreateTopics",
      says: "in allowUnsafe with a reason",
    },
  ],
  "prod-plaintext": [
    {
      what: "production without authentication",
      bad: production(),
      good: { environment: "dev" },
      at: "security.mode",
      says: "scram-tls",
    },
  ],
  "prod-unprotected": [
    {
      what: "production data that anyone may delete",
      bad: production({ deletionProtection: false }),
      good: production({ deletionProtection: true }),
      at: "deletionProtection",
      says: "tear-down",
    },
  ],
  "prod-shared-hosts": [
    {
      what: "two brokers on a host in production",
      bad: production({ scheduling: { antiAffinity: "none" } }),
      good: production({ scheduling: { antiAffinity: "required" } }),
      at: "scheduling.antiAffinity",
      says: "a node for each broker",
    },
  ],
  "prod-short-grace": [
    {
      what: "a broker that is killed before it has stopped",
      bad: production(kafka({ terminationGrace: "30s" })),
      good: production(kafka({ terminationGrace: "10m" })),
      at: "kafka.terminationGrace",
      says: "at least 300s",
    },
  ],
  "unknown-key": [
    {
      what: "a misspelt key, with the one that was meant",
      rows: "R-PRG-17",
      bad: { kafka: { replcas: 3 } },
      good: { kafka: { replicas: 3 } },
      at: "kafka.replcas",
      says: "did you mean replicas?",
    },
    {
      what: "an unknown key at the top",
      bad: { kafak: {}, kafka_: 1 },
      good: { kafka: {} },
      at: "kafka_",
      says: "did you mean kafka?",
    },
    {
      what: "an unknown key of a topic",
      bad: { topics: { items: { "user.events": { partition: 3 } } } },
      good: { topics: { items: { "user.events": { partitions: 3 } } } },
      at: 'topics.items["user.events"].partition',
      says: "did you mean partitions?",
    },
  ],
  "invalid-value": [
    {
      what: "text where a number belongs",
      bad: { kafka: { replicas: "three" } },
      good: { kafka: { replicas: 3 } },
      at: "kafka.replicas",
      says: "a number",
    },
    {
      what: "a word that is no choice",
      bad: { scheduling: { antiAffinity: "hard" } },
      good: { scheduling: { antiAffinity: "required" } },
      at: "scheduling.antiAffinity",
      says: "one of required, preferred, none",
    },
    {
      what: "a number where a mapping belongs",
      bad: { kafka: 3 },
      good: { kafka: { replicas: 3 } },
      at: "kafka",
      says: "a mapping of keys",
    },
    {
      what: "a mapping with a part missing",
      bad: { namespace: { quota: { cpu: "50", memory: "200Gi" } } },
      good: { namespace: { quota: { cpu: "50", memory: "200Gi", storage: "5Ti" } } },
      at: "namespace.quota.storage",
      says: "nothing",
    },
  ],
  "size-unparsable": [
    {
      what: "a size that does not parse",
      bad: kafka({ storage: { data: "10GB" } }),
      good: kafka({ storage: { data: "10G" } }),
      at: "kafka.storage.data",
      says: "500Gi",
    },
    {
      what: "a heap that does not parse",
      bad: kafka({ heap: "1.5g" }),
      good: kafka({ heap: "1g" }),
      at: "kafka.heap",
      says: "4g",
    },
    {
      what: "cores that do not parse",
      bad: kafka({ resources: { requests: { cpu: "2 cores" } } }),
      good: kafka({ resources: { requests: { cpu: 2 } } }),
      at: "kafka.resources.requests.cpu",
      says: "500m",
    },
    {
      what: "a size limit that does not parse",
      bad: kafka({ retentionBytes: "none" }),
      good: kafka({ retentionBytes: "unlimited" }),
      at: "kafka.retentionBytes",
      says: "unlimited",
    },
  ],
  "duration-unparsable": [
    {
      what: "a retention that does not parse",
      bad: kafka({ retention: "7 days" }),
      good: kafka({ retention: "7d" }),
      at: "kafka.retention",
      says: "7d",
    },
    {
      what: "a grace period without a unit",
      bad: kafka({ terminationGrace: "300" }),
      good: kafka({ terminationGrace: "300s" }),
      at: "kafka.terminationGrace",
      says: "300s",
    },
  ],
  "allow-unsafe-unknown": [
    {
      what: "an override of a rule that does not exist",
      bad: { allowUnsafe: [{ rule: "even-quorums", reason: "a test" }] },
      good: { allowUnsafe: [{ rule: "even-quorum", reason: "a test" }] },
      at: "allowUnsafe[0].rule",
      says: "did you mean even-quorum?",
    },
  ],
  "allow-unsafe-refused": [
    {
      what: "an override of what cannot work",
      bad: { allowUnsafe: [{ rule: "replication-factor-over-brokers", reason: "a test" }] },
      good: { allowUnsafe: [{ rule: "quorum-too-large", reason: "a test" }] },
      at: "allowUnsafe[0].rule",
      says: "could not work",
    },
  ],
  "allow-unsafe-expired": [
    {
      what: "an override whose date has passed",
      bad: { allowUnsafe: [{ rule: "even-quorum", reason: "a test", until: "2026-11-20" }] },
      good: { allowUnsafe: [{ rule: "even-quorum", reason: "a test", until: "2026-11-21" }] },
      at: "allowUnsafe[0].until",
      says: "2026-11-21 or later",
    },
  ],
};

/** Found before there are settings; test/unit/settingsSource.test.ts has them. */
const ELSEWHERE = ["topic-duplicate", "duplicate-key", "stack-file-unreadable", "set-malformed"];

describe("settings rules", () => {
  for (const [rule, cases] of Object.entries(CASES)) {
    for (const { what, bad, good, at, says, rows } of cases) {
      it(`${rows ? `${rows} ` : ""}${rule} refuses ${what}`, () => {
        const others = rulesOf(good);
        assert.ok(!others.includes(rule), `the good neighbour breaks ${rule} too`);
        assert.deepEqual(rulesOf(bad), [...others, rule].sort());
        const problem = problemsOf(bad).find((found) => found.rule === rule && found.path === at);
        assert.ok(
          problem,
          `no problem at ${at} among ${problemsOf(bad)
            .map(({ path }) => path)
            .join(", ")}`,
        );
        assert.match(`${problem.found} ${problem.expected} ${problem.remedy}`, literally(says));
      });
    }
  }

  it("has a case for every rule, and every rule a summary of its own", () => {
    const ids = [...RULES.map(({ id }) => id), ...Object.keys(READING_PROBLEMS)];
    assert.deepEqual([...Object.keys(CASES), ...ELSEWHERE].sort(), ids.sort());
    assert.equal(new Set(RULES.map(({ summary }) => summary)).size, RULES.length);
    for (const { id, summary } of RULES) {
      assert.match(id, /^[a-z]+(?:-[a-z0-9]+)*$/);
      assert.match(summary, /^\S.+\.$/);
    }
  });

  it("stops a stack for an error and lets it pass with a warning", () => {
    const unpinned = { agent: { image: "node" } };
    const severity = (input: SettingsInput) =>
      problemsOf(input).find(({ rule }) => rule === "prod-latest-tag")?.severity;
    assert.equal(severity(unpinned), "warning");
    assert.equal(severity(production(unpinned)), "error");
  });
});

function literally(text: string): RegExp {
  return new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
}

function kafkaAndTopic(load: { messagesPerSecond: number; recordBytes: number }): SettingsInput {
  return { kafka: { load }, topics: { items: { a: { partitions: 12 } } } };
}

function many(count: number): Record<string, { partitions: number }> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`${"a".repeat(240)}-${i}`, { partitions: 1 }]));
}

function limitRange(max: string) {
  const small = { cpu: "100m", memory: "128Mi" };
  return { default: small, defaultRequest: small, max: { cpu: "8", memory: max } };
}
