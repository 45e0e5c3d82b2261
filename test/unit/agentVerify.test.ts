import assert from "node:assert/strict";
import { openOutput } from "../../agent/output.ts";
import { TransientError } from "../../agent/retry.ts";
import { CHECKS, type Check, type Context } from "../../agent/verify/checks.ts";
import { verify } from "../../agent/verify/verify.ts";
import { parseVerifySpec, renderVerifySpec, type VerifySpec } from "../../kafka/verifySpec.ts";
import { type FakeKafka, fakeKafka } from "../support/fakeKafka.ts";

const SPEC: VerifySpec = {
  mode: "kraft",
  brokers: 3,
  controllers: [0, 1, 2],
  services: [],
  criticalTopics: [{ name: "billing", replicationFactor: 3, minInSyncReplicas: 2 }],
  roundTripTopic: "kafka-platform.verify",
};
const BILLING = { partitions: 2, replicationFactor: 3, config: { "min.insync.replicas": "2" } };

async function run(kafka: FakeKafka, ids: readonly string[], spec: Partial<VerifySpec> = {}, own?: readonly Check[]) {
  let text = "";
  const out = openOutput(false, { out: { write: (line) => (text += line) }, err: { write: () => "" } });
  const context: Context = {
    cluster: kafka.cluster,
    options: { brokers: ["kafka:9092"], security: { protocol: "PLAINTEXT" } },
    spec: { ...SPEC, ...spec },
    topics: [{ name: "billing", ...BILLING, state: "present", recreate: false }],
    patience: { deadline: Date.now(), say: () => undefined },
  };
  const checks = own ?? CHECKS.filter((check) => ids.includes(check.id));
  const code = await verify(context, undefined, out, checks);
  return {
    code,
    lines: text
      .trimEnd()
      .split("\n")
      .map((line) => line.replace(/ \(\d+ ms\)$/, "")),
    out,
  };
}

describe("verify", () => {
  it("R-VAL-03 prints one line a check and a closing count, exit 0", async () => {
    const { code, lines } = await run(fakeKafka({ billing: BILLING }), [
      "R-VAL-03",
      "R-VAL-04",
      "R-VAL-08",
      "R-VAL-09",
      "R-VAL-13",
    ]);
    assert.deepEqual(lines, [
      "ok    R-VAL-03    brokers registered: 3/3 ",
      "skip  R-VAL-04    Schema Registry pods: not part of this stack",
      "ok    R-VAL-08    topics as declared: 1/1 ",
      "ok    R-VAL-09    critical topics replicated: billing ",
      "ok    R-VAL-13    no under-replicated partition: 0 of 2 partitions ",
      "verify: 4 ok, 0 failed, 1 skipped",
    ]);
    assert.equal(code, 0);
  });

  it("ends with 1 where a check fails, goes on with the rest, and keeps the failure as last words", async () => {
    const { code, lines, out } = await run(fakeKafka({ billing: { ...BILLING, partitions: 1 } }), [
      "R-VAL-08",
      "R-VAL-13",
    ]);
    assert.equal(code, 1);
    assert.match(lines[0] ?? "", /^FAIL {2}R-VAL-08 .*1 difference, such as ~ grow billing {2}1 → 2 partitions/);
    assert.match(lines[1] ?? "", /^ok/);
    assert.deepEqual(
      out.lastWords.map((line) => line.slice(0, 14)),
      ["FAIL  R-VAL-08"],
    );
  });

  it("R-VAL-09 finds a critical topic with another replication", async () => {
    const { lines } = await run(fakeKafka({ billing: { ...BILLING, replicationFactor: 1, config: {} } }), ["R-VAL-09"]);
    assert.match(lines[0] ?? "", /^FAIL .*found replication factor 1, expected 3; billing: found min.insync.replicas/);
  });

  it("R-VAL-16 answers the same checks with ZooKeeper, its quorum's aside", async () => {
    const ids = ["R-VAL-02", "R-VAL-03", "R-VAL-06", "R-VAL-08"];
    const { code, lines } = await run(fakeKafka({ billing: BILLING }), ids, { mode: "zookeeper", controllers: [] });
    assert.equal(code, 0);
    assert.deepEqual(
      lines.map((line) => line.slice(0, 4)),
      ["skip", "ok  ", "skip", "ok  ", "veri"],
    );
  });

  it("waits a while for what settles by itself", async () => {
    let left = 1;
    const check: Check = {
      id: "R",
      title: "settles",
      run: () => (left-- > 0 ? Promise.reject(new TransientError("not yet")) : Promise.resolve("now")),
    };
    assert.equal((await run(fakeKafka(), [], {}, [check])).code, 0);
  });

  it("lists each of the register's fifteen basic checks once", () => {
    const ids = Array.from({ length: 15 }, (_, index) => `R-VAL-${String(index + 1).padStart(2, "0")}`);
    assert.deepEqual(
      CHECKS.map((check) => check.id),
      ids,
    );
  });
});

describe("verify spec", () => {
  it("reads back what it wrote", () => {
    assert.deepEqual(parseVerifySpec("f", renderVerifySpec(SPEC)), SPEC);
  });

  it("reports every problem with path, finding and expectation", () => {
    const bad = { ...SPEC, mode: "raft", brokers: 0, controllers: [-1], services: [{ name: "a", host: "" }] };
    assert.throws(() => parseVerifySpec("f", JSON.stringify(bad)), {
      message: [
        'f: mode: found "raft", expected kraft or zookeeper',
        "f: brokers: found 0, expected an integer from 1",
        "f: controllers[0]: found -1, expected an integer from 0",
        'f: services[0].host: found "", expected a text that is not empty',
        "f: services[0].port: found nothing, expected an integer from 1",
      ].join("\n"),
    });
    assert.throws(() => parseVerifySpec("f", "{"), { message: /^f: expected JSON/ });
    assert.throws(() => parseVerifySpec("f", "[]"), { message: "f: the file: found [], expected an object" });
  });
});
