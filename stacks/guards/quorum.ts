/** Voters and brokers: how many there may be next, given those that there are. */
import { majority } from "../../kafka/quorum.ts";
import { replication } from "../../kafka/serverProperties.ts";
import type { AppliedShape } from "../appliedShape.ts";
import { presentTopics } from "../settings/rules/rule.ts";
import type { Settings } from "../settings/settings.ts";
import { CHANGE, type ChangeRule, ERROR, hasVoters, insteadOf, isDedicated, isZookeeper, keep } from "./rule.ts";

const STATIC = "the quorum is a fixed set, and nodes that disagree about it can elect two leaders";

/** The largest number of copies that the cluster holds of anything that the stack knows of. */
function mostCopies(previous: AppliedShape, next: Settings): { what: string; factor: number } {
  const internal = { what: "Kafka's internal topics", factor: replication(previous.kafka).factor };
  const kept = new Set(presentTopics(next).map(({ name }) => name));
  return previous.topics.items
    .filter(({ name, state }) => state === "present" && kept.has(name))
    .map(({ name, replicationFactor }) => ({ what: name, factor: replicationFactor }))
    .reduce((most, topic) => (topic.factor > most.factor ? topic : most), internal);
}

export const QUORUM_CHANGE_RULES: readonly ChangeRule[] = [
  {
    ...CHANGE,
    id: "voters-changed",
    severity: ERROR,
    summary: "The KRaft voters stay the ones that they are, in number and in place: their quorum is static.",
    check: (previous, next) => {
      if (!hasVoters(previous) || !hasVoters(next)) return [];
      const [before, after] = [previous.controllers.mode, next.controllers.mode];
      if (before !== after) {
        const path = "controllers.mode";
        return [
          { path, found: insteadOf(after, before), expected: `${before}: ${STATIC}`, remedy: keep(path, before) },
        ];
      }
      const set = isDedicated(next) ? "controllers" : "kafka";
      const [old, count] = [previous[set].replicas, next[set].replicas];
      if (old === count) return [];
      const path = `${set}.replicas`;
      const voters = set === "kafka" ? " brokers that are the voters" : "";
      return [{ path, found: insteadOf(count, old), expected: `${old}${voters}: ${STATIC}`, remedy: keep(path, old) }];
    },
  },
  {
    ...CHANGE,
    id: "brokers-below-copies",
    severity: ERROR,
    summary: "Brokers are taken away only as far as those that stay can hold every copy.",
    check: (previous, next) => {
      const [old, count] = [previous.kafka.replicas, next.kafka.replicas];
      const { what, factor } = mostCopies(previous, next);
      if (count >= old || count >= factor) return [];
      return [
        {
          path: "kafka.replicas",
          found: insteadOf(count, old),
          expected: `at least ${factor}, the copies of ${what}`,
          remedy: `${keep("kafka.replicas", Math.min(old, factor))}, or take copies away first with kafka-reassign-partitions`,
        },
      ];
    },
  },
  {
    ...CHANGE,
    id: "ensemble-resized",
    severity: ERROR,
    summary: "A ZooKeeper ensemble only grows, by fewer nodes than a new majority: empty nodes alone must not elect.",
    check: (previous, next) => {
      if (!isZookeeper(previous) || !isZookeeper(next)) return [];
      const [old, count] = [previous.zookeeper.replicas, next.zookeeper.replicas];
      const path = "zookeeper.replicas";
      const found = insteadOf(count, old);
      if (count < old) {
        const why = "those that stay may lack what the others have agreed on";
        return [{ path, found, expected: `at least ${old}: ${why}`, remedy: keep(path, old) }];
      }
      if (count - old < majority(count)) return [];
      const step = old === 1 ? undefined : 2 * old - 1;
      const remedy =
        step === undefined
          ? `${keep(path, old)}; a single node is replaced by copying its data to the others`
          : `set ${path}=${step}`;
      return [{ path, found, expected: `fewer than ${majority(count)} new nodes, a majority of ${count}`, remedy }];
    },
  },
];
