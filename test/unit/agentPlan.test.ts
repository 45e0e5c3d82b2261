import assert from "node:assert/strict";
import fc from "fast-check";
import { formatAction, formatSummary } from "../../agent/reconcile/format.ts";
import { type ActualTopic, planTopics, sameValue, type TopicAction } from "../../agent/reconcile/plan.ts";
import type { TopicSpec } from "../../kafka/topicFile.ts";
import { topicConfig, topicSpec } from "../support/topicSpecs.ts";

const wanted = (spec: Partial<TopicSpec> = {}): TopicSpec => ({
  name: "user.events",
  partitions: 12,
  replicationFactor: 3,
  config: { "retention.ms": "604800000" },
  state: "present",
  recreate: false,
  ...spec,
});
const found = (topic: Partial<ActualTopic> = {}): ActualTopic => ({
  name: "user.events",
  partitions: 12,
  replicationFactor: 3,
  config: { "retention.ms": "604800000" },
  ...topic,
});
const cluster = (...topics: ActualTopic[]) => new Map(topics.map((topic) => [topic.name, topic]));
const lines = (spec: TopicSpec, ...topics: ActualTopic[]) =>
  planTopics([spec], cluster(...topics)).actions.map(formatAction);

describe("topic plan", () => {
  for (const [what, spec, actual, expected] of [
    ["nothing for a topic as declared", {}, {}, []],
    ["a topic grown", { partitions: 24 }, {}, ["~ grow user.events  12 → 24 partitions"]],
    [
      "changed, new and stray configs in one alter",
      { config: { "retention.ms": "86400000", "compression.type": "snappy" } },
      { config: { "retention.ms": "604800000", "cleanup.policy": "compact" } },
      [
        "~ alter user.events  cleanup.policy compact → default, compression.type default → snappy, retention.ms 604800000 → 86400000",
      ],
    ],
    [
      "no reset of a running reassignment's throttle",
      {},
      { config: { "retention.ms": "604800000", "leader.replication.throttled.replicas": "*" } },
      [],
    ],
    [
      "a delete where absent is declared",
      { state: "absent" },
      {},
      ["- delete user.events  12 partitions and the data in them"],
    ],
    [
      "a recreate where partitions shrink with the opt-in",
      { partitions: 6, recreate: true },
      {},
      ["± recreate user.events  12 partitions and the data in them → 6 partitions × 3  retention.ms=604800000"],
    ],
    [
      "a grow, not a recreate, with the opt-in",
      { partitions: 24, recreate: true },
      {},
      ["~ grow user.events  12 → 24 partitions"],
    ],
  ] as const) {
    it(`holds ${what}`, () => {
      assert.deepEqual(lines(wanted(spec), found(actual)), expected);
    });
  }

  it("R-TOP-08 creates a missing topic from its partitions, replication factor and config map alone", () => {
    const spec = wanted({ partitions: 3, config: { "retention.ms": "604800000", "min.insync.replicas": "2" } });
    assert.deepEqual(lines(spec), [
      "+ create user.events  3 partitions × 3  min.insync.replicas=2  retention.ms=604800000",
    ]);
  });

  it("R-TOP-09 refuses fewer partitions and says how to go on", () => {
    assert.deepEqual(lines(wanted({ partitions: 6 }), found()), [
      "! refuse user.events  partitions 12 → 6: Kafka cannot take partitions away; set partitions to 12 or more, or set recreate on this topic, which deletes its data",
    ]);
  });

  it("refuses another replication factor, also beside a wanted grow", () => {
    const actions = planTopics([wanted({ partitions: 24, replicationFactor: 2 })], cluster(found())).actions;
    assert.deepEqual(
      actions.map((action) => [action.kind, action.kind === "refuse" && action.field]),
      [["refuse", "replication.factor"]],
    );
  });

  it("R-TOP-11 leaves topics that nobody declares alone, lists them, and hides Kafka's own", () => {
    const plan = planTopics([], cluster(found(), found({ name: "__consumer_offsets" }), found({ name: "a" })));
    assert.deepEqual(plan, { actions: [], unchanged: 0, unmanaged: ["a", "user.events"] });
  });

  it("does nothing for an absent topic that is gone", () => {
    assert.deepEqual(planTopics([wanted({ state: "absent" })], new Map()).actions, []);
  });

  it("orders actions by topic", () => {
    const names = planTopics([wanted({ name: "b" }), wanted({ name: "a" })], new Map()).actions.map(
      ({ topic }) => topic,
    );
    assert.deepEqual(names, ["a", "b"]);
  });

  for (const [a, b, same] of [
    ["0.50", "0.5", true],
    ["compact, delete", "compact,delete", true],
    ["TRUE", "true", true],
    ["007", "7", true],
    ["9223372036854775807", "9223372036854775806", false],
    ["snappy", "lz4", false],
    ["", "0", false],
    ["compact,delete", "delete,compact", false],
  ] as const) {
    it(`takes ${JSON.stringify(a)} and ${JSON.stringify(b)} for ${same ? "the same" : "different"}`, () => {
      assert.equal(sameValue(a, b), same);
    });
  }

  it("sums up in numbers, with the first unmanaged names only", () => {
    const strays = Array.from({ length: 25 }, (_, index) => found({ name: `stray-${String(index).padStart(2, "0")}` }));
    const [unmanaged, summary] = formatSummary(
      planTopics([wanted(), wanted({ name: "b" })], cluster(found(), ...strays)),
    );
    assert.match(unmanaged ?? "", /^ {2}unmanaged, left alone: stray-00, .*stray-19 and 5 more$/);
    assert.equal(summary, "plan: 1 to create, 1 unchanged, 25 unmanaged");
  });
});

describe("topic plan, for any desired and actual topics", () => {
  const names = fc.constantFrom("a", "b", "c", "d", "e");
  const desired = fc.uniqueArray(topicSpec(names), { selector: (spec) => spec.name });
  const actual = fc
    .uniqueArray(
      fc.record({
        name: names,
        partitions: fc.integer({ min: 1, max: 64 }),
        replicationFactor: fc.integer({ min: 1, max: 3 }),
        config: topicConfig(),
      }),
      { selector: (topic) => topic.name },
    )
    .map((topics) => cluster(...topics));

  it("applied, gives what is desired, and leaves nothing to plan", () => {
    fc.assert(
      fc.property(desired, actual, (specs, topics) => {
        const plan = planTopics(specs, topics);
        fc.pre(!plan.actions.some((action) => action.kind === "refuse"));
        const after = applied(plan.actions, topics);
        for (const spec of specs) {
          const topic = after.get(spec.name);
          if (spec.state === "absent") assert.equal(topic, undefined);
          else
            assert.deepEqual([topic?.partitions, topic?.replicationFactor], [spec.partitions, spec.replicationFactor]);
        }
        assert.deepEqual(planTopics(specs, after).actions, []);
      }),
    );
  });

  it("R-TOP-11 never deletes, recreates or shrinks without that topic's opt-in", () => {
    fc.assert(
      fc.property(desired, actual, (specs, topics) => {
        const { actions } = planTopics(specs, topics);
        const optIn = new Map(specs.map((spec) => [spec.name, spec]));
        for (const action of actions) {
          if (action.kind === "delete") assert.equal(optIn.get(action.topic)?.state, "absent");
          if (action.kind === "recreate") assert.equal(optIn.get(action.topic)?.recreate, true);
          if (action.kind === "grow") assert.ok(action.to > action.from);
        }
      }),
    );
  });

  it("touches declared topics only", () => {
    fc.assert(
      fc.property(desired, actual, (specs, topics) => {
        const { actions, unmanaged } = planTopics(specs, topics);
        const declared = new Set(specs.map((spec) => spec.name));
        assert.ok(actions.every((action) => declared.has(action.topic)));
        assert.deepEqual(unmanaged, [...topics.keys()].filter((name) => !declared.has(name)).sort());
      }),
    );
  });
});

/** What Kafka holds after the actions: the plan's meaning, told a second time. */
function applied(actions: readonly TopicAction[], before: ReadonlyMap<string, ActualTopic>): Map<string, ActualTopic> {
  const after = new Map(before);
  for (const action of actions) {
    const topic = after.get(action.topic);
    if (action.kind === "delete") after.delete(action.topic);
    if (action.kind === "create" || action.kind === "recreate") {
      const { name, partitions, replicationFactor, config } = action.spec;
      after.set(name, { name, partitions, replicationFactor, config });
    }
    if (action.kind === "grow" && topic) after.set(topic.name, { ...topic, partitions: action.to });
    if (action.kind === "alter" && topic) {
      const config = new Map(Object.entries(topic.config));
      for (const { key, to } of action.changes) {
        if (to === null) config.delete(key);
        else config.set(key, to);
      }
      after.set(topic.name, { ...topic, config: Object.fromEntries(config) });
    }
  }
  return after;
}
