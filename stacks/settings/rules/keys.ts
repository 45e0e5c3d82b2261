/** Kafka's own configuration keys: which ones the version knows, and which ones the program sets itself. */
import { brokerKey, linesOf, nearestKeys, topicKey } from "../../../kafka/catalogue/catalogue.ts";
import { ownedBrokerKey, ownedTopicKey } from "../../../kafka/ownedKeys.ts";
import { versionFacts } from "../../../kafka/versions.ts";
import { formatPath } from "../path.ts";
import { type Finding, show } from "../problem.ts";
import type { ParsedSettings } from "../schema.ts";
import type { Settings } from "../settings.ts";
import { ERROR, type Rule } from "./rule.ts";

type Kind = "broker" | "topic";

function unknown(kind: Kind, path: string, key: string, version: string): Finding {
  const lines = linesOf(kind, key);
  const [guess] = nearestKeys(version, key, kind);
  const elsewhere = lines.length === 0 ? "" : `, though ${lines.join(", ")} ${lines.length === 1 ? "does" : "do"}`;
  return {
    path,
    found: show(key),
    expected: `a ${kind} key that Kafka ${version} knows${elsewhere}`,
    remedy: guess === undefined ? "take it out: Kafka would only log a warning about it" : `did you mean ${guess}?`,
  };
}

const brokerPath = (key: string): string => formatPath(["kafka", "config", key]);

/** Configs as topics wrote them; the resolved ones hold the program's keys too. */
function topicConfigs(items: ParsedSettings["topics"]["items"]): { path: string; key: string }[] {
  return Object.entries(items).flatMap(([name, topic]) =>
    Object.keys(topic?.config ?? {}).map((key) => ({
      path: formatPath(["topics", "items", name, "config", key]),
      key,
    })),
  );
}

const known = ({ kafka: { version } }: Settings): boolean => versionFacts(version) !== undefined;

export const KEY_RULES: readonly Rule[] = [
  {
    id: "owned-broker-key",
    severity: ERROR,
    overridable: false,
    summary:
      "kafka.config does not set what the program makes itself: Services, volumes and rules follow from the same setting.",
    check: ({ kafka: { config } }) =>
      Object.entries(config).flatMap(([key, value]) => {
        const reason = ownedBrokerKey(key);
        if (reason === undefined) return [];
        const [why = reason, remedy = "take it out"] = reason.split("; ");
        return [{ path: brokerPath(key), found: show(value), expected: `nothing here, because ${why}`, remedy }];
      }),
  },
  {
    id: "unknown-broker-key",
    severity: ERROR,
    overridable: true,
    summary: "kafka.config holds keys that the broker's version knows: Kafka itself only logs a warning about others.",
    check: (settings) => {
      const { config, version, distribution } = settings.kafka;
      if (!known(settings)) return [];
      return Object.keys(config)
        .filter((key) => ownedBrokerKey(key) === undefined && !brokerKey(version, key, distribution))
        .map((key) => unknown("broker", brokerPath(key), key, version));
    },
  },
  {
    id: "owned-topic-key",
    severity: ERROR,
    overridable: false,
    summary: "A topic's config does not set what has a setting of its own: one value, one place.",
    check: (_, { parsed }) =>
      topicConfigs(parsed.topics.items).flatMap(({ path, key }) => {
        const reason = ownedTopicKey(key);
        if (reason === undefined) return [];
        const [why = reason, remedy = "take it out"] = reason.split("; ");
        return [{ path, found: show(key), expected: `nothing here, because ${why}`, remedy }];
      }),
  },
  {
    id: "unknown-topic-key",
    severity: ERROR,
    overridable: true,
    summary: "A topic's config holds keys that the broker's version knows: Kafka refuses the topic otherwise.",
    check: (settings, { parsed }) => {
      if (!known(settings)) return [];
      const { version } = settings.kafka;
      return topicConfigs(parsed.topics.items)
        .filter(({ key }) => ownedTopicKey(key) === undefined && !topicKey(version, key))
        .map(({ path, key }) => unknown("topic", path, key, version));
    },
  },
  {
    id: "owned-jvm-flag",
    severity: ERROR,
    overridable: false,
    summary: "The heap is set by kafka.heap alone: the memory rules count on it.",
    check: ({ kafka: { jvmOptions } }) =>
      jvmOptions
        .filter((flag) => /^-Xm[sx]|^-XX:(?:Initial|Max|Min)(?:RAM|Heap)/.test(flag))
        .map((flag) => ({
          path: "kafka.jvmOptions",
          found: flag,
          expected: "flags other than those of the heap",
          remedy: "set kafka.heap instead",
        })),
  },
];
