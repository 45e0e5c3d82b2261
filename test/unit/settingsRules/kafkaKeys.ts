/** Kafka's own keys, JVM flags and ports. */
import { type Cases, kafka, topics } from "./case.ts";

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
      what: "a listener on the port of the metrics",
      rows: "R-LSN-13",
      bad: { listeners: { client: { port: 7071 } } },
      good: { listeners: { client: { port: 7072 } } },
      at: "listeners.client.port",
      says: "broker metrics",
    },
  ],
};
