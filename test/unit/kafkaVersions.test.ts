import assert from "node:assert/strict";
import fc from "fast-check";
import { brokerKey } from "../../kafka/catalogue/catalogue.ts";
import {
  defaultImage,
  defaultVersion,
  imagePaths,
  requireVersion,
  VERSION_LINES,
  versionFacts,
} from "../../kafka/versions.ts";

describe("kafka versions", () => {
  it("offers ZooKeeper on 3.9 only, and KRaft on every line of the table", () => {
    const modes = VERSION_LINES.map((line) => [line, ...requireVersion(`${line}.0`).coordination]);
    assert.deepEqual(modes, [
      ["3.9", "kraft", "zookeeper"],
      ["4.0", "kraft"],
      ["4.1", "kraft"],
      ["4.2", "kraft"],
      ["4.3", "kraft"],
    ]);
  });

  it("agrees with the keys that the releases have: ZooKeeper's, and share groups' internal topic", () => {
    for (const line of VERSION_LINES) {
      const { newest, coordination, shareGroups } = requireVersion(`${line}.0`);
      assert.equal(brokerKey(newest, "zookeeper.connect") !== undefined, coordination.includes("zookeeper"), line);
      if (shareGroups) assert.ok(brokerKey(newest, "share.coordinator.state.topic.min.isr"), line);
    }
  });

  it("takes any patch of a known line and nothing else", () => {
    fc.assert(
      fc.property(fc.constantFrom(...VERSION_LINES), fc.nat(), (line, patch) => {
        assert.equal(versionFacts(`${line}.${patch}`)?.line, line);
      }),
    );
    for (const other of ["", "4.3", "4.3.x", "3.8.1", "4.4.0", "14.3.1", "4.3.1-rc0", "v4.3.1", "4.30.1", "4.3.1.0"])
      assert.equal(versionFacts(other), undefined, other);
  });

  it("names what it found and what it knows where a version is not in the table", () => {
    assert.throws(() => requireVersion("3.6.1"), /kafka\.version: found "3\.6\.1".*3\.9\.2.*4\.3\.1/);
  });

  it("defaults to the newest release that runs in the mode", () => {
    assert.equal(defaultVersion("kraft"), "4.3.1");
    assert.equal(defaultVersion("zookeeper"), "3.9.2");
  });

  it("R-BRK-02 knows images and paths of both distributions", () => {
    assert.equal(defaultImage("apache", "3.9.2"), "docker.io/apache/kafka:3.9.2");
    assert.equal(defaultImage("confluent", "3.9.2"), "docker.io/confluentinc/cp-kafka:7.9.0");
    assert.equal(imagePaths("apache").storage, "/opt/kafka/bin/kafka-storage.sh");
    assert.equal(imagePaths("confluent").serverStart, "/usr/bin/kafka-server-start");
  });
});
