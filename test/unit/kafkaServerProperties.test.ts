import assert from "node:assert/strict";
import fc from "fast-check";
import { brokerKey, knownKeys } from "../../kafka/catalogue/catalogue.ts";
import { ownedBrokerKey } from "../../kafka/ownedKeys.ts";
import { flatten, type Properties } from "../../kafka/properties.ts";
import {
  brokerProperties,
  clusterWideConfig,
  controllerProperties,
  type PropertiesInput,
  splitDynamic,
} from "../../kafka/serverProperties.ts";
import { VERSION_LINES, versionFacts } from "../../kafka/versions.ts";
import type { Settings } from "../../stacks/settings/settings.ts";
import { DEDICATED, INPUT, withKafka } from "./kafkaInput.ts";

/** Fails to compile when the settings stop feeding the properties as they are. */
const fits = (settings: Settings): PropertiesInput => settings;

const map = (properties: Properties) => new Map(flatten(properties));
const broker = (input: PropertiesInput) => map(brokerProperties(input));

/** Any valid input, on any version and layout, with config keys that the version knows. */
const anyInput = fc
  .constantFrom(...VERSION_LINES)
  .chain((line) => {
    const version = versionFacts(`${line}.0`)?.newest ?? "";
    const config = fc.dictionary(fc.constantFrom(...knownKeys(version, "broker")), fc.string(), { maxKeys: 5 });
    return fc.record({
      version: fc.constant(version),
      replicas: fc.integer({ min: 1, max: 9 }),
      replicationFactor: fc.integer({ min: 1, max: 5 }),
      minInSyncReplicas: fc.integer({ min: 1, max: 5 }),
      retentionBytes: fc.constantFrom("unlimited", "10Gi", "1.5Gi"),
      autoCreateTopics: fc.boolean(),
      config,
      mode: fc.constantFrom("combined" as const, "dedicated" as const),
    });
  })
  .map(({ mode, ...kafka }) => withKafka(kafka, { controllers: { mode, replicas: 3 } }));

describe("server.properties", () => {
  it("takes the program's settings as they are", () => {
    assert.equal(typeof fits, "function");
  });

  it("sets only keys that the version knows, each once, on every line and layout", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        for (const properties of [brokerProperties(input), controllerProperties(input)]) {
          const keys = flatten(properties).map(([key]) => key);
          assert.equal(new Set(keys).size, keys.length);
          for (const key of keys) assert.ok(brokerKey(input.kafka.version, key), `${key} on ${input.kafka.version}`);
        }
      }),
    );
  });

  it("takes kafka.config last, but never an owned key", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const without = broker({ ...input, kafka: { ...input.kafka, config: {} } });
        const all = broker(input);
        for (const [key, value] of Object.entries(input.kafka.config))
          assert.equal(all.get(key), ownedBrokerKey(key) === undefined ? value : without.get(key), key);
      }),
    );
  });

  it("R-BRK-29 caps replication by the brokers and leaves room for one to be down", () => {
    const one = broker(withKafka({ replicas: 1 }));
    for (const key of [...one.keys()].filter((name) => /replication\.factor$|min\.isr$|min\.insync/.test(name)))
      assert.equal(one.get(key), "1", key);
    fc.assert(
      fc.property(anyInput, (input) => {
        const properties = broker(input);
        const factor = Number(properties.get("offsets.topic.replication.factor"));
        const minInSync = Number(properties.get("min.insync.replicas"));
        assert.ok(factor <= input.kafka.replicas && (minInSync < factor || factor === 1));
        assert.equal(map(controllerProperties(input)).get("default.replication.factor"), String(factor));
        assert.equal(properties.get("transaction.state.log.replication.factor"), String(factor));
        assert.equal(properties.get("transaction.state.log.min.isr"), String(minInSync));
      }),
    );
  });

  const rows: [title: string, input: PropertiesInput, expected: Record<string, string>][] = [
    ["R-BRK-09 replication 3 with 2 in sync", INPUT, { "default.replication.factor": "3", "min.insync.replicas": "2" }],
    ["R-BRK-10 default partitions", INPUT, { "num.partitions": "3" }],
    ["R-BRK-11 auto-create as set", withKafka({ autoCreateTopics: true }), { "auto.create.topics.enable": "true" }],
    [
      "R-BRK-12 no unclean election, leaders rebalanced",
      INPUT,
      { "unclean.leader.election.enable": "false", "auto.leader.rebalance.enable": "true" },
    ],
    ["R-BRK-13 network threads", INPUT, { "num.network.threads": "8" }],
    ["R-BRK-14 I/O threads", INPUT, { "num.io.threads": "16" }],
    ["R-BRK-15 compression", INPUT, { "compression.type": "lz4" }],
    ["R-BRK-16 retention of 7 days", INPUT, { "log.retention.ms": "604800000" }],
    ["R-BRK-30 retention by size", withKafka({ retentionBytes: "10Gi" }), { "log.retention.bytes": "10737418240" }],
    ["unlimited retention by size", INPUT, { "log.retention.bytes": "-1" }],
    ["R-BRK-34 socket buffers at Kafka's defaults", INPUT, { "socket.send.buffer.bytes": "102400" }],
    ["R-CRD-21 combined roles", INPUT, { "process.roles": "broker,controller" }],
    ["R-CRD-28 roles beside dedicated controllers", DEDICATED, { "process.roles": "broker" }],
    [
      "R-BRK-25 transactions as safe as the rest",
      INPUT,
      { "transaction.state.log.replication.factor": "3", "transaction.state.log.min.isr": "2" },
    ],
  ];
  for (const [title, input, expected] of rows)
    it(title, () => {
      const properties = broker(input);
      for (const [key, value] of Object.entries(expected)) assert.equal(properties.get(key), value, key);
    });

  it("gives dedicated controllers the defaults by which they create topics and elect leaders", () => {
    const controller = map(controllerProperties(DEDICATED));
    assert.equal(controller.get("process.roles"), "controller");
    for (const key of ["min.insync.replicas", "log.retention.ms", "auto.leader.rebalance.enable"])
      assert.equal(controller.get(key), broker(DEDICATED).get(key), key);
    assert.equal(controller.get("offsets.topic.replication.factor"), undefined);
  });

  it("leaves partitions and replicas of new topics to dedicated controllers where brokers would warn about them", () => {
    const keys = ["default.replication.factor", "num.partitions"];
    for (const version of ["4.2.1", "4.3.1"]) {
      const input = { ...DEDICATED, kafka: { ...DEDICATED.kafka, version } };
      for (const key of keys) {
        assert.equal(broker(input).get(key), version === "4.3.1" ? undefined : "3", key);
        assert.equal(map(controllerProperties(input)).get(key), "3", key);
        assert.equal(broker(withKafka({ version })).get(key), "3", key);
      }
    }
  });

  it("sets the share coordinator's topic where the version has one", () => {
    const key = "share.coordinator.state.topic.replication.factor";
    assert.equal(broker(withKafka({ version: "3.9.2" })).get(key), undefined);
    assert.equal(broker(withKafka({ version: "4.0.2" })).get(key), "3");
  });

  it("starts every node, dedicated controllers too, with the cluster-wide configuration that reaches it", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const wanted = clusterWideConfig(input);
        for (const properties of [brokerProperties(input), controllerProperties(input)]) {
          const { dynamic } = splitDynamic(properties, input.kafka.version);
          assert.deepEqual(Object.fromEntries(dynamic), wanted);
        }
        for (const key of Object.keys(wanted))
          assert.equal(brokerKey(input.kafka.version, key)?.dynamic, "cluster-wide");
      }),
    );
    assert.deepEqual(Object.keys(clusterWideConfig(INPUT)), [
      "compression.type",
      "log.retention.bytes",
      "log.retention.ms",
      "min.insync.replicas",
      "num.io.threads",
      "num.network.threads",
      "num.recovery.threads.per.data.dir",
      "unclean.leader.election.enable",
    ]);
  });

  it("leaves to a restart what a broker takes for itself alone, and what is looked up at a start", () => {
    const config = { "principal.builder.class": "x.Y", "config.providers": "env", "log.cleaner.threads": "2" };
    const { dynamic } = splitDynamic(brokerProperties(withKafka({ config })), "4.3.1");
    const keys = dynamic.map(([key]) => key);
    assert.ok(keys.includes("log.cleaner.threads"));
    assert.ok(!keys.includes("config.providers") && !keys.includes("principal.builder.class"));
    assert.equal(brokerKey("4.3.1", "principal.builder.class")?.dynamic, "per-broker");
  });

  it("tells what a change needs: a restart, or a request", () => {
    const { restart, dynamic } = splitDynamic(brokerProperties(INPUT), "4.3.1");
    assert.ok(restart.some(([key]) => key === "node.id") && dynamic.some(([key]) => key === "num.io.threads"));
    assert.equal(restart.length + dynamic.length, flatten(brokerProperties(INPUT)).length);
  });
});
