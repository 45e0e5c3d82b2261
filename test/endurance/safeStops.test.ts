/** Three combined nodes whose pods are told to stop, one by one and together: none leaves while the others need it. */
import assert from "node:assert/strict";
import { CancelledError } from "../../deploy/index.ts";
import { SIDECAR } from "../../kafka/sidecar.ts";
import { assertUnharmed } from "../support/judge.ts";
import { untilInSync, watchIsr } from "../support/kafkaFacts.ts";
import { until } from "../support/kube.ts";
import { startLoad } from "../support/load.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
import { TOPICS } from "../support/selfMonitor.ts";

const COMBINED = {
  environment: "staging",
  deletionProtection: false,
  monitoring: { enabled: false },
  controllers: { mode: "combined" },
  // A stop waits for the others for half of this.
  kafka: { terminationGrace: "300s" },
} as const;
const TOPIC = "user.events";

describe("three combined nodes that are told to stop", function () {
  this.timeout(1_200_000);
  let platform: PlatformUnderTest;
  let isr: ReturnType<typeof watchIsr> | undefined;

  // A failed test leaves its watch running, and that would keep the process.
  afterEach(() => isr?.stop());
  before(async () => {
    platform = await PlatformUnderTest.open("stops", COMBINED);
    await platform.up();
    await platform.pods.untilReady("kafka", 3);
    await untilInSync(platform.client, TOPICS);
  });
  after(() => platform.close());

  const uids = async () => (await platform.pods.list("kafka")).map(({ metadata }) => metadata?.uid ?? "");
  /** Waits until none of these pods is left, and all are Ready and in sync again. */
  const replaced = async (before: readonly string[]) => {
    await until("every pod is another one", 600, async () => !(await uids()).some((uid) => before.includes(uid)));
    await platform.pods.untilReady("kafka", 3, 300);
    await untilInSync(platform.client, TOPICS);
  };

  it("the gate of a node is reached from its own pod, and from no other", async () => {
    const inOne = (script: string) => platform.pods.exec("kafka-0", ["bash", "-c", script]);
    const reach = (host: string) => inOne(`true 3<>/dev/tcp/${host}/${SIDECAR.gatePort}`);
    assert.equal((await reach("127.0.0.1")).code, 0);
    assert.match((await reach("kafka-1.kafka-headless")).output, /Connection refused/);
    const ask = `printf 'GET ${SIDECAR.paths.gate} HTTP/1.0\\r\\n\\r\\n' >&3; read -r answer <&3; echo "$answer"`;
    const { output } = await inOne(`exec 3<>/dev/tcp/kafka-1.kafka-headless/${SIDECAR.port}; ${ask}`);
    assert.match(output, /404 Not Found/);
  });

  it("R-BRK-28 a node that is evicted leaves and comes back with nothing lost; a second eviction has to wait", async () => {
    const load = await startLoad({ ...platform.client, topic: TOPIC });
    isr = watchIsr(platform.client, TOPIC);
    await load.more(300);
    const [, one = "", two = ""] = await uids();
    assert.equal(await platform.pods.evict("kafka-1"), true);
    assert.equal(await platform.pods.evict("kafka-2"), false, "two evictions at once");
    await until("the second eviction is allowed", 300, () => platform.pods.evict("kafka-2"));
    await replaced([one, two]);
    await load.more(300);
    assert.equal(await isr.stop(), 2, "in-sync replicas");
    assertUnharmed(await load.stop(), 600, "two brokers evicted, the second as soon as it may");
  });

  it("R-BRK-28 two nodes that are deleted at once leave one after the other", async () => {
    const load = await startLoad({ ...platform.client, topic: TOPIC });
    isr = watchIsr(platform.client, TOPIC);
    await load.more(300);
    const [zero = "", one = ""] = await uids();
    await Promise.all([platform.pods.remove("kafka-0"), platform.pods.remove("kafka-1")]);
    await replaced([zero, one]);
    await load.more(300);
    assert.equal(await isr.stop(), 2, "in-sync replicas");
    assertUnharmed(await load.stop(), 600, "two brokers deleted at once");
  });

  it("R-PRG-15 R-BRK-27 an `up` that is interrupted in mid-roll is taken up again by the next one", async () => {
    const load = await startLoad({ ...platform.client, topic: TOPIC });
    isr = watchIsr(platform.client, TOPIC);
    await load.more(300);
    const before = await uids();
    const change = { kafka: { heap: "264m" } };
    const stop = new AbortController();
    const interrupted = assert.rejects(platform.up(change, { signal: stop.signal }), CancelledError);
    await until("the roll has begun", 240, async () => (await uids()).some((uid) => !before.includes(uid)));
    stop.abort();
    await interrupted;
    await platform.up(change);
    await replaced(before);
    await load.more(300);
    assert.equal(await isr.stop(), 2, "in-sync replicas");
    assertUnharmed(await load.stop(), 600, "`up` interrupted in mid-roll and run again");
  });

  it("R-BRK-28 nodes that are all told to stop do so without waiting for each other to come back: nothing lost", async () => {
    const load = await startLoad({ ...platform.client, topic: TOPIC });
    await load.more(300);
    const before = await uids();
    await Promise.all([0, 1, 2].map((ordinal) => platform.pods.remove(`kafka-${ordinal}`)));
    // A node that waited for what cannot come would use up its time, half of the grace.
    await until("every pod has left", 100, async () => !(await uids()).some((uid) => before.includes(uid)));
    await replaced(before);
    await load.more(300, 180);
    assertUnharmed(await load.stop(), 600, "all brokers stopped at once, and back");
  });

  it("shows that it can fail: without the gate, two nodes that are deleted at once take partitions under minISR", async () => {
    const before = await uids();
    await platform.pods.withoutGate("kafka");
    await replaced(before);
    isr = watchIsr(platform.client, TOPIC);
    const [zero = "", one = ""] = await uids();
    await Promise.all([platform.pods.remove("kafka-0"), platform.pods.remove("kafka-1")]);
    await replaced([zero, one]);
    assert.equal(await isr.stop(), 1, "in-sync replicas");
  });
});
