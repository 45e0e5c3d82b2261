import assert from "node:assert/strict";
import fc from "fast-check";
import { brokerKey, knownKeys, linesOf, nearestKeys, topicKey } from "../../kafka/catalogue/catalogue.ts";
import { editDistance, nearest } from "../../kafka/nearest.ts";
import { ownedBrokerKey, ownedTopicKey } from "../../kafka/ownedKeys.ts";
import { VERSION_LINES } from "../../kafka/versions.ts";

const newest = (line: string) => `${line}.0`;

describe("catalogue of configuration keys", () => {
  const known: [key: string, version: string, mode: string | undefined][] = [
    ["node.id", "4.3.1", "read-only"],
    ["num.io.threads", "4.3.1", "cluster-wide"],
    ["ssl.keystore.location", "4.3.1", "per-broker"],
    ["advertised.listeners", "3.9.2", "per-broker"],
    ["advertised.listeners", "4.3.1", "read-only"],
    ["zookeeper.connect", "3.9.2", "read-only"],
    ["zookeeper.connect", "4.0.2", undefined],
    ["cordoned.log.dirs", "4.2.1", undefined],
    ["cordoned.log.dirs", "4.3.0", "per-broker"],
    ["listener.name.client.ssl.keystore.location", "4.3.1", "per-broker"],
    ["listener.name.client.scram-sha-512.sasl.jaas.config", "4.3.1", "per-broker"],
    ["listener.name.client.num.partitions", "4.3.1", undefined],
    ["super.users", "4.3.1", "read-only"],
    ["rsm.config.bucket", "4.3.1", "read-only"],
    ["confluent.telemetry.enabled", "4.3.1", undefined],
    ["no.such.key", "4.3.1", undefined],
  ];
  for (const [key, version, mode] of known)
    it(`${mode === undefined ? "does not know" : "knows"} ${key} on ${version}`, () => {
      assert.equal(brokerKey(version, key)?.dynamic, mode);
    });

  it("takes confluent.* keys on that distribution only", () => {
    assert.ok(brokerKey("4.3.1", "confluent.telemetry.enabled", "confluent"));
  });

  it("knows topic keys by version", () => {
    assert.ok(topicKey("4.3.1", "retention.ms"));
    assert.ok(topicKey("3.9.2", "message.format.version"));
    assert.ok(!topicKey("4.0.2", "message.format.version"));
    assert.deepEqual(linesOf("topic", "message.format.version"), ["3.9"]);
    assert.deepEqual(linesOf("broker", "cordoned.log.dirs"), ["4.3"]);
    assert.deepEqual(linesOf("broker", "no.such.key"), []);
  });

  it("holds hundreds of broker keys and dozens of topic keys for every line", () => {
    for (const line of VERSION_LINES) {
      assert.ok(knownKeys(newest(line), "broker").length > 300, line);
      assert.ok(knownKeys(newest(line), "topic").length > 30, line);
    }
  });

  it("suggests the key that was meant", () => {
    assert.deepEqual(nearestKeys("4.3.1", "num.io.thread"), ["num.io.threads"]);
    assert.deepEqual(nearestKeys("4.3.1", "log.retention.hour"), ["log.retention.hours"]);
    assert.deepEqual(nearestKeys("4.3.1", "retention.mss", "topic"), ["retention.ms"]);
    assert.deepEqual(nearestKeys("4.3.1", "completely.different.thing"), []);
  });

  it("suggests a known key for every key with one slip in it", () => {
    const keys = knownKeys("4.3.1", "broker");
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.nat(), (key, at) => {
        const cut = at % key.length;
        assert.ok(nearestKeys("4.3.1", key.slice(0, cut) + key.slice(cut + 1)).length > 0);
      }),
      { numRuns: 30 },
    );
  });
});

describe("edit distance", () => {
  it("is a metric that counts a swap of neighbours as one", () => {
    assert.equal(editDistance("retention", "retnetion"), 1);
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        assert.equal(editDistance(a, b), editDistance(b, a));
        assert.equal(editDistance(a, b) === 0, a === b);
        assert.ok(editDistance(a, b) <= Math.max(a.length, b.length));
      }),
    );
  });

  it("prefers the nearest and never suggests a stranger", () => {
    assert.deepEqual(nearest("replica", ["replicas", "heap", "replicate"], 1), ["replicas"]);
    assert.deepEqual(nearest("x", ["replicas"]), []);
  });
});

describe("owned keys", () => {
  const owned: [key: string, use: RegExp][] = [
    ["listeners", /security\.mode/],
    ["advertised.listeners", /security\.mode/],
    ["node.id", /ordinal/],
    ["broker.id", /ordinal/],
    ["process.roles", /controllers\.mode/],
    ["controller.quorum.voters", /controllers\.replicas/],
    ["log.dirs", /kafka\.storage/],
    ["inter.broker.listener.name", /listeners/],
    ["default.replication.factor", /kafka\.replicationFactor/],
    ["min.insync.replicas", /kafka\.minInSyncReplicas/],
    ["num.io.threads", /kafka\.ioThreads/],
    ["listener.name.client.ssl.keystore.location", /security\.mode/],
    ["zookeeper.connect", /coordination\.mode/],
    ["log.retention.hours", /kafka\.retention/],
  ];
  for (const [key, use] of owned)
    it(`owns ${key} and says what to use`, () => {
      assert.match(ownedBrokerKey(key) ?? "", use);
    });

  it("leaves the rest to the user", () => {
    for (const key of ["message.max.bytes", "log.segment.bytes", "log.dirs.x", "replica.lag.time.max.ms"])
      assert.equal(ownedBrokerKey(key), undefined, key);
    assert.match(ownedTopicKey("retention.ms") ?? "", /retention/);
    assert.equal(ownedTopicKey("segment.bytes"), undefined);
  });
});
