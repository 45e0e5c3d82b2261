/** The topics of the four systems, written out once more by hand. */
import assert from "node:assert/strict";
import type { PresetName } from "../../stacks/presets/index.ts";
import type { Settings } from "../../stacks/settings/settings.ts";
import { built, load } from "../support/settings.ts";

const DAY = 86_400_000;
const SYSTEMS = ["llm-analytics-hub", "voicecore", "selfmonitor", "amazon-api"] as const;

/** name, partitions, replication factor, minISR, retention.ms, cleanup.policy, compression.type */
type TopicRow = readonly [string, number, number, number, number, string, string];

const LLM = (name: string, partitions: number): TopicRow => [name, partitions, 3, 2, 7 * DAY, "delete", "lz4"];
const LLM_TOPICS: readonly TopicRow[] = [
  LLM("llm-events", 32),
  LLM("llm-metrics", 32),
  LLM("llm-analytics", 16),
  LLM("llm-traces", 32),
  LLM("llm-errors", 16),
  ["llm-audit", 8, 3, 2, -1, "compact", "lz4"],
  LLM("llm-aggregated-metrics", 16),
  LLM("llm-alerts", 8),
  LLM("llm-usage-stats", 16),
  LLM("llm-model-performance", 16),
  LLM("llm-cost-tracking", 8),
  LLM("llm-user-feedback", 8),
  LLM("llm-session-events", 16),
  LLM("llm-deadletter", 8),
];

const VOICECORE_TOPICS: readonly TopicRow[] = [
  ["call.events", 24, 3, 2, 7 * DAY, "delete", "snappy"],
  ["ai.interactions", 24, 3, 2, 7 * DAY, "delete", "snappy"],
  ["crm.updates", 12, 3, 2, 7 * DAY, "delete", "snappy"],
  ["system.metrics", 24, 3, 2, 7 * DAY, "delete", "snappy"],
  ["notification.events", 12, 3, 2, 7 * DAY, "delete", "snappy"],
  ["integration.events", 12, 3, 2, 7 * DAY, "delete", "snappy"],
  ["analytics.events", 24, 3, 2, 7 * DAY, "delete", "snappy"],
  ["billing.transactions", 12, 3, 2, 30 * DAY, "compact,delete", "snappy"],
  ["security.audit", 12, 3, 2, -1, "compact", "snappy"],
];

const SELFMONITOR_TOPICS: readonly TopicRow[] = [
  ["user.events", 12, 3, 2, 604_800_000, "delete", "snappy"],
  ["transaction.events", 12, 3, 2, 2_592_000_000, "delete", "snappy"],
  ["fraud.alerts", 8, 3, 2, 7_776_000_000, "delete", "snappy"],
  ["ml.predictions", 8, 3, 2, 604_800_000, "delete", "snappy"],
  ["analytics.events", 12, 3, 2, 2_592_000_000, "delete", "snappy"],
  ["audit.events", 6, 3, 2, 31_536_000_000, "delete", "snappy"],
  ["notification.events", 6, 3, 2, 604_800_000, "delete", "snappy"],
  ["document.events", 6, 3, 2, 2_592_000_000, "delete", "snappy"],
  ["compliance.events", 4, 3, 2, 31_536_000_000, "delete", "snappy"],
  ["integration.events", 8, 3, 2, 604_800_000, "delete", "snappy"],
  ["system.events", 4, 3, 2, 2_592_000_000, "delete", "snappy"],
];

const AMAZON_TOPICS: readonly TopicRow[] = [
  ["order.created", 3, 3, 2, 604_800_000, "delete", "producer"],
  ["order.updated", 3, 3, 2, 604_800_000, "delete", "producer"],
  ["user.created", 3, 3, 2, 604_800_000, "delete", "producer"],
  ["notification.email", 3, 3, 2, 259_200_000, "delete", "producer"],
];

function topicRows({ topics }: Settings): TopicRow[] {
  return topics.items.map(({ name, partitions, replicationFactor, minInSyncReplicas, config }) => {
    assert.equal(config["min.insync.replicas"], String(minInSyncReplicas));
    const policy = config["cleanup.policy"] ?? "";
    const compression = config["compression.type"] ?? "";
    return [
      name,
      partitions,
      replicationFactor,
      minInSyncReplicas,
      Number(config["retention.ms"]),
      policy,
      compression,
    ];
  });
}

const partitions = (rows: readonly TopicRow[]) => rows.reduce((sum, [, count]) => sum + count, 0);
const topic = (preset: PresetName, name: string) => {
  const found = built(preset, "prod").settings.topics.items.find((item) => item.name === name);
  assert.ok(found, `${preset} has no ${name}`);
  return found;
};
describe("settings topics", () => {
  it("R-TOP-01 has the 14 topics of LLM Analytics Hub, 232 partitions", () => {
    assert.deepEqual(topicRows(built("llm-analytics-hub", "prod").settings), LLM_TOPICS);
    assert.equal(partitions(LLM_TOPICS), 232);
  });

  it("R-TOP-02 has the 9 topics of VoiceCore, 156 partitions, beside the one for dead letters", () => {
    const { topics } = built("voicecore", "prod").settings;
    const rows = topicRows(built("voicecore", "prod").settings);
    assert.deepEqual(
      rows.filter(([name]) => name !== topics.deadLetter),
      VOICECORE_TOPICS,
    );
    assert.equal(partitions(VOICECORE_TOPICS), 156);
    assert.equal(rows.length, 10);
  });

  it("R-TOP-03 has the 11 topics of SelfMonitor, 86 partitions", () => {
    assert.deepEqual(topicRows(built("selfmonitor", "prod").settings), SELFMONITOR_TOPICS);
    assert.deepEqual(topicRows(built("selfmonitor", "staging").settings), SELFMONITOR_TOPICS);
    assert.equal(partitions(SELFMONITOR_TOPICS), 86);
  });

  it("R-TOP-04 has the 4 topics of amazon-api, 12 partitions", () => {
    assert.deepEqual(topicRows(built("amazon-api", "prod").settings), AMAZON_TOPICS);
    assert.equal(partitions(AMAZON_TOPICS), 12);
  });

  it("R-TOP-12 keeps partitions in the range of each system", () => {
    const range = (preset: PresetName) => {
      const counts = built(preset, "prod").settings.topics.items.map((item) => item.partitions);
      return [Math.min(...counts), Math.max(...counts)];
    };
    assert.deepEqual(SYSTEMS.map(range), [
      [8, 32],
      [12, 24],
      [4, 12],
      [3, 3],
    ]);
  });

  it("R-TOP-13 keeps the values of topics that two systems name alike apart", () => {
    const values = (name: string) =>
      (["voicecore", "selfmonitor"] as const).map((preset) => {
        const found = topic(preset, name);
        return [found.partitions, Number(found.config["retention.ms"]) / DAY];
      });
    assert.deepEqual(values("analytics.events"), [
      [24, 7],
      [12, 30],
    ]);
    assert.deepEqual(values("notification.events"), [
      [12, 7],
      [6, 7],
    ]);
    assert.deepEqual(values("integration.events"), [
      [12, 7],
      [8, 7],
    ]);
  });

  it("R-TOP-15 has LLM Analytics Hub's dead-letter topic as declared, and one for VoiceCore's event bus", () => {
    assert.equal(built("llm-analytics-hub", "prod").settings.topics.deadLetter, "llm-deadletter");
    assert.equal(topic("llm-analytics-hub", "llm-deadletter").partitions, 8);
    const { deadLetter } = built("voicecore", "prod").settings.topics;
    assert.equal(topic("voicecore", deadLetter ?? "").partitions, 12);
    for (const preset of ["selfmonitor", "amazon-api"] as const)
      assert.equal(built(preset, "prod").settings.topics.deadLetter, null);
  });

  it("R-TOP-19 sets retention topic by topic, in the ranges in use", () => {
    const days = (preset: PresetName) => {
      const all = built(preset, "prod").settings.topics.items.map(({ config }) => Number(config["retention.ms"]) / DAY);
      return [...new Set(all.filter((value) => value > 0))].sort((a, b) => a - b);
    };
    assert.deepEqual(SYSTEMS.map(days), [[7], [7, 30], [7, 30, 90, 365], [3, 7]]);
    const set = { "topics.items.user.events.retention": "14d" };
    const { topics } = load({ preset: "none", topics: { items: { "user.events": {} } } }, set).settings;
    assert.equal(topics.items[0]?.config["retention.ms"], String(14 * DAY));
  });
});
