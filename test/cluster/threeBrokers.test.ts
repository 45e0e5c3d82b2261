/** SelfMonitor's staging case on real pods: three brokers with their own quorum, and what they survive. */
import assert from "node:assert/strict";
import { zone } from "../../local/cluster/layout.ts";
import { imageNames } from "../../local/versions.ts";
import { balance, sourceAddress } from "../support/balancers.ts";
import { useHosts } from "../support/clusterDns.ts";
import { assertUnharmed } from "../support/judge.ts";
import { brokerSettings, topicFacts, untilInSync, withAdmin } from "../support/kafkaFacts.ts";
import { type Executed, isReady, scriptPod, until } from "../support/kube.ts";
import { startLoad } from "../support/load.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
import { STAGING, selfMonitorTopics, TOPICS } from "../support/selfMonitor.ts";
import { runTransactions } from "../support/transactions.ts";

const OUTSIDE = "outside.test";

describe("three brokers: SelfMonitor's staging case", function () {
  this.timeout(600_000);
  let platform: PlatformUnderTest;

  before(async () => {
    platform = await PlatformUnderTest.open("three", {
      ...STAGING,
      rackAwareness: { enabled: true },
      externalAccess: {
        enabled: true,
        hostTemplate: `kafka-{id}.${OUTSIDE}`,
        bootstrapHost: `kafka.${OUTSIDE}`,
        sourceRanges: [`${sourceAddress()}/32`],
      },
    });
    await platform.up();
  });
  after(() => platform.close());

  it("R-BRK-01 R-CRD-28 three brokers and three dedicated controllers are Ready", async () => {
    const names = async (app: string) => (await platform.pods.untilReady(app, 3)).map(({ metadata }) => metadata?.name);
    assert.deepEqual(await names("kafka"), ["kafka-0", "kafka-1", "kafka-2"]);
    assert.deepEqual(await names("kafka-controller"), [
      "kafka-controller-0",
      "kafka-controller-1",
      "kafka-controller-2",
    ]);
  });

  it("R-TOP-03 the 11 topics exist with exactly their configs, three replicas each", async () => {
    assert.deepEqual(await topicFacts(platform.client, TOPICS), selfMonitorTopics(3));
    await untilInSync(platform.client, TOPICS);
  });

  it("R-BRK-09 R-BRK-25 the running brokers replicate three times, with two in sync, transactions and offsets too", async () => {
    const wanted = {
      "min.insync.replicas": "2",
      "offsets.topic.replication.factor": "3",
      "transaction.state.log.replication.factor": "3",
      "transaction.state.log.min.isr": "2",
    };
    for (const broker of [0, 1, 2]) {
      assert.deepEqual(await brokerSettings(platform.client, broker, Object.keys(wanted)), wanted);
    }
    // A topic that states nothing shows what applies, wherever the default is set.
    const [made] = await withAdmin(platform.client, (admin) =>
      admin.createTopics({ topics: ["by.default"], partitions: -1, replicas: -1 }),
    );
    assert.deepEqual([made?.partitions, made?.replicas], [4, 3]);
  });

  it("R-BRK-25 R-TOP-14 idempotent and transactional producers are taken; what is aborted is never read", async () => {
    const { committed, written } = await runTransactions(platform.client, "audit.events");
    assert.deepEqual(committed, ["committed 0", "committed 1", "committed 2"]);
    assert.equal(written.length, 6, "the aborted records must have been written, or this proves nothing");
  });

  it("R-BRK-26 with a broker lost and away, writes at acks=all go on and nothing acknowledged is lost", async () => {
    const load = await startLoad({ ...platform.client, topic: "user.events" });
    await load.more(600);
    await platform.pods.scale("kafka", 2);
    await platform.pods.kill("kafka-2");
    await load.more(1200, 120);
    assert.equal((await platform.pods.list("kafka")).length, 2, "the broker came back too early to prove anything");
    await platform.pods.scale("kafka", 3);
    await platform.pods.untilReady("kafka", 3);
    await untilInSync(platform.client, TOPICS);
    const report = await load.stop();
    assertUnharmed(report, 1800, "a broker lost and away, then back");
    assert.ok(report.longestGapMs < 45_000, `a partition took no records for ${report.longestGapMs} ms`);
  });

  it("R-BRK-26 R-VAL-27 a broker process killed under load: nothing lost, nothing twice, in order per key", async () => {
    const load = await startLoad({ ...platform.client, topic: "transaction.events" });
    await load.more(600);
    await platform.pods.killProcess("kafka-0");
    await load.more(1200, 120);
    await platform.pods.untilReady("kafka", 3);
    await untilInSync(platform.client, TOPICS);
    assertUnharmed(await load.stop(), 1800, "kill -9 of a broker");
  });

  it("R-CRD-12 the quorum's leader lost under load: another one takes over and nothing is lost", async () => {
    const load = await startLoad({ ...platform.client, topic: "analytics.events" });
    await load.more(300);
    const before = await quorumLeader(platform);
    await platform.pods.kill(`kafka-controller-${before - 100}`);
    await withAdmin(platform.client, (admin) =>
      admin.createTopics({ topics: ["made.meanwhile"], partitions: 1, replicas: 3 }),
    );
    await load.more(600, 120);
    assert.notEqual(await quorumLeader(platform), before);
    assertUnharmed(await load.stop(), 900, "the active controller killed");
    await platform.pods.untilReady("kafka-controller", 3);
  });

  it("R-BRK-27 R-OPS-12 a larger heap rolls the brokers one at a time, with writes all along and nothing lost", async () => {
    const load = await startLoad({ ...platform.client, topic: "user.events" });
    await load.more(300);
    const uids = async () => (await platform.pods.list("kafka")).map(({ metadata }) => metadata?.uid);
    const before = await uids();
    let fewest = 3;
    const watch = setInterval(() => {
      void platform.pods.list("kafka").then((pods) => {
        fewest = Math.min(fewest, pods.filter(isReady).length);
      });
    }, 500);
    await platform.up({ kafka: { heap: "264m" } });
    clearInterval(watch);
    const after = await uids();
    assert.equal(after.filter((uid) => before.includes(uid)).length, 0, "every broker was replaced");
    assert.equal(fewest, 2, "one broker at a time");
    await untilInSync(platform.client, TOPICS);
    assertUnharmed(await load.stop(), 900, "roll of three brokers by `up`");
  });

  it("R-BRK-17 R-BRK-18 each broker has the zone of its node, which it was told by a container with the one right to ask", async () => {
    const racks = await withAdmin(platform.client, async (admin) => {
      const { brokers } = await admin.metadata({ topics: [], forceUpdate: true });
      return [...brokers.values()].map(({ rack }) => rack);
    });
    assert.deepEqual(racks, [zone, zone, zone]);
  });

  it("R-LSN-07 R-LSN-08 clients outside reach each broker by its own load balancer, and only from where they may", async () => {
    const addresses = await balance(platform.pods.core, platform.stack.namespace);
    assert.deepEqual([...addresses.keys()].sort(), [
      ...["kafka-0-external", "kafka-1-external", "kafka-2-external", "kafka-external"],
    ]);
    const hosts = new Map(
      [...addresses].map(([service, address]) => [`${service.replace(/-external$/, "")}.${OUTSIDE}`, address]),
    );
    const restore = useHosts(hosts);
    try {
      // The advertised addresses are all that leads on from the first one: with one of them wrong a partition is out of reach.
      const outside = { brokers: [`kafka.${OUTSIDE}:9094`] };
      await until("the load balancers answer", 60, () => withAdmin(outside, (admin) => admin.listTopics()));
      const load = await startLoad({ ...outside, topic: "document.events" });
      await load.more(300);
      assertUnharmed(await load.stop(), 300);
    } finally {
      restore();
    }
    const script = `timeout 5 bash -c '</dev/tcp/${addresses.get("kafka-external") ?? ""}/9094' && echo open || echo closed`;
    const { log } = await platform.runPod("stranger", scriptPod(imageNames.kafka("4.3.1"), script));
    assert.match(log, /closed/, "a pod is not among the source ranges");
  });

  it("R-TOP-16 internal topics have three replicas", async () => {
    // The client of the tests leaves internal topics out of what it is told.
    for (const topic of ["__consumer_offsets", "__transaction_state"]) {
      const { code, output } = await inBroker(platform, "kafka-topics.sh", "--describe", "--topic", topic);
      assert.equal(code, 0, output);
      assert.match(output, /ReplicationFactor: ?3\b/, output);
    }
  });
});

/** Node id of the controller that leads the quorum. */
async function quorumLeader(platform: PlatformUnderTest): Promise<number> {
  const { output } = await inBroker(platform, "kafka-metadata-quorum.sh", "describe", "--status");
  const leader = /^LeaderId:\s+(\d+)/m.exec(output)?.[1];
  assert.ok(leader, output);
  return Number(leader);
}

function inBroker(platform: PlatformUnderTest, tool: string, ...args: string[]): Promise<Executed> {
  return platform.pods.exec("kafka-1", [`/opt/kafka/bin/${tool}`, "--bootstrap-server", "localhost:9092", ...args]);
}
