/** Memory, disk and quotas. */

import type { SettingsInput } from "../../../stacks/settings/schema.ts";
import { type Cases, kafka, memory, production, WITHOUT_LIMIT } from "./case.ts";

export const CAPACITY: Cases = {
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
  "quota-too-small": [
    {
      what: "a quota below what the pods ask for",
      bad: { namespace: { quota: { cpu: "2", memory: "200Gi", storage: "5Ti" } } },
      good: { namespace: { quota: { cpu: "3", memory: "200Gi", storage: "5Ti" } } },
      at: "namespace.quota.cpu",
      says: "2.41 cores",
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
};

function kafkaAndTopic(load: { messagesPerSecond: number; recordBytes: number }): SettingsInput {
  return { kafka: { load }, topics: { items: { a: { partitions: 12 } } } };
}

function limitRange(max: string) {
  const small = { cpu: "100m", memory: "128Mi" };
  return { default: small, defaultRequest: small, max: { cpu: "8", memory: max } };
}
