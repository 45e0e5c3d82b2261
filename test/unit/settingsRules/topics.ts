/** Topics. */
import { type Cases, topics } from "./case.ts";

export const TOPICS: Cases = {
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
};
