/** Kafka's own keys, JVM flags and ports. */
import type { SettingsInput } from "../../../stacks/settings/schema.ts";
import { type Cases, kafka, topics } from "./case.ts";

const OTHER_PORTS = { client: { port: 9192 }, replication: { port: 9191 }, controller: { port: 9193 } };
const PORTS_OVERLAP = { ...OTHER_PORTS, client: { port: 9092 } };
const READER: SettingsInput = {
  users: { items: { reader: { acls: [{ operations: ["Read"], resource: "topic", name: "orders" }] } } },
};
const OUTSIDE: SettingsInput = {
  externalAccess: { enabled: true, hostTemplate: "kafka-{id}.corp.test", sourceRanges: ["203.0.113.0/24"] },
};

export const KAFKA_KEYS: Cases = {
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
      what: "a listener on the port of the sidecar's gate",
      rows: "R-LSN-13",
      bad: { listeners: { client: { port: 9081 } } },
      good: { listeners: { client: { port: 9082 } } },
      at: "listeners.client.port",
      says: "also of the sidecar's gate",
    },
    {
      what: "a listener on the port of the metrics",
      rows: "R-LSN-13",
      bad: { listeners: { client: { port: 7071 } } },
      good: { listeners: { client: { port: 7072 } } },
      at: "listeners.client.port",
      says: "broker metrics",
    },
    {
      what: "a listener alongside on the port of one in use",
      bad: { security: { alongside: { mode: "scram", listeners: PORTS_OVERLAP } } },
      good: { security: { alongside: { mode: "scram", listeners: OTHER_PORTS } } },
      at: "security.alongside.listeners.client.port",
      says: "also of listeners.client.port",
    },
  ],
  "alongside-same-mode": [
    {
      what: "a second set of listeners in the same mode",
      bad: { security: { mode: "scram", alongside: { mode: "scram", listeners: OTHER_PORTS } } },
      good: { security: { mode: "scram", alongside: { mode: "plaintext", listeners: OTHER_PORTS } } },
      at: "security.alongside.mode",
      says: "another mode",
    },
  ],
  "alongside-external-access": [
    {
      what: "another mode while clients outside have one listener",
      bad: { ...OUTSIDE, ...READER, security: { alongside: { mode: "scram", listeners: OTHER_PORTS } } },
      good: OUTSIDE,
      at: "security.alongside",
      says: "those who run these clients",
    },
  ],
};
