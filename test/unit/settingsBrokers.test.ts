/** The brokers of the four systems, written out once more by hand, down to the properties that Kafka reads. */
import assert from "node:assert/strict";
import { flatten } from "../../kafka/properties.ts";
import { brokerProperties, controllerProperties } from "../../kafka/serverProperties.ts";
import type { Environment, PresetName } from "../../stacks/presets/index.ts";
import { built, presetSays, rulesOf } from "../support/settings.ts";

const DAY = 86_400_000;
const SYSTEMS = ["llm-analytics-hub", "voicecore", "selfmonitor", "amazon-api"] as const;
const ENVIRONMENTS = ["dev", "staging", "prod"] as const;

/** A property of the cluster's nodes: since 4.3 the defaults of new topics are the dedicated controllers'. */
const property = (preset: PresetName, key: string, environment: Environment = "prod") => {
  const { settings } = built(preset, environment);
  const controllers = settings.controllers.mode === "dedicated" ? flatten(controllerProperties(settings)) : [];
  return new Map([...controllers, ...flatten(brokerProperties(settings))]).get(key);
};

/** One value for each system in the order of SYSTEMS, from what the production preset says. */
const said = (path: string) => SYSTEMS.map((system) => presetSays(system, "prod", path));

describe("settings of brokers", () => {
  it("R-BRK-01 has the brokers that each system states", () => {
    assert.deepEqual(said("kafka.replicas"), [3, 3, 5, 3]);
  });

  it("R-BRK-03 R-BRK-04 has the CPU and memory that each system states", () => {
    assert.deepEqual(said("kafka.resources"), [
      { requests: { cpu: "2", memory: "16Gi" }, limits: { cpu: "4", memory: "16Gi" } },
      { requests: { cpu: "4", memory: "8Gi" }, limits: { memory: "8Gi" } },
      { requests: { cpu: "1", memory: "2Gi" }, limits: { memory: "2Gi" } },
      { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: "1000m", memory: "2Gi" } },
    ]);
  });

  it("R-BRK-05 has the stated heaps, and takes the 4 GB of SelfMonitor's tuning only with the memory for it", () => {
    assert.deepEqual(said("kafka.heap"), ["8g", "4g", undefined, undefined]);
    const tuned = { preset: "selfmonitor", environment: "prod", kafka: { heap: "4g" } } as const;
    assert.ok(rulesOf(tuned).includes("heap-over-memory"));
    const memory = { requests: { memory: "8Gi" }, limits: { memory: "8Gi" } };
    assert.ok(!rulesOf({ ...tuned, kafka: { heap: "4g", resources: memory } }).includes("heap-over-memory"));
  });

  it("R-BRK-07 R-BRK-08 has the volumes that each system states, of the stated class", () => {
    assert.deepEqual(said("kafka.storage"), [
      { class: "fast-ssd", data: "500Gi", logs: "100Gi" },
      { class: null, data: "100Gi", logs: null },
      { class: null, data: "100Gi", logs: null },
      { class: null, data: "10Gi", logs: null },
    ]);
  });

  it("R-BRK-09 replicates three times with two in sync in every production", () => {
    for (const preset of SYSTEMS) {
      assert.equal(property(preset, "default.replication.factor"), "3");
      assert.equal(property(preset, "min.insync.replicas"), "2");
    }
  });

  it("R-BRK-10 R-BRK-11 leaves topics of 3 partitions to amazon-api's brokers, and to no other's", () => {
    assert.equal(property("amazon-api", "num.partitions"), "3");
    assert.deepEqual(
      SYSTEMS.map((preset) => property(preset, "auto.create.topics.enable")),
      ["false", "false", "false", "true"],
    );
  });

  it("R-BRK-12 never elects a stale leader, and moves leadership back", () => {
    assert.equal(property("llm-analytics-hub", "unclean.leader.election.enable"), "false");
    assert.equal(property("llm-analytics-hub", "auto.leader.rebalance.enable"), "true");
  });

  it("R-BRK-13 R-BRK-14 has the stated threads", () => {
    const threads = (key: string) =>
      (["llm-analytics-hub", "voicecore"] as const).map((preset) => property(preset, key));
    assert.deepEqual(threads("num.network.threads"), ["8", "8"]);
    assert.deepEqual(threads("num.io.threads"), ["16", "8"]);
  });

  it("R-BRK-15 R-BRK-16 compresses and keeps as each system says", () => {
    assert.deepEqual(
      SYSTEMS.map((preset) => property(preset, "compression.type")),
      ["lz4", "snappy", "snappy", "producer"],
    );
    for (const preset of SYSTEMS) assert.equal(property(preset, "log.retention.ms"), String(7 * DAY));
  });

  it("R-BRK-29 caps replication of broker, internal and declared topics by SelfMonitor's one broker", () => {
    const keys = ["default.replication.factor", "min.insync.replicas", "offsets.topic.replication.factor"];
    for (const key of [...keys, "transaction.state.log.replication.factor", "transaction.state.log.min.isr"])
      assert.equal(property("selfmonitor", key, "dev"), "1", key);
  });

  it("R-BRK-30 guards the disks where a stated rate exceeds them: size limits fit at every size", () => {
    for (const preset of ["llm-analytics-hub", "voicecore"] as const) {
      for (const environment of ENVIRONMENTS) {
        assert.notEqual(property(preset, "log.retention.bytes", environment), "-1");
        const warned = built(preset, environment).warnings.map(({ rule }) => rule);
        assert.ok(!warned.includes("size-limit-over-disk"), `${preset}/${environment}`);
      }
    }
    const { items } = built("voicecore", "prod").settings.topics;
    const billing = items.find(({ name }) => name === "billing.transactions");
    assert.equal(billing?.config["retention.bytes"], "-1");
  });
});
