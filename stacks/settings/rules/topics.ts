/** Topics: names that Kafka accepts, numbers that it can make, and configs that say what was meant. */
import { formatPath } from "../path.ts";
import type { Settings, TopicSettings } from "../settings.ts";
import { alike, ERROR, presentTopics, type Rule, topicPath, WARNING } from "./rule.ts";

const NAME = /^[a-zA-Z0-9._-]{1,249}$/;

function nameProblem(name: string): string | undefined {
  if (!NAME.test(name) || name === "." || name === "..") return "1 to 249 of a-z A-Z 0-9 . _ - (and neither . nor ..)";
  return name.startsWith("__") ? "a name without two underscores in front, which mark Kafka's own topics" : undefined;
}

/** Names that Kafka's metrics cannot tell apart: `.` becomes `_` in them, so the broker refuses the second topic. */
const collisions = ({ topics }: Settings): TopicSettings[][] =>
  alike(topics.items, ({ name }) => name.replaceAll(".", "_"));

export const TOPIC_RULES: readonly Rule[] = [
  {
    id: "partitions-not-positive",
    severity: ERROR,
    overridable: false,
    summary: "A topic has at least one partition.",
    check: (settings) =>
      settings.topics.items
        .filter(({ partitions }) => partitions < 1)
        .map(({ name, partitions }) => ({
          path: topicPath(name, "partitions"),
          found: String(partitions),
          expected: "at least 1",
          remedy: `leave it out to inherit kafka.defaultPartitions (${settings.kafka.defaultPartitions})`,
        })),
  },
  {
    id: "topic-name-invalid",
    severity: ERROR,
    overridable: false,
    summary: "A topic's name is one that Kafka accepts and that is not Kafka's own.",
    check: ({ topics }) =>
      topics.items.flatMap(({ name }) => {
        const expected = nameProblem(name);
        const path = topics.deadLetter === name ? "topics.deadLetter" : formatPath(["topics", "items", name]);
        return expected === undefined ? [] : [{ path, found: JSON.stringify(name), expected, remedy: "rename it" }];
      }),
  },
  {
    id: "topic-name-collision",
    severity: ERROR,
    overridable: false,
    summary:
      "No two topics differ only by . and _: they share the names of their metrics, so Kafka refuses the second.",
    check: (settings) =>
      collisions(settings).map((group) => ({
        path: formatPath(["topics", "items", group[1]?.name ?? ""]),
        found: group.map(({ name }) => name).join(" and "),
        expected: "names that differ by more than . and _",
        remedy: "rename one of them",
      })),
  },
  {
    id: "compact-with-retention",
    severity: WARNING,
    overridable: true,
    summary: "A topic that is only compacted has no retention: Kafka would not apply it.",
    check: (_, { parsed }) =>
      Object.entries(parsed.topics.items)
        .filter(([, topic]) => topic?.cleanupPolicy === "compact")
        .filter(([, topic]) => topic?.retention !== undefined && topic.retention !== -1)
        .map(([name]) => ({
          path: topicPath(name, "retention"),
          found: "a time limit on a compacted topic",
          expected: "no time limit, or cleanupPolicy compact,delete",
          remedy: `set ${topicPath(name, "cleanupPolicy")}=compact,delete for both`,
        })),
  },
  {
    id: "unbounded-topic",
    severity: WARNING,
    overridable: true,
    summary: "A topic that deletes has a limit by time or size: without one it fills the disk.",
    check: (settings) =>
      presentTopics(settings)
        .filter(({ config }) => config["cleanup.policy"]?.includes("delete") && config["retention.ms"] === "-1")
        .filter(
          ({ config }) =>
            (config["retention.bytes"] ?? settings.kafka.retentionBytes) === "unlimited" ||
            config["retention.bytes"] === "-1",
        )
        .map(({ name }) => ({
          path: topicPath(name, "retention"),
          found: "unlimited time and size",
          expected: "a limit by time or size",
          remedy: `set ${topicPath(name, "retentionBytes")}, or a retention`,
        })),
  },
];
