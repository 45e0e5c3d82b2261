/** The numbers of the four systems, written out once more by hand. */
import assert from "node:assert/strict";
import { flatten } from "../../kafka/properties.ts";
import { brokerProperties, controllerProperties } from "../../kafka/serverProperties.ts";
import type { Environment, PresetName } from "../../stacks/presets/index.ts";
import { layersOf } from "../../stacks/settings/layers.ts";
import { parseLayers } from "../../stacks/settings/parse.ts";
import { resolve } from "../../stacks/settings/resolve.ts";
import type { Settings } from "../../stacks/settings/settings.ts";
import { built, load, presetSays, problemsOf, rulesOf, type SetValues } from "../support/settings.ts";

const DAY = 86_400_000;
const SYSTEMS = ["llm-analytics-hub", "voicecore", "selfmonitor", "amazon-api"] as const;
const ENVIRONMENTS = ["dev", "staging", "prod"] as const;

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
/** A property of the cluster's nodes: since 4.3 the defaults of new topics are the dedicated controllers'. */
const property = (preset: PresetName, key: string, environment: Environment = "prod") => {
  const { settings } = built(preset, environment);
  const controllers = settings.controllers.mode === "dedicated" ? flatten(controllerProperties(settings)) : [];
  return new Map([...controllers, ...flatten(brokerProperties(settings))]).get(key);
};

/** One value for each system in the order of SYSTEMS, from what the production preset says. */
const said = (path: string) => SYSTEMS.map((system) => presetSays(system, "prod", path));

describe("settings presets", () => {
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

  it("R-ENV-01 SelfMonitor in production: 5 brokers, 2Gi, 100Gi, monitoring and security on", () => {
    const says = (path: string) => presetSays("selfmonitor", "prod", path);
    assert.equal(says("kafka.replicas"), 5);
    assert.equal(says("kafka.resources.requests.memory"), "2Gi");
    assert.equal(says("kafka.storage.data"), "100Gi");
    assert.equal(says("monitoring.enabled"), true);
    assert.equal(says("security.mode"), "scram");
    assert.equal(says("profile"), "production");
  });

  it("R-ENV-02 SelfMonitor in staging: 3 brokers, 1Gi, 50Gi, monitoring on", () => {
    const says = (path: string) => presetSays("selfmonitor", "staging", path);
    assert.equal(says("kafka.replicas"), 3);
    assert.equal(says("kafka.resources.requests.memory"), "1Gi");
    assert.equal(says("kafka.storage.data"), "50Gi");
    assert.equal(says("monitoring.enabled"), true);
    assert.equal(says("security.mode"), "plaintext");
  });

  it("R-ENV-03 SelfMonitor in development: 1 broker, 1 ZooKeeper, 512Mi, 10Gi, one copy, heap below the memory", () => {
    const says = (path: string) => presetSays("selfmonitor", "dev", path);
    assert.equal(says("kafka.replicas"), 1);
    assert.equal(says("zookeeper.replicas"), 1);
    assert.equal(says("kafka.resources.requests.memory"), "512Mi");
    assert.equal(says("kafka.storage.data"), "10Gi");
    assert.equal(says("monitoring.enabled"), false);
    const { kafka, topics, controllers } = built("selfmonitor", "dev").settings;
    assert.deepEqual([kafka.replicationFactor, kafka.minInSyncReplicas], [1, 1]);
    for (const { replicationFactor, minInSyncReplicas } of topics.items)
      assert.deepEqual([replicationFactor, minInSyncReplicas], [1, 1]);
    assert.match(kafka.heap, /^\d+m$/);
    assert.ok(Number.parseInt(kafka.heap, 10) < 512);
    assert.equal(controllers.mode, "combined");
  });

  it("R-ENV-04 derives dev with one node and staging with three smaller ones from each stated size", () => {
    for (const preset of ["llm-analytics-hub", "voicecore", "amazon-api"] as const) {
      const sizes = ENVIRONMENTS.map((environment) => built(preset, environment).settings.kafka);
      assert.deepEqual(
        sizes.map(({ replicas }) => replicas),
        [1, 3, 3],
        preset,
      );
      const [dev = 0, staging = 0, prod = 0] = sizes.map(({ storage }) => Number.parseInt(storage.data, 10));
      assert.ok(dev <= staging && staging < prod, `${preset}: ${dev}, ${staging}, ${prod}`);
      assert.equal(presetSays(preset, "dev", "zookeeper.replicas"), 1);
      assert.equal(built(preset, "dev").settings.controllers.mode, "combined");
    }
  });

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
    assert.equal(topic("voicecore", "billing.transactions").config["retention.bytes"], "-1");
  });

  it("R-CRD-02 coordinates by ZooKeeper where the system says so, which is everywhere", () => {
    assert.deepEqual(said("coordination.mode"), ["zookeeper", "zookeeper", "zookeeper", "zookeeper"]);
    const kraft = { "coordination.mode": "kraft" };
    assert.equal(presetSays("voicecore", "prod", "names.brokers"), "kafka");
    assert.equal(presetSays("voicecore", "prod", "names.brokers", kraft), "kafka-kraft");
  });

  it("R-CRD-25 R-FUT-04 runs VoiceCore on KRaft: 3 combined nodes of 4 CPU, 8Gi and 100Gi, on the newest Kafka", () => {
    const { kafka, controllers, names } = built("voicecore", "prod").settings;
    assert.equal(controllers.mode, "combined");
    assert.equal(controllers.replicas, 3);
    assert.deepEqual(
      [kafka.replicas, kafka.resources.requests, kafka.storage.data],
      [3, { cpu: "4", memory: "8Gi" }, "100Gi"],
    );
    assert.deepEqual([names.brokers, names.bootstrap, kafka.version], ["kafka-kraft", "kafka", "4.3.1"]);
  });

  it("R-CRD-29 keeps the client Service's name in both modes", () => {
    for (const preset of SYSTEMS)
      for (const mode of ["kraft", "zookeeper"])
        assert.equal(presetSays(preset, "prod", "names.bootstrap", { "coordination.mode": mode }), "kafka");
  });

  it("runs 3.9.2 where a system wants ZooKeeper, 4.3.1 on KRaft, and older ones where told to", () => {
    const version = (set: SetValues) =>
      resolve(parseLayers(layersOf({ preset: "amazon-api" }, set)).parsed).kafka.version;
    assert.equal(version({}), "3.9.2");
    assert.equal(version({ "coordination.mode": "kraft" }), "4.3.1");
    assert.equal(version({ "coordination.mode": "kraft", "kafka.version": "3.9.0" }), "3.9.0");
  });

  it("R-PRG-11 has every setting of SelfMonitor's chart", () => {
    const chart = {
      environment: "staging",
      "kafka.replicas": 4,
      "kafka.resources.requests.memory": "1536Mi",
      "kafka.resources.limits.memory": "1536Mi",
      "kafka.storage.data": "60Gi",
      "zookeeper.replicas": 5,
    };
    const off = {
      "schemaRegistry.enabled": false,
      "connect.enabled": false,
      "ksqldb.enabled": false,
      "ui.enabled": false,
    };
    const kraft = { "coordination.mode": "kraft", "monitoring.enabled": false };
    const { settings } = load({ preset: "selfmonitor" }, { ...chart, ...off, ...kraft });
    assert.equal(settings.environment, "staging");
    assert.equal(settings.kafka.replicas, 4);
    assert.equal(settings.kafka.resources.requests.memory, "1536Mi");
    assert.equal(settings.kafka.storage.data, "60Gi");
    assert.equal(settings.zookeeper.replicas, 5);
    const on = { "monitoring.enabled": true, "security.mode": "scram" };
    const named = problemsOf({ preset: "selfmonitor" }, { ...chart, ...off, "coordination.mode": "kraft", ...on });
    assert.deepEqual(
      named.map(({ path }) => path),
      ["security.mode", "monitoring.enabled"],
    );
  });

  it("R-SR-11 R-CON-12 leaves out what a system lists as later work", () => {
    assert.deepEqual(said("schemaRegistry.enabled"), [false, true, true, false]);
    assert.deepEqual(said("connect.enabled"), [false, true, true, false]);
  });

  it("says what each system switches on, built or not", () => {
    assert.deepEqual(said("security.mode"), ["scram-tls", "plaintext", "scram", "plaintext"]);
    assert.deepEqual(said("security.networkPolicies"), [true, false, true, false]);
    assert.deepEqual(said("externalAccess.enabled"), [true, false, false, false]);
    assert.deepEqual(said("rackAwareness.enabled"), [true, false, false, false]);
    assert.deepEqual(said("ksqldb.enabled"), [false, false, true, false]);
    assert.deepEqual(said("ui.enabled"), [false, false, true, false]);
    assert.deepEqual(said("monitoring.enabled"), [true, true, true, false]);
    assert.deepEqual(said("mirrorMaker.enabled"), [true, false, false, false]);
    assert.deepEqual(said("backup.enabled"), [true, false, true, false]);
    assert.deepEqual(said("namespace.istioInjection"), [false, true, false, false]);
    assert.deepEqual(said("namespace.create"), [true, true, true, false]);
  });

  it("has the ZooKeeper ensembles that the systems state", () => {
    assert.deepEqual(said("zookeeper.replicas"), [3, 3, 3, 3]);
    assert.deepEqual(presetSays("llm-analytics-hub", "prod", "zookeeper"), {
      version: "3.8.3",
      replicas: 3,
      heap: "3g",
      resources: { requests: { cpu: "500m", memory: "4Gi" }, limits: { memory: "4Gi", cpu: "1" } },
      storage: { class: "fast-ssd", data: "100Gi", logs: "50Gi" },
    });
    assert.deepEqual(presetSays("voicecore", "prod", "zookeeper.storage.data"), "10Gi");
    assert.deepEqual(presetSays("voicecore", "prod", "zookeeper.resources.requests"), { cpu: "1", memory: "2Gi" });
    assert.deepEqual(presetSays("amazon-api", "prod", "zookeeper.resources"), {
      requests: { cpu: "200m", memory: "512Mi" },
      limits: { memory: "1Gi", cpu: "500m" },
    });
    assert.deepEqual(presetSays("amazon-api", "prod", "zookeeper.storage"), { class: null, data: "5Gi", logs: "5Gi" });
  });

  it("R-NS-03 has a LimitRange that admits LLM Analytics Hub's brokers, in its quota of 50 CPU, 200Gi and 5Ti", () => {
    const { namespace } = built("llm-analytics-hub", "prod").settings;
    assert.deepEqual(namespace.quota, { cpu: "50", memory: "200Gi", storage: "5Ti" });
    assert.ok(Number(namespace.limitRange?.max.cpu) >= 4);
    assert.ok(Number.parseInt(namespace.limitRange?.max.memory ?? "0", 10) >= 16);
  });

  for (const preset of ["none", ...SYSTEMS] as const) {
    for (const environment of ENVIRONMENTS) {
      it(`${preset}/${environment} loads without what is not built yet, and is refused for nothing else`, () => {
        const { settings, warnings } = built(preset, environment);
        assert.equal(settings.preset, preset);
        const allowed = environment === "prod" ? EXPECTED_WARNINGS[preset] : [];
        assert.deepEqual(
          warnings.map(({ rule }) => rule),
          allowed,
        );
        const refused = rulesOf({ preset, environment }).filter((rule) => !allowed.includes(rule));
        assert.deepEqual(refused, preset === "none" ? [] : ["not-built-yet"]);
      });
    }
  }
});

const EXPECTED_WARNINGS: Readonly<Record<PresetName, readonly string[]>> = {
  none: ["prod-plaintext"],
  "llm-analytics-hub": ["prod-plaintext"],
  voicecore: ["prod-combined-controllers", "prod-plaintext"],
  selfmonitor: ["prod-plaintext"],
  "amazon-api": ["prod-memory-not-guaranteed", "prod-auto-create", "prod-plaintext"],
};
