import assert from "node:assert/strict";
import { openOutput } from "../../agent/output.ts";
import { type Desired, type ReconcileOptions, reconcile } from "../../agent/reconcile/reconcile.ts";
import type { TopicSpec } from "../../kafka/topicFile.ts";
import { type FakeKafka, fakeKafka } from "../support/fakeKafka.ts";

const topic = (name: string, spec: Partial<TopicSpec> = {}): TopicSpec => ({
  name,
  partitions: 3,
  replicationFactor: 3,
  config: { "retention.ms": "1000" },
  state: "present",
  recreate: false,
  ...spec,
});
const existing = (spec: Partial<TopicSpec> = {}) => {
  const { partitions, replicationFactor, config } = topic("", spec);
  return { partitions, replicationFactor, config: { ...config } };
};

/** Runs the role against a fake cluster and gives its exit code, lines and document. */
async function run(kafka: FakeKafka, desired: readonly TopicSpec[], options: Partial<ReconcileOptions & Desired> = {}) {
  const { brokerConfig, metadataVersion, ...others } = options;
  let stdout = "";
  let stderr = "";
  const streams = {
    out: { write: (text: string) => (stdout += text) },
    err: { write: (text: string) => (stderr += text) },
  };
  const out = openOutput(true, streams);
  const defaults = { brokers: ["kafka:9092"], check: false, wait: true, deadline: Date.now() + 3_000 };
  const code = await reconcile(
    kafka.cluster,
    { topics: desired, brokerConfig, metadataVersion },
    { ...defaults, ...others },
    out,
  );
  return { code, lines: stderr.trimEnd().split("\n"), report: JSON.parse(stdout) as Record<string, unknown>, out };
}
const changes = (kafka: FakeKafka) => kafka.calls.filter((call) => !/\?$|^Metadata|^Describe/.test(call));

describe("reconcile", () => {
  it("creates what is missing and, run again, changes nothing", async () => {
    const kafka = fakeKafka();
    const first = await run(kafka, [topic("a"), topic("b")]);
    assert.deepEqual([first.code, first.report["outcome"]], [0, "applied"]);
    assert.deepEqual([...kafka.topics.keys()], ["a", "b"]);
    kafka.calls.length = 0;
    const second = await run(kafka, [topic("a"), topic("b")]);
    assert.deepEqual([second.code, second.report["outcome"]], [0, "unchanged"]);
    assert.deepEqual(changes(kafka), []);
  });

  it("sets, changes and resets configs of an existing topic without touching the rest", async () => {
    const kafka = fakeKafka({ a: existing({ config: { "retention.ms": "1", "cleanup.policy": "compact" } }) });
    const { code, lines } = await run(kafka, [
      topic("a", { config: { "retention.ms": "2", "compression.type": "snappy" } }),
    ]);
    assert.equal(code, 0);
    assert.deepEqual(kafka.topics.get("a")?.config, { "retention.ms": "2", "compression.type": "snappy" });
    assert.deepEqual(changes(kafka), ["IncrementalAlterConfigs"]);
    assert.match(lines[0] ?? "", /^~ alter a {2}cleanup.policy compact → default, compression.type default → snappy/);
  });

  it("grows partitions", async () => {
    const kafka = fakeKafka({ a: existing() });
    assert.equal((await run(kafka, [topic("a", { partitions: 6 })])).code, 0);
    assert.equal(kafka.topics.get("a")?.partitions, 6);
  });

  it("changes nothing at all where one topic is refused, exit 3", async () => {
    const kafka = fakeKafka({ a: existing({ partitions: 6 }) });
    const { code, report, out } = await run(kafka, [topic("a"), topic("new")]);
    assert.deepEqual([code, report["outcome"]], [3, "refused"]);
    assert.deepEqual(changes(kafka), []);
    assert.match(out.lastWords[0] ?? "", /^! refuse a {2}partitions 6 → 3/);
  });

  it("changes nothing at all where the brokers would not accept one topic, and says why", async () => {
    const kafka = fakeKafka({ a: existing() });
    const desired = [topic("a", { partitions: 6 }), topic("bad", { config: { nonsense: "1" } }), topic("good")];
    const { code, report } = await run(kafka, desired);
    assert.equal(code, 1);
    assert.deepEqual(changes(kafka), []);
    assert.deepEqual(report["failures"], [{ topic: "bad", message: "INVALID_CONFIG: broker says 40" }]);
  });

  it("tries a recreated topic under another name first, then deletes and creates it", async () => {
    const kafka = fakeKafka({ a: existing({ partitions: 6 }) });
    const bad = await run(kafka, [topic("a", { recreate: true, config: { nonsense: "1" } })]);
    assert.deepEqual([bad.code, kafka.topics.get("a")?.partitions], [1, 6]);
    assert.deepEqual(bad.report["failures"], [{ topic: "a", message: "INVALID_CONFIG: broker says 40" }]);
    const good = await run(kafka, [topic("a", { recreate: true })]);
    assert.deepEqual([good.code, kafka.topics.get("a")?.partitions], [0, 3]);
    assert.deepEqual(changes(kafka), ["DeleteTopics", "CreateTopics"]);
  });

  it("deletes a topic that is declared absent", async () => {
    const kafka = fakeKafka({ a: existing(), b: existing() });
    assert.equal((await run(kafka, [topic("a", { state: "absent" })])).code, 0);
    assert.deepEqual([...kafka.topics.keys()], ["b"]);
  });

  it("--check reports drift with exit 2 and changes nothing", async () => {
    const kafka = fakeKafka();
    const { code, report } = await run(kafka, [topic("a")], { check: true });
    assert.deepEqual([code, report["outcome"]], [2, "drift"]);
    assert.ok(kafka.calls.every((call) => /^Metadata|^Describe/.test(call)));
  });

  it("--check ends with 0 where all is as declared", async () => {
    assert.equal((await run(fakeKafka({ a: existing() }), [topic("a")], { check: true })).code, 0);
  });

  it("looks again when somebody else creates the same topic at the same time", async () => {
    const kafka = fakeKafka();
    kafka.before = (call) => {
      if (call === "CreateTopics") kafka.topics.set("a", existing({ partitions: 1 }));
      kafka.before = call === "CreateTopics" ? () => undefined : kafka.before;
    };
    const { code } = await run(kafka, [topic("a")]);
    assert.deepEqual([code, kafka.topics.get("a")], [0, existing()]);
    assert.deepEqual(changes(kafka), ["CreateTopics", "CreatePartitions"]);
  });

  it("sends topics again whose error passes, and those only", async () => {
    const kafka = fakeKafka();
    const NOT_CONTROLLER = 41;
    let left = 2;
    kafka.answer = (call, name) => (call === "CreateTopics" && name === "b" && left-- > 0 ? NOT_CONTROLLER : 0);
    assert.equal((await run(kafka, [topic("a"), topic("b")])).code, 0);
    assert.deepEqual(
      kafka.sizes.filter((_, index) => kafka.calls[index] === "CreateTopics"),
      [2, 1, 1],
    );
    assert.deepEqual([...kafka.topics.keys()], ["a", "b"]);
  });

  it("waits until new partitions have leaders on every broker, unless told not to", async () => {
    const kafka = fakeKafka();
    let asked = 0;
    kafka.leader = () => ((asked += 1) > 12 ? 0 : -1);
    assert.equal((await run(kafka, [topic("a")])).code, 0);
    assert.ok(asked > 12);
    kafka.leader = () => -1;
    assert.equal((await run(kafka, [topic("a"), topic("b")], { wait: false })).code, 0);
    await assert.rejects(run(kafka, [topic("a"), topic("b"), topic("c")], { deadline: Date.now() + 200 }), {
      message: /^broker \d at broker:909\d: 1 topic of 1 without a leader for every partition, such as c$/,
    });
  });

  it("ends with the broker's message where an error does not pass before the deadline", async () => {
    const kafka = fakeKafka();
    kafka.answer = () => 41;
    const { code, report } = await run(kafka, [topic("a")], { deadline: Date.now() + 300 });
    assert.deepEqual([code, report["failures"]], [1, [{ topic: "a", message: "NOT_CONTROLLER: broker says 41" }]]);
  });

  it("keeps the errors of single topics beside what succeeded", async () => {
    const kafka = fakeKafka();
    const POLICY_VIOLATION = 44;
    kafka.answer = (_call, name) => (changes(kafka).length > 0 && name === "b" ? POLICY_VIOLATION : 0);
    const { code, report, lines } = await run(kafka, [topic("a"), topic("b")]);
    assert.deepEqual([code, [...kafka.topics.keys()]], [1, ["a"]]);
    assert.deepEqual(report["failures"], [{ topic: "b", message: "POLICY_VIOLATION: broker says 44" }]);
    assert.match(lines.at(-1) ?? "", /^failed: 1 of 2 changes/);
  });

  it("throws an error that no second try would mend", async () => {
    const kafka = fakeKafka();
    kafka.before = () => {
      throw new Error("socket closed");
    };
    await assert.rejects(run(kafka, [topic("a")]), { message: "socket closed" });
  });

  it("creates 1,000 topics in few requests, none over the controller's limit of records, with progress", async () => {
    const kafka = fakeKafka();
    const desired = Array.from({ length: 1_000 }, (_, index) => topic(`t${index}`, { partitions: 12 }));
    const { code, lines } = await run(kafka, desired);
    assert.equal(code, 0);
    const sizes = kafka.sizes.filter((_, index) => kafka.calls[index] === "CreateTopics");
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      1_000,
    );
    assert.ok(
      sizes.every((size) => size * 14 <= 5_000),
      `sizes ${sizes.join()}`,
    );
    assert.ok(lines.includes("created 1000/1000 topics"));
  });

  it("asks 10,000 declared topics for their configs in batches and nothing else", async () => {
    const desired = Array.from({ length: 10_000 }, (_, index) => topic(`t${index}`));
    const kafka = fakeKafka(Object.fromEntries(desired.map((spec) => [spec.name, existing()])));
    assert.equal((await run(kafka, desired)).code, 0);
    assert.deepEqual([...new Set(kafka.calls)], ["Metadata", "DescribeConfigs"]);
    assert.equal(kafka.calls.length, 21);
  });
});
