/** Arbitrary topics for property tests. */
import fc from "fast-check";
import type { TopicSpec } from "../../kafka/topicFile.ts";

const CONFIG_KEYS = ["retention.ms", "cleanup.policy", "compression.type", "min.insync.replicas", "segment.bytes"];
const value = fc
  .string({ unit: fc.constantFrom(...Array.from("abcXYZ0129.,_-=#: é")), maxLength: 20 })
  .map((text) => text.trim());

/** Config values are any text that fits on a line, so that nothing hangs on what Kafka accepts. */
export const topicConfig = (): fc.Arbitrary<Record<string, string>> =>
  fc.dictionary(fc.constantFrom(...CONFIG_KEYS), value, { noNullPrototype: true });

export const topicSpec = (name = topicName()): fc.Arbitrary<TopicSpec> =>
  fc.record(
    {
      name,
      partitions: fc.integer({ min: 1, max: 64 }),
      replicationFactor: fc.integer({ min: 1, max: 3 }),
      config: topicConfig(),
      state: fc.constantFrom("present" as const, "absent" as const),
      recreate: fc.boolean(),
    },
    { noNullPrototype: true },
  );

export const topicName = (): fc.Arbitrary<string> => fc.stringMatching(/^[a-zA-Z0-9_-][a-zA-Z0-9._-]{0,40}$/);
