/** Topics: they are made, grown and altered in place; whatever would cost records has to be said by name. */
import { replication } from "../../kafka/serverProperties.ts";
import type { AppliedShape } from "../appliedShape.ts";
import { formatPath } from "../settings/path.ts";
import type { Finding } from "../settings/problem.ts";
import { topicPath } from "../settings/rules/rule.ts";
import type { Settings, TopicSettings } from "../settings/settings.ts";
import { CHANGE, type ChangeRule, ERROR, insteadOf, keep, STRICT } from "./rule.ts";

const REASSIGN =
  'docs/runbooks/kafka-operations.md, "More copies", shows how replicas are reassigned; then allow this rule for a day';

/** Topics that were there and are to be there, as pairs. */
function kept(previous: AppliedShape, next: Settings): { before: TopicSettings; after: TopicSettings }[] {
  const old = new Map(previous.topics.items.map((topic) => [topic.name, topic]));
  return next.topics.items.flatMap((after) => {
    const before = old.get(after.name);
    return before?.state === "present" && after.state === "present" ? [{ before, after }] : [];
  });
}

/** Topics that follow kafka.replicationFactor are one finding, not one each. */
function inherited(previous: AppliedShape, next: Settings, topics: ReturnType<typeof kept>): Finding[] {
  const [old, factor] = [replication(previous.kafka).factor, replication(next.kafka).factor];
  if (old === factor) return [];
  const path = "kafka.replicationFactor";
  const those = topics.length === 0 ? "" : ` and ${topics.length} of the topics`;
  return [
    {
      path,
      found: insteadOf(factor, old),
      expected: `${old}: Kafka's internal topics${those} keep the copies that they were made with`,
      remedy: `set ${path}=${old}; ${REASSIGN}`,
    },
  ];
}

export const TOPIC_CHANGE_RULES: readonly ChangeRule[] = [
  {
    ...CHANGE,
    id: "partitions-decreased",
    severity: ERROR,
    summary: "A topic never loses partitions, unless it says recreate: Kafka could only delete it and make it anew.",
    check: (previous, next) =>
      kept(previous, next)
        .filter(({ before, after }) => after.partitions < before.partitions && !after.recreate)
        .map(({ before, after: { name, partitions } }) => ({
          path: topicPath(name, "partitions"),
          found: insteadOf(partitions, before.partitions),
          expected: `at least ${before.partitions}`,
          remedy: `${keep(topicPath(name, "partitions"), before.partitions)}; a smaller topic has another name, or recreate=true, which deletes every record`,
        })),
  },
  {
    ...CHANGE,
    id: "replication-factor-changed",
    severity: ERROR,
    summary: "Copies are added and taken away by a reassignment; a setting alone would state what is not so.",
    check: (previous, next) => {
      const topics = kept(previous, next).filter(
        ({ before, after }) => before.replicationFactor !== after.replicationFactor,
      );
      const follows = ({ before, after }: (typeof topics)[number]) =>
        before.replicationFactor === previous.kafka.replicationFactor &&
        after.replicationFactor === next.kafka.replicationFactor;
      return [
        ...inherited(previous, next, topics.filter(follows)),
        ...topics
          .filter((topic) => !follows(topic))
          .map(({ before, after: { name, replicationFactor } }) => ({
            path: topicPath(name, "replicationFactor"),
            found: insteadOf(replicationFactor, before.replicationFactor),
            expected: `${before.replicationFactor}: the copies that the topic has`,
            remedy: `${keep(topicPath(name, "replicationFactor"), before.replicationFactor)}; ${REASSIGN}`,
          })),
      ];
    },
  },
  {
    ...CHANGE,
    id: "topic-left-out",
    severity: STRICT,
    summary:
      "A topic leaves the settings by state absent, which deletes it; left out, it stays with its data and nobody's care.",
    check: (previous, next) => {
      const named = new Set(next.topics.items.map(({ name }) => name));
      return previous.topics.items
        .filter(({ name, state }) => state === "present" && !named.has(name))
        .map(({ name }) => ({
          path: formatPath(["topics", "items", name]),
          found: "nothing, applied is a topic",
          expected: "an entry; a renamed topic would be a second, empty one",
          remedy: `keep it, or set ${topicPath(name, "state")}=absent, which deletes its records`,
        }));
    },
  },
];
