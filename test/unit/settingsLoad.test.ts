/** From layers to settings: merging, where each value is from, and what follows from others. */
import assert from "node:assert/strict";
import { explain, humanDuration, renderExplanation } from "../../stacks/settings/explain.ts";
import { mergeLayers, mergeTrees, provenanceOf } from "../../stacks/settings/merge.ts";
import { formatPath } from "../../stacks/settings/path.ts";
import { switchOff } from "../../stacks/settings/rules/notBuiltYet.ts";
import { parseSetPath } from "../../stacks/settings/setPath.ts";
import { built, load, rulesOf } from "../support/settings.ts";

const DEV = switchOff({ preset: "selfmonitor", environment: "dev", coordination: { mode: "kraft" } });

describe("settings layers", () => {
  it("merges mappings key by key and replaces lists, changing neither side", () => {
    const below = { a: { b: 1, c: [1, 2] }, d: 1 };
    const above = { a: { c: [3], e: null }, d: { f: 2 } };
    assert.deepEqual(mergeTrees(below, above), { a: { b: 1, c: [3], e: null }, d: { f: 2 } });
    assert.deepEqual(below, { a: { b: 1, c: [1, 2] }, d: 1 });
  });

  it("remembers the last layer that said a value", () => {
    const layers = [
      { name: "first", tree: { a: 1, b: { c: 1, d: [1] } } },
      { name: "second", tree: { b: { d: [2] }, e: {} } },
    ];
    const tree = mergeLayers(layers);
    assert.deepEqual(
      [...provenanceOf(tree, layers)],
      [
        ["a", "first"],
        ["b.c", "first"],
        ["b.d", "second"],
        ["e", "second"],
      ],
    );
  });

  it("names the layer of every resolved value", () => {
    const input = { ...DEV, kafka: { heap: "300m" }, topics: { items: { "user.events": { retention: "1d" } } } };
    const { provenance } = load(input, { "kafka.networkThreads": 4 });
    const layer = (path: string) => provenance.get(path);
    assert.equal(layer("kafka.ioThreads"), "defaults");
    assert.equal(layer("kafka.compression"), "preset selfmonitor");
    assert.equal(layer("kafka.replicas"), "preset selfmonitor/dev");
    assert.equal(layer("controllers.mode"), "preset selfmonitor/dev (kraft)");
    assert.equal(layer("kafka.heap"), "stack file");
    assert.equal(layer("kafka.networkThreads"), "--set");
    assert.equal(layer("kafka.image"), "derived");
    assert.equal(layer('topics.items["user.events"].partitions'), "preset selfmonitor");
    assert.equal(layer('topics.items["user.events"].config["retention.ms"]'), "stack file");
    assert.equal(layer('topics.items["user.events"].config["compression.type"]'), "derived");
    assert.ok([...provenance.values()].every((name) => name !== ""));
  });

  it("takes a preset and its environment from --set as well", () => {
    const { settings } = load(switchOff({}), {
      preset: "amazon-api",
      environment: "staging",
      "kafka.version": "3.9.1",
    });
    assert.equal(settings.namespace.name, "amazon-api");
    assert.equal(settings.kafka.replicas, 3);
    assert.equal(settings.kafka.image, "docker.io/apache/kafka:3.9.1");
  });

  it("lets null take back a preset's topic, client namespace or property, and a value that may be left out", () => {
    const topics = { items: { "user.events": null, "new.events": {} } };
    const names = load({ ...DEV, topics }).settings.topics.items.map(({ name }) => name);
    assert.ok(!names.includes("user.events") && names.includes("new.events"));
    const none = load({ ...DEV, clients: { namespaces: { selfmonitor: null } } }).settings.clients;
    assert.deepEqual([none.namespaces, none.producer["compression.type"]], [{}, "snappy"]);
    const producer = load(DEV, { "clients.producer.compression.type": null }).settings.clients.producer;
    assert.deepEqual(producer, { acks: "all", "enable.idempotence": "true" });
    assert.equal(load(DEV, { "kafka.heap": null }).settings.kafka.heap, "256m");
    assert.deepEqual(rulesOf({ kafka: { replicas: null } }), ["invalid-value"]);
  });

  it("takes empty values of the project's file for nothing said", () => {
    const { settings } = load({ ...DEV, profile: "", deletionProtection: "", allowUnsafe: [], kafka: {} });
    assert.equal(settings.profile, "development");
    assert.equal(settings.deletionProtection, false);
    const amazon = load({ ...switchOff({ preset: "amazon-api", environment: "prod" }), allowUnsafe: [] });
    assert.equal(amazon.settings.allowUnsafe.length, 1);
  });

  it("freezes the settings through and through", () => {
    const { settings } = load(DEV);
    assert.throws(() => Object.assign(settings.kafka.storage, { data: "1Gi" }), TypeError);
    assert.throws(() => Object.assign(settings.topics.items[0]?.config ?? {}, { "retention.ms": "1" }), TypeError);
  });
});

describe("settings --set paths", () => {
  const below = { topics: { items: { "user.events": {}, user: {} } }, clients: { namespaces: { "a.b": {} } } };
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["kafka.storage.data", ["kafka", "storage", "data"]],
    ['topics.items["user.events"].partitions', ["topics", "items", "user.events", "partitions"]],
    ["topics.items['user.events'].partitions", ["topics", "items", "user.events", "partitions"]],
    ["topics.items.user.events.partitions", ["topics", "items", "user.events", "partitions"]],
    ["topics.items.user.partitions", ["topics", "items", "user", "partitions"]],
    ["topics.items.user.events", ["topics", "items", "user.events"]],
    ["topics.items.new.topic.partitions", ["topics", "items", "new.topic", "partitions"]],
    ["topics.items.new.topic.config.segment.ms", ["topics", "items", "new.topic", "config", "segment.ms"]],
    ["topics.items.user.events.config.segment.ms", ["topics", "items", "user.events", "config", "segment.ms"]],
    ["kafka.config.log.segment.bytes", ["kafka", "config", "log.segment.bytes"]],
    ['kafka.config["log.segment.bytes"]', ["kafka", "config", "log.segment.bytes"]],
    ["clients.producer.linger.ms", ["clients", "producer", "linger.ms"]],
    ["clients.namespaces.a.b.env.A.B", ["clients", "namespaces", "a.b", "env", "A.B"]],
    ["labels.example.com/team", ["labels", "example.com/team"]],
  ];
  for (const [text, path] of cases)
    it(`reads ${text}`, () => {
      assert.deepEqual(parseSetPath(text, below), path);
      assert.deepEqual(parseSetPath(formatPath(path), below), path);
    });
});

describe("settings derived values", () => {
  it("R-BRK-29 derives replication from the brokers: 3 and 2 from three on, 2 and 1, 1 and 1", () => {
    const derived = (replicas: number) => {
      const { kafka } = load({ kafka: { replicas } }).settings;
      return [kafka.replicationFactor, kafka.minInSyncReplicas];
    };
    assert.deepEqual([1, 2, 3, 4, 9].map(derived), [
      [1, 1],
      [2, 1],
      [3, 2],
      [3, 2],
      [3, 2],
    ]);
  });

  it("derives the heap from the memory request, 6g at most", () => {
    const heap = (memory: string) =>
      load({ kafka: { resources: { requests: { memory }, limits: { memory: "64Gi" } } } }).settings.kafka.heap;
    assert.deepEqual(["1Gi", "4Gi", "5Gi", "64Gi"].map(heap), ["512m", "2g", "2560m", "6g"]);
  });

  it("derives the voters: as many as combined brokers, else three, one beside a single broker", () => {
    const voters = (mode: "combined" | "dedicated", replicas: number) =>
      load({ controllers: { mode }, kafka: { replicas } }).settings.controllers.replicas;
    assert.deepEqual([voters("combined", 5), voters("dedicated", 5), voters("dedicated", 1)], [5, 3, 1]);
  });

  it("derives image and version from mode and distribution", () => {
    const image = (kafka: object) => load({ kafka }).settings.kafka.image;
    assert.equal(image({}), "docker.io/apache/kafka:4.3.1");
    assert.equal(image({ version: "3.9.0" }), "docker.io/apache/kafka:3.9.0");
    assert.match(image({ distribution: "confluent" }), /^docker\.io\/confluentinc\/cp-kafka:8\.3\./);
  });

  it("gives a topic what it leaves out, and Kafka's words for what it says", () => {
    const items = {
      inherits: {},
      audit: { cleanupPolicy: "compact" as const, critical: true },
      own: {
        retention: "1h",
        retentionBytes: "1Gi",
        compression: "zstd" as const,
        config: { "segment.bytes": 1_048_576 },
      },
      two: { replicationFactor: 2 },
    };
    const { topics } = load({ kafka: { defaultPartitions: 6, compression: "lz4" }, topics: { items } }).settings;
    const [inherits, audit, own, two] = topics.items;
    assert.deepEqual(inherits, {
      name: "inherits",
      partitions: 6,
      replicationFactor: 3,
      minInSyncReplicas: 2,
      critical: false,
      config: {
        "cleanup.policy": "delete",
        "compression.type": "lz4",
        "min.insync.replicas": "2",
        "retention.ms": "604800000",
      },
      state: "present",
      recreate: false,
    });
    assert.equal(audit?.config["retention.ms"], "-1");
    assert.equal(audit.config["unclean.leader.election.enable"], "false");
    assert.deepEqual(own?.config, {
      "cleanup.policy": "delete",
      "compression.type": "zstd",
      "min.insync.replicas": "2",
      "retention.bytes": "1073741824",
      "retention.ms": "3600000",
      "segment.bytes": "1048576",
    });
    assert.equal(two?.minInSyncReplicas, 1);
  });

  it("adds a dead-letter topic that nobody declared, and keeps a declared one as it is", () => {
    const added = load({ topics: { deadLetter: "dead" } }).settings.topics.items;
    assert.deepEqual(
      added.map(({ name, partitions }) => [name, partitions]),
      [["dead", 1]],
    );
    const declared = load({ topics: { deadLetter: "dead", items: { dead: { partitions: 8 } } } }).settings.topics.items;
    assert.deepEqual(
      declared.map(({ name, partitions }) => [name, partitions]),
      [["dead", 8]],
    );
  });
});

describe("settings explained", () => {
  it("lists every resolved value with its layer, filtered by the beginning of its path", () => {
    const loaded = built("selfmonitor", "dev");
    const all = explain(loaded);
    assert.equal(all.length, loaded.provenance.size);
    assert.deepEqual(explain(loaded, "kafka.resources"), [
      { path: "kafka.resources.requests.cpu", value: "250m", layer: "preset selfmonitor/dev" },
      { path: "kafka.resources.requests.memory", value: "512Mi", layer: "preset selfmonitor/dev" },
      { path: "kafka.resources.limits.memory", value: "1Gi", layer: "preset selfmonitor/dev" },
    ]);
  });

  it("aligns its columns and writes durations as a stack file does", () => {
    const text = renderExplanation(explain(built("selfmonitor", "dev"), "kafka.retention"));
    assert.equal(
      text,
      ["kafka.retention       604800000 (7d)  defaults", "kafka.retentionBytes  unlimited       defaults"].join("\n"),
    );
    assert.deepEqual([-1, 0, 1500, 60_000, 5_400_000].map(humanDuration), ["unlimited", "0ms", "1500ms", "1m", "90m"]);
  });
});
