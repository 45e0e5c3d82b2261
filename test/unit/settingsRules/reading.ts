/** Keys and values that the schema refuses. */
import { type Cases, kafka } from "./case.ts";

export const READING: Cases = {
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
};
