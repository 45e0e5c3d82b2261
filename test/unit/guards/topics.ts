/** Changes of topics: what each rule refuses, and the nearest change that passes. */
import { type ChangeCases, events } from "./case.ts";

export const TOPICS: ChangeCases = {
  "partitions-decreased": [
    {
      what: "fewer partitions",
      rows: "R-TOP-09",
      from: events({ partitions: 12 }),
      bad: events({ partitions: 6 }),
      good: events({ partitions: 6, recreate: true }),
      at: 'topics.items["user.events"].partitions',
      says: "at least 12",
    },
  ],
  "replication-factor-changed": [
    {
      what: "more copies of one topic",
      from: events({ replicationFactor: 2 }),
      bad: events({ replicationFactor: 3 }),
      good: events({ replicationFactor: 2, partitions: 4 }),
      at: 'topics.items["user.events"].replicationFactor',
      says: "reassigned",
    },
    {
      what: "more copies by default, once for all topics that follow it",
      from: { kafka: { replicationFactor: 2 }, ...events({}) },
      bad: { kafka: { replicationFactor: 3 }, ...events({}) },
      good: {
        kafka: { replicationFactor: 2 },
        topics: { items: { "user.events": {}, more: { replicationFactor: 3 } } },
      },
      at: "kafka.replicationFactor",
      says: "1 of the topics",
    },
  ],
  "topic-left-out": [
    {
      what: "a topic that nothing names any more",
      from: events({}),
      bad: {},
      good: events({ state: "absent" }),
      at: 'topics.items["user.events"]',
      says: "state=absent",
    },
  ],
};
