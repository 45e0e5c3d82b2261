/** A ZooKeeper ensemble on real pods grows from three members to five, with writes all along. */
import assert from "node:assert/strict";
import { assertUnharmed } from "../support/judge.ts";
import { untilInSync } from "../support/kafkaFacts.ts";
import { startLoad } from "../support/load.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
import { STAGING_ON_ZOOKEEPER, TOPICS } from "../support/selfMonitor.ts";
import { ask, leader } from "../support/zookeeperFacts.ts";

describe("an ensemble of three members", function () {
  this.timeout(1_800_000);
  let platform: PlatformUnderTest;

  before(async () => {
    platform = await PlatformUnderTest.open("ensemble", STAGING_ON_ZOOKEEPER);
    await platform.up();
  });
  after(() => platform.close());

  it("R-CRD-19 R-OPS-03 grows to five members, all of them rolled with the new list, with writes all along", async () => {
    // Members that are to come wait until the pod leads that a roll restarts last.
    while ((await leader(platform.pods, 3)) !== 0) {
      await platform.pods.kill(`zookeeper-${await leader(platform.pods, 3)}`);
      await platform.pods.untilReady("zookeeper", 3);
    }
    const load = await startLoad({ ...platform.client, topic: "analytics.events" });
    await load.more(300);
    const before = (await platform.pods.list("zookeeper")).map(({ metadata }) => metadata?.uid);
    await platform.up({ zookeeper: { replicas: 5 } });
    const after = await platform.pods.untilReady("zookeeper", 5);
    assert.deepEqual(
      after.filter(({ metadata }) => before.includes(metadata?.uid)),
      [],
      "every member was replaced",
    );
    const lead = await leader(platform.pods, 5);
    assert.match(await ask(platform.pods, lead, "mntr"), /zk_synced_followers\t4(\.0)?/);
    assert.match(await ask(platform.pods, lead, "mntr"), /zk_quorum_size\t5(\.0)?/);
    await load.more(300, 120);
    await untilInSync(platform.client, TOPICS);
    assertUnharmed(await load.stop(), 600, "ZooKeeper grown from three members to five");
  });
});
