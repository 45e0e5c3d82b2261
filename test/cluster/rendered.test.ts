/**
 * Real servers take what is rendered: ZooKeeper, a broker and a controller as processes on loopback, through every phase of
 * the way to KRaft, with the very files of the ConfigMaps and a load all along. Minutes less than pods, and no cluster.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Phase } from "../../kafka/coordination.ts";
import { topicNames, untilBrokersKnown, untilInSync, withAdmin } from "../support/kafkaFacts.ts";
import { startLoad } from "../support/load.ts";
import { type Files, Loopback, renderedFiles } from "../support/loopback.ts";

const VERSION = "3.9.2";
const filesOf = (at: Phase | "done"): Promise<Files> =>
  renderedFiles({
    kafka: { version: VERSION, replicas: 1 },
    controllers: { mode: "dedicated", replicas: 1 },
    zookeeper: { replicas: 1, chroot: "/kafka" },
    coordination: at === "done" ? { mode: "kraft" } : { mode: "zookeeper", phase: at },
  });

describe("rendered files of a cluster on its way from ZooKeeper to KRaft", function () {
  this.timeout(600_000);
  let pods: Loopback;
  const client = () => ({ brokers: pods.brokers(1) });

  before(async () => {
    pods = await Loopback.of(VERSION, "kafka");
    await pods.start("zookeeper", 0, await filesOf("zookeeper"), "128m");
    await pods.start("kafka", 0, await filesOf("zookeeper"));
    await untilBrokersKnown(client(), 1);
    await withAdmin(client(), (admin) => admin.createTopics({ topics: ["events"], partitions: 2, replicas: 1 }));
  });
  after(() => pods.close());

  const restart = async (set: "kafka" | "kafka-controller", at: Phase | "done"): Promise<string> => {
    await pods.stop(set, 0);
    const prepared = await pods.start(set, 0, await filesOf(at));
    await untilInSync(client(), ["events"]);
    return prepared;
  };
  const copied = async (): Promise<void> => {
    for (let tries = 0; !/"kraft_metadata_offset":\d/.test(pods.zookeeper("get /kafka/migration")); tries++) {
      assert.ok(tries < 60, pods.log("kafka-controller", 0).slice(-2000));
      await sleep(1000);
    }
  };
  const makeTopic = (name: string) =>
    withAdmin(client(), (admin) => admin.createTopics({ topics: [name], partitions: 1, replicas: 1 }));

  it("R-CRD-26 ZooKeeper gets the stack's cluster id from the first broker", () => {
    assert.match(pods.zookeeper("get /kafka/cluster/id"), /"id":"4L6g3nShT-eMCtK--X86sw"/);
  });

  it("R-CRD-30 R-CRD-33 there, back, and there for good: nothing lost, nothing twice", async () => {
    const load = await startLoad({ ...client(), topic: "events", ratePerSecond: 100 });
    await load.more(100);
    await pods.start("kafka-controller", 0, await filesOf("controllers"));
    await restart("kafka", "dual-write");
    await copied();
    await restart("kafka", "brokers-kraft");
    await makeTopic("made.on.kraft");
    await restart("kafka", "dual-write");
    await pods.stop("kafka-controller", 0);
    pods.zookeeper("deleteall /kafka/controller", "deleteall /kafka/migration");
    const back = await restart("kafka", "rollback");
    assert.match(back, /removed the metadata of a quorum that was given up/);
    await makeTopic("made.on.zookeeper");

    const again = await pods.start("kafka-controller", 0, await filesOf("controllers"));
    assert.match(again, /removed the metadata of an attempt that was given up/);
    await restart("kafka", "dual-write");
    await copied();
    await restart("kafka", "brokers-kraft");
    await restart("kafka-controller", "kraft");
    await pods.stop("zookeeper", 0);
    await restart("kafka", "done");
    await load.more(100);
    assert.deepEqual(await topicNames(client()), ["events", "made.on.kraft", "made.on.zookeeper"]);
    const { acknowledged, lost, duplicates, outOfOrder, missed } = await load.stop();
    // The one broker is away while it restarts, so that a producer may give up; what it was told is there, is there.
    assert.deepEqual({ lost, duplicates, outOfOrder, missed }, { lost: [], duplicates: [], outOfOrder: [], missed: 0 });
    assert.ok(acknowledged >= 200, String(acknowledged));
  });
});
