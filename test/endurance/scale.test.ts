/** More and fewer brokers on real pods, with writes all along: 3 → 5 → 3, each by one edit and one `up`. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Producer } from "@platformatic/kafka";
import { openCluster } from "../../agent/connection.ts";
import { observeCluster } from "../../agent/reassign/state.ts";
import { CancelledError } from "../../deploy/index.ts";
import { assertUnharmed } from "../support/judge.ts";
import { topicFacts, untilInSync, withAdmin } from "../support/kafkaFacts.ts";
import { until } from "../support/kube.ts";
import { type Load, startLoad } from "../support/load.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
import { STAGING, selfMonitorTopics, TOPICS } from "../support/selfMonitor.ts";

/** Brokers so small that one machine holds five of them. */
const SMALL = {
  ...STAGING,
  kafka: { heap: "224m", resources: { requests: { cpu: "50m", memory: "512Mi" }, limits: { memory: "704Mi" } } },
} as const;

describe("three brokers, five, and three again", function () {
  this.timeout(900_000);
  let platform: PlatformUnderTest;
  let load: Load | undefined;

  // A failed test leaves its load running, and that would keep the process.
  afterEach(async () => {
    await load?.stop();
    load = undefined;
  });
  before(async () => {
    platform = await PlatformUnderTest.open("scale", SMALL);
    await platform.up();
    await untilInSync(platform.client, TOPICS);
  });
  after(() => platform.close());

  const observed = async () => {
    const cluster = openCluster({ ...platform.client, security: { protocol: "PLAINTEXT" } });
    try {
      return await observeCluster(cluster);
    } finally {
      await cluster.close();
    }
  };
  /** How many replicas, and how many leaders, each broker has. */
  const shares = async () => {
    const { brokers, partitions } = await observed();
    return brokers
      .map(({ id }) => ({
        id,
        replicas: partitions.filter(({ replicas }) => replicas.includes(id)).length,
        leaders: partitions.filter(({ leader }) => leader === id).length,
      }))
      .sort((a, b) => a.id - b.id);
  };
  /** Writes a megabyte to each partition of a topic. */
  const fill = async (topic: string, partitions: number) => {
    const producer = new Producer({ clientId: "fill", bootstrapBrokers: [...platform.client.brokers] });
    const value = randomBytes(65_536);
    for (let round = 0; round < 16; round += 1) {
      await producer.send({
        messages: Array.from({ length: partitions }, (_, partition) => ({ topic, partition, value })),
      });
    }
    await producer.close();
  };
  const uids = async () => (await platform.pods.list("kafka")).map(({ metadata }) => metadata?.uid);

  it("the first up finds at once that there is no cluster to ask", async () => {
    const { succeeded, log } = await platform.pods.jobLog("kafka-preflight");
    assert.ok(succeeded);
    assert.match(log, /^no cluster yet: kafka-headless\.test-scale\.svc\.cluster\.local has no address$/m);
  });

  it("R-OPS-01 R-OPS-02 two more brokers join and take their share, with writes all along and nothing lost", async () => {
    load = await startLoad({ ...platform.client, topic: "user.events" });
    await load.more(300);
    const before = await uids();
    await platform.up({ kafka: { replicas: 5 } });
    assert.deepEqual((await uids()).slice(0, 3), before, "brokers that were there have not been restarted");
    const five = await shares();
    assert.equal(five.length, 5);
    const held = five.map(({ replicas }) => replicas);
    assert.ok(Math.max(...held) - Math.min(...held) <= 1, JSON.stringify(five));
    for (const { leaders } of five) assert.ok(leaders > 0, JSON.stringify(five));
    assert.deepEqual(await topicFacts(platform.client, TOPICS), selfMonitorTopics(3), "no throttle is left behind");
    await load.more(300);
    await untilInSync(platform.client, TOPICS);
    const report = await load.stop();
    load = undefined;
    assertUnharmed(report, 600, "three brokers become five");
    const { log } = await platform.pods.jobLog("kafka-settle");
    assert.match(log, /settled: 5 brokers, every replica in sync; \d+ partitions moved onto brokers 3, 4/);
  });

  it("R-OPS-02 two brokers go, emptied first, with writes all along and nothing lost", async () => {
    load = await startLoad({ ...platform.client, topic: "user.events" });
    await load.more(300);
    let left: readonly { id: number; replicas: number }[] = [];
    const end = new AbortController();
    // What the brokers that go hold at the last look that still finds both: their pods begin to stop before it.
    const watch = (async () => {
      while (!end.signal.aborted) {
        const now = await shares().catch(() => []);
        if ([3, 4].every((going) => now.some(({ id }) => id === going))) left = now;
        await sleep(300);
      }
    })();
    try {
      await platform.up({ kafka: { replicas: 3 } });
    } finally {
      end.abort();
      await watch;
    }
    const went = left.filter(({ id }) => id >= 3).map(({ id, replicas }) => [id, replicas]);
    assert.deepEqual(
      went,
      [3, 4].map((id) => [id, 0]),
      "what brokers held when they were last seen",
    );
    const three = await shares();
    assert.deepEqual(
      three.map(({ id }) => id),
      [0, 1, 2],
    );
    await load.more(300);
    await untilInSync(platform.client, TOPICS);
    const report = await load.stop();
    load = undefined;
    assertUnharmed(report, 600, "five brokers become three");
    const preflight = await platform.pods.jobLog("kafka-preflight");
    assert.match(preflight.log, /ready for a roll: nothing on brokers from 3 up, \d+ partitions moved/);
    const settle = await platform.pods.jobLog("kafka-settle");
    assert.match(settle.log, /brokers 3, 4 unregistered/);
  });

  it("R-OPS-02 R-PRG-15 an `up` that is interrupted in mid-drain is taken up again by the next one, with nothing lost", async () => {
    await platform.up({ kafka: { replicas: 5 } });
    await fill("analytics.events", 12);
    load = await startLoad({ ...platform.client, topic: "user.events" });
    await load.more(300);
    // So slow that a drain takes half a minute.
    const fewer = { kafka: { replicas: 3, rebalance: { throttle: "128Ki" } } };
    const stop = new AbortController();
    const interrupted = assert.rejects(platform.up(fewer, { signal: stop.signal }), CancelledError);
    await until("replicas are on their way", 240, async () =>
      (await observed()).partitions.some(({ moving }) => moving),
    );
    stop.abort();
    await interrupted;
    const [held] = (await shares()).filter(({ id, replicas }) => id >= 3 && replicas > 0);
    assert.ok(held, "the drain was over before it could be interrupted");
    assert.equal((await uids()).length, 5, "no broker goes before it is empty");
    await platform.up(fewer);
    assert.deepEqual(
      (await shares()).map(({ id }) => id),
      [0, 1, 2],
    );
    await load.more(300);
    await untilInSync(platform.client, TOPICS);
    const report = await load.stop();
    load = undefined;
    assertUnharmed(report, 600, "`up` interrupted in mid-drain and run again");
    assert.deepEqual(await topicFacts(platform.client, TOPICS), selfMonitorTopics(3), "no throttle is left behind");
  });

  it("R-OPS-02 more copies than brokers would stay stop the scale-down before anything is touched", async () => {
    await withAdmin(platform.client, (admin) =>
      admin.createTopics({ topics: ["made.by.hand"], partitions: 1, replicas: 3 }),
    );
    const before = await uids();
    // Two copies of what is declared would fit two brokers; the topic that nobody declares would not.
    const two = {
      kafka: { replicas: 2, replicationFactor: 2, minInSyncReplicas: 1 },
      allowUnsafe: ["replication-factor-changed", "brokers-below-copies"].map((rule) => ({
        rule,
        reason: "the preflight is what is tested",
        until: new Date(Date.now() + 86_400_000).toISOString().slice(0, 10),
      })),
    };
    await assert.rejects(platform.up(two), /more replicas than the 2 brokers that stay/);
    assert.deepEqual(await uids(), before);
  });
});
