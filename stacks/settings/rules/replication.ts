/** Copies of a record: as many as there are brokers for, and few enough demanded that one broker may be down. */
import { ERROR, PRODUCTION_ERROR, presentTopics, type Rule, topicPath } from "./rule.ts";

const SETTINGS = { replicationFactor: "kafka.replicationFactor", minInSyncReplicas: "kafka.minInSyncReplicas" };

export const REPLICATION_RULES: readonly Rule[] = [
  {
    id: "replication-factor-over-brokers",
    severity: ERROR,
    overridable: false,
    summary: "A replication factor is at most the number of brokers: every copy needs a broker of its own.",
    check: (settings) => {
      const { replicas, replicationFactor } = settings.kafka;
      const factors = [
        { path: SETTINGS.replicationFactor, factor: replicationFactor },
        ...presentTopics(settings)
          .filter((topic) => topic.replicationFactor !== replicationFactor)
          .map((topic) => ({ path: topicPath(topic.name, "replicationFactor"), factor: topic.replicationFactor })),
      ];
      return factors
        .filter(({ factor }) => factor > replicas)
        .map(({ path, factor }) => ({
          path,
          found: String(factor),
          expected: `at most ${replicas}, as kafka.replicas is ${replicas}`,
          remedy: `set ${path}=${replicas} or kafka.replicas=${factor}`,
        }));
    },
  },
  {
    id: "replication-not-positive",
    severity: ERROR,
    overridable: false,
    summary: "A topic has at least one replica, and at least one must acknowledge a record.",
    check: (settings) =>
      settings.topics.items.flatMap((topic) =>
        (["replicationFactor", "minInSyncReplicas"] as const)
          .filter((setting) => topic[setting] < 1)
          .map((setting) => ({
            path: topicPath(topic.name, setting),
            found: String(topic[setting]),
            expected: "at least 1",
            remedy: `leave it out to inherit ${SETTINGS[setting]} (${settings.kafka[setting]})`,
          })),
      ),
  },
  {
    id: "min-isr-not-below-rf",
    severity: ERROR,
    overridable: false,
    summary:
      "minInSyncReplicas is below the replication factor (both 1 with one copy): else one broker down, in a roll too, stops every acks=all producer.",
    check: (settings) => {
      const { replicationFactor, minInSyncReplicas } = settings.kafka;
      const inherited = { path: SETTINGS.minInSyncReplicas, replicationFactor, minInSyncReplicas };
      const own = presentTopics(settings)
        .filter((t) => t.replicationFactor !== replicationFactor || t.minInSyncReplicas !== minInSyncReplicas)
        .map((topic) => ({ ...topic, path: topicPath(topic.name, "minInSyncReplicas") }));
      return [inherited, ...own]
        .filter((at) => at.minInSyncReplicas > Math.max(1, at.replicationFactor - 1) && at.replicationFactor > 0)
        .map((at) => ({
          path: at.path,
          found: String(at.minInSyncReplicas),
          expected: `at most ${Math.max(1, at.replicationFactor - 1)}, as the replication factor is ${at.replicationFactor}`,
          remedy: `set ${at.path}=${Math.max(1, at.replicationFactor - 1)}`,
        }));
    },
  },
  {
    id: "critical-topic-weak",
    severity: PRODUCTION_ERROR,
    overridable: true,
    summary: "In production a critical topic has three replicas and two that acknowledge: exactly-once rests on them.",
    check: (settings) =>
      presentTopics(settings)
        .filter((topic) => topic.critical && (topic.replicationFactor < 3 || topic.minInSyncReplicas < 2))
        .map((topic) => ({
          path: topicPath(topic.name, "critical"),
          found: `replicationFactor ${topic.replicationFactor}, minInSyncReplicas ${topic.minInSyncReplicas}`,
          expected: "at least 3 and 2",
          remedy: "raise the two (kafka.replicas=3 is needed for them), or take critical off the topic",
        })),
  },
];
