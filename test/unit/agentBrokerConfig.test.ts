import assert from "node:assert/strict";
import fc from "fast-check";
import { openOutput } from "../../agent/output.ts";
import { isThreadCount, nextStep } from "../../agent/reconcile/brokerConfig.ts";
import { reconcile } from "../../agent/reconcile/reconcile.ts";
import { parseBrokerConfig, renderBrokerConfig } from "../../kafka/brokerConfigFile.ts";
import { knownKeys } from "../../kafka/catalogue/catalogue.ts";
import { defaultMetadataVersion, finalisedFeatures, metadataLevel } from "../../kafka/features.ts";
import { VERSION_LINES } from "../../kafka/versions.ts";
import { type FakeKafka, fakeKafka } from "../support/fakeKafka.ts";

/** Runs the role against a fake cluster without topics. */
async function run(
  kafka: FakeKafka,
  brokerConfig: Record<string, string> | undefined,
  check = false,
  metadataVersion?: string,
) {
  const lines: string[] = [];
  let document = "";
  const out = openOutput(true, {
    out: { write: (text: string) => (document += text) },
    err: { write: (text: string) => lines.push(text.trimEnd()) },
  });
  const options = { brokers: ["kafka:9092"], check, wait: true, deadline: Date.now() + 1_500 };
  const code = await reconcile(kafka.cluster, { topics: [], brokerConfig, metadataVersion }, options, out);
  return { code, lines, report: JSON.parse(document) as Record<string, unknown> };
}
const sent = (kafka: FakeKafka) => kafka.calls.filter((call) => call.startsWith("IncrementalAlterConfigs"));

describe("broker configuration", () => {
  it("sets what is declared and resets what is not; run again, asks once and changes nothing", async () => {
    const kafka = fakeKafka();
    kafka.brokerConfig.set("message.max.bytes", "5");
    const first = await run(kafka, { "num.io.threads": "16" });
    assert.equal(first.code, 0, first.lines.join("\n"));
    assert.equal(first.lines[0], "~ configure brokers  message.max.bytes 5 → default, num.io.threads default → 16");
    assert.equal(first.lines[1], "plan: 2 broker configs to change, 0 unchanged, 0 unmanaged");
    assert.deepEqual([...kafka.brokerConfig], [["num.io.threads", "16"]]);
    kafka.calls.length = 0;
    const second = await run(kafka, { "num.io.threads": "16" });
    assert.deepEqual([second.code, kafka.calls], [0, ["Metadata", "DescribeConfigs"]]);
  });

  it("reports drift with --check and changes nothing", async () => {
    const kafka = fakeKafka();
    const { code, lines } = await run(kafka, { "num.io.threads": "9" }, true);
    assert.deepEqual([code, sent(kafka)], [2, []]);
    assert.match(lines.at(-1) ?? "", /^drift: 1 change needed/);
  });

  it("leaves it alone where none is declared", async () => {
    const kafka = fakeKafka();
    kafka.brokerConfig.set("message.max.bytes", "5");
    assert.equal((await run(kafka, undefined)).code, 0);
    assert.deepEqual(kafka.calls, ["Metadata"]);
  });

  it("does not reset the throttle of a running reassignment", async () => {
    const kafka = fakeKafka();
    kafka.brokerConfig.set("leader.replication.throttled.rate", "1000");
    assert.equal((await run(kafka, {})).report["outcome"], "unchanged");
  });

  it("steps thread counts up and down by what a broker takes at a time, and says so", async () => {
    const kafka = fakeKafka();
    kafka.brokerFile.set("log.cleaner.threads", "16");
    const { code, lines } = await run(kafka, { "num.io.threads": "100", "log.cleaner.threads": "2" });
    assert.equal(code, 0, lines.join("\n"));
    assert.deepEqual(
      [kafka.brokerConfig.get("num.io.threads"), kafka.brokerConfig.get("log.cleaner.threads")],
      ["100", "2"],
    );
    assert.equal(sent(kafka).filter((call) => !call.endsWith("?")).length, 4);
    assert.ok(
      lines.includes("brokers: log.cleaner.threads at 8 on its way to 2, num.io.threads at 16 on its way to 100"),
    );
  });

  it("steps a thread count down to the default that its reset leads to", async () => {
    const kafka = fakeKafka();
    kafka.brokerConfig.set("num.io.threads", "40");
    const { code, lines } = await run(kafka, {});
    assert.equal(code, 0, lines.join("\n"));
    assert.deepEqual([...kafka.brokerConfig], []);
    assert.ok(lines.includes("brokers: num.io.threads at 10 on its way to its default"), lines.join("\n"));
  });

  it("sends nothing but the rehearsal where the brokers do not take a value, and gives their words", async () => {
    const kafka = fakeKafka();
    const { code, report } = await run(kafka, { "no.such.key": "1" });
    assert.deepEqual([code, sent(kafka)], [1, ["IncrementalAlterConfigs?"]]);
    assert.deepEqual(report["failures"], [{ topic: "brokers", message: "INVALID_REQUEST: broker says 42" }]);
  });

  it("fails where a broker does not run with what the cluster has, and names it", async () => {
    const kafka = fakeKafka();
    type Call = typeof kafka.cluster.call;
    const stubborn = { name: "message.max.bytes", value: "7", configSource: 4, synonyms: [] };
    const cluster = {
      ...kafka.cluster,
      call: ((target, name, ...args) =>
        name === "DescribeConfigs" && JSON.stringify(args).includes('"resourceName":"1"')
          ? Promise.resolve({ results: [{ resourceName: "1", errorCode: 0, configs: [stubborn] }] })
          : kafka.cluster.call(target, name, ...args)) as Call,
    };
    await assert.rejects(run({ ...kafka, cluster }, { "message.max.bytes": "9" }), {
      message: /^broker 1 runs with message.max.bytes=7 although the cluster has 9/,
    });
  });

  it("accepts a value that one broker has of its own", async () => {
    const kafka = fakeKafka();
    kafka.brokerOwn.set("2 message.max.bytes", "7");
    assert.equal((await run(kafka, { "message.max.bytes": "9" })).code, 0);
  });

  it("puts Kafka's default in place of a key that brokers still have in their file, and resets it once they have not", async () => {
    const kafka = fakeKafka();
    kafka.brokerFile.set("message.max.bytes", "9");
    kafka.brokerConfig.set("message.max.bytes", "9");
    const removed = await run(kafka, {});
    assert.equal(removed.lines[0], "~ configure brokers  message.max.bytes 9 → 1048588");
    assert.equal((await run(kafka, {}, true)).code, 0, "which is no drift");
    kafka.brokerFile.clear();
    const restarted = await run(kafka, {});
    assert.equal(restarted.lines[0], "~ configure brokers  message.max.bytes 1048588 → default");
    assert.deepEqual([...kafka.brokerConfig], []);
  });

  it("knows every key of a pool of threads", () => {
    const pools = knownKeys("4.3.1", "broker").filter(isThreadCount);
    for (const key of [
      "num.io.threads",
      "num.recovery.threads.per.data.dir",
      "num.replica.fetchers",
      "background.threads",
    ])
      assert.ok(pools.includes(key), key);
    assert.ok(pools.includes("remote.log.manager.copier.thread.pool.size"));
    assert.ok(!pools.includes("message.max.bytes"));
  });

  it("reaches any number of threads from any in steps that every broker takes", () => {
    const size = fc.integer({ min: 1, max: 5_000 });
    fc.assert(
      fc.property(size, size, (start, goal) => {
        let now = start;
        for (let step = 0; now !== goal; step += 1) {
          assert.ok(step < 32);
          const next = Number(nextStep([{ value: String(now), fallback: null }], String(goal)));
          assert.ok(next <= now * 2 && next >= Math.floor(now / 2) && next !== now);
          now = next;
        }
      }),
    );
    const pool = (value: string | null) => ({ value, fallback: "8" });
    assert.equal(nextStep([pool("4"), pool("6")], "32"), "8");
    assert.equal(nextStep([pool("x"), pool(null)], "32"), "32");
    assert.deepEqual(
      ["40", "20", "16"].map((value) => nextStep([pool(value)], null)),
      ["20", "10", null],
    );
  });

  it("is read back as it was written, and refused with the file's name", () => {
    const config = { b: "1", a: 'x "y"' };
    assert.deepEqual(parseBrokerConfig("f", renderBrokerConfig(config)), config);
    assert.equal(renderBrokerConfig(config), renderBrokerConfig({ a: 'x "y"', b: "1" }));
    assert.throws(() => parseBrokerConfig("f", "{"), { message: /^f: expected a JSON object/ });
    assert.throws(() => parseBrokerConfig("f", "[]"), { message: /^f: found \[\], expected an object/ });
    assert.throws(() => parseBrokerConfig("f", '{"a":1}'), {
      message: "f: found a: 1, expected a text, as Kafka's configs are",
    });
  });
});

describe("features of the cluster", () => {
  /** A cluster formatted at 3.9 whose brokers are of 4.3. */
  const upgraded = () => {
    const kafka = fakeKafka();
    kafka.finalised.set("metadata.version", 21);
    const newest = { ...finalisedFeatures("4.3-IV0"), "kraft.version": 1 };
    for (const [feature, level] of Object.entries(newest)) kafka.supported.set(feature, level);
    return kafka;
  };
  const raise = (kafka: FakeKafka, level: string, check = false) => run(kafka, undefined, check, level);
  const updates = (kafka: FakeKafka) => kafka.calls.filter((call) => call.startsWith("UpdateFeatures"));

  it("raises the metadata version and what belongs to it, but not the kind of quorum; then nothing", async () => {
    const kafka = upgraded();
    const { code, lines } = await raise(kafka, "4.1-IV1");
    assert.equal(code, 0, lines.join("\n"));
    assert.equal(
      lines[0],
      "^ finalise metadata.version 3.9-IV0 → 4.1-IV1, group.version 0 → 1, transaction.version 0 → 2, eligible.leader.replicas.version 0 → 1; cannot be taken back",
    );
    assert.deepEqual(Object.fromEntries(kafka.finalised), finalisedFeatures("4.1-IV1"));
    kafka.calls.length = 0;
    assert.equal((await raise(kafka, "4.1-IV1")).report["outcome"], "unchanged");
    assert.deepEqual(updates(kafka), []);
  });

  it("never lowers one", async () => {
    const kafka = upgraded();
    kafka.finalised.set("metadata.version", 30);
    kafka.finalised.set("group.version", 1);
    assert.equal((await raise(kafka, "4.0-IV0")).report["outcome"], "unchanged");
    assert.deepEqual([kafka.finalised.get("metadata.version"), updates(kafka)], [30, []]);
  });

  it("reports with --check what is not finalised yet", async () => {
    const kafka = upgraded();
    assert.equal((await raise(kafka, "4.3-IV0", true)).code, 2);
    assert.deepEqual(updates(kafka), []);
  });

  it("fails with the controller's words where a node is too old, with nothing else changed", async () => {
    const kafka = upgraded();
    kafka.supported.set("metadata.version", 29);
    const { code, report } = await raise(kafka, "4.3-IV0");
    assert.deepEqual([code, updates(kafka)], [1, ["UpdateFeatures?"]]);
    assert.deepEqual(report["failures"], [{ topic: "features", message: "INVALID_UPDATE_VERSION: too old" }]);
  });

  it("leaves a cluster alone that has no features, as with ZooKeeper", async () => {
    assert.equal((await raise(fakeKafka(), "3.9-IV0")).report["outcome"], "unchanged");
  });

  it("knows the level of every line, in the order of the lines", () => {
    const levels = VERSION_LINES.map((line) => metadataLevel(defaultMetadataVersion(`${line}.0`)) ?? 0);
    assert.deepEqual(levels, [21, 25, 27, 29, 30]);
    assert.equal(metadataLevel("4.3"), undefined);
    assert.throws(() => finalisedFeatures("4.4-IV0"), { message: /expected one of 3.9-IV0/ });
  });
});
