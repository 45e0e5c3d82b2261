/** The roles around a change of the brokers, against an in-memory cluster. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { UnsupportedApiError } from "@platformatic/kafka";
import { openOutput } from "../../agent/output.ts";
import { type PreflightOptions, preflight } from "../../agent/preflight/preflight.ts";
import { reassign } from "../../agent/reassign/role.ts";
import { observeCluster } from "../../agent/reassign/state.ts";
import { newcomers, type SettleOptions, settle } from "../../agent/settle/settle.ts";
import { type FakeBrokers, fakeBrokers } from "../support/fakeBrokers.ts";

const RATES = ["leader.replication.throttled.rate", "follower.replication.throttled.rate"];

/** Runs a role and gives its exit code, lines and document. */
async function run(role: (out: ReturnType<typeof openOutput>) => Promise<number>) {
  let [stdout, stderr] = ["", ""];
  const out = openOutput(true, {
    out: { write: (text: string) => (stdout += text) },
    err: { write: (text: string) => (stderr += text) },
  });
  const code = await role(out);
  return { code, lines: stderr.trimEnd().split("\n"), report: JSON.parse(stdout) as Record<string, unknown> };
}
const layoutOf = (fake: FakeBrokers) =>
  Object.fromEntries([...fake.partitions].map(([name, { replicas }]) => [name, replicas]));
const leftOver = (fake: FakeBrokers) => [...fake.configs.values()].filter((configs) => configs.size > 0).length;

describe("roles around a change of the brokers", function () {
  this.timeout(20_000);
  let server: Server;
  let port: number;

  before(async () => {
    server = createServer((socket) => socket.end()).listen(0, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as { port: number }).port;
  });
  after(() => server.close());

  const flight = (fake: FakeBrokers, change: Partial<PreflightOptions> = {}) =>
    run((out) =>
      preflight(
        fake.cluster,
        {
          replicas: fake.up.size,
          brokers: [`127.0.0.1:${port}`],
          discovery: null,
          leaving: null,
          phase: null,
          reads: null,
          checks: true,
          wait: 0,
          grace: 0,
          throttle: null,
          deadline: Date.now() + 10_000,
          ...change,
        },
        out,
      ),
    );
  const settling = (fake: FakeBrokers, change: Partial<SettleOptions> = {}) =>
    run((out) =>
      settle(
        fake.cluster,
        {
          replicas: fake.up.size,
          spread: true,
          throttle: null,
          deadline: Date.now() + 10_000,
          ...change,
        },
        out,
      ),
    );

  describe("preflight", () => {
    it("passes at once where there is no cluster yet, without asking any broker", async () => {
      const fake = fakeBrokers(3, {});
      const start = Date.now();
      const { code, report } = await flight(fake, {
        discovery: "kafka-headless.invalid",
        brokers: ["kafka.invalid:1"],
      });
      assert.deepEqual([code, report["outcome"], fake.calls], [0, "no cluster", []]);
      assert.ok(Date.now() - start < 2_000, `${Date.now() - start} ms`);
    });

    it("passes where brokers exist and none runs, but not where one of them is about to go", async () => {
      const closed = createServer().listen(0, "127.0.0.1");
      await once(closed, "listening");
      const brokers = [`127.0.0.1:${(closed.address() as { port: number }).port}`];
      await once(closed.close(), "close");
      const fake = fakeBrokers(3, {});
      const none = await flight(fake, { discovery: "localhost", brokers, leaving: "kafka-3.invalid" });
      assert.deepEqual([none.code, none.report["outcome"]], [0, "not running"]);
      const back = await flight(fake, { discovery: "localhost", brokers, phase: "rollback" });
      assert.equal(back.code, 3);
      assert.match(back.lines.join("\n"), /no broker answers that could say whether it is on ZooKeeper/);
      const goes = await flight(fake, { discovery: "localhost", brokers, leaving: "localhost" });
      assert.equal(goes.code, 3);
      assert.match(goes.lines.join("\n"), /refused: localhost is about to go, and no broker answers/);
    });

    it("passes a cluster that can stand a roll", async () => {
      const { code, report } = await flight(fakeBrokers(3, { "a-0": [0, 1, 2] }));
      assert.deepEqual([code, report], [0, { outcome: "ready", problems: [], moved: 0 }]);
    });

    it("R-CRD-31 refuses a phase that brokers are not ready for, without an override", async () => {
      const fake = fakeBrokers(3, { "a-0": [0, 1, 2] });
      for (const checks of [true, false]) {
        const { code, lines } = await flight(fake, { phase: "rollback", checks });
        assert.equal(code, 3);
        assert.match(lines.join("\n"), /^refused: coordination\.phase=rollback cannot begin/m);
      }
    });

    it("R-OPS-17 refuses a release that cannot read the cluster's metadata, without an override", async () => {
      const fake = fakeBrokers(3, { "a-0": [0, 1, 2] });
      fake.metadataLevel = 30;
      for (const checks of [true, false]) {
        const { code, lines } = await flight(fake, { reads: "3.9-IV0", checks });
        assert.equal(code, 3);
        assert.match(
          lines.join("\n"),
          /^refused: the cluster has finalised metadata version 4\.3-IV0.*above 3\.9-IV0/m,
        );
      }
      assert.equal((await flight(fake, { reads: "4.3-IV0" })).code, 0);
      fake.metadataLevel = 31;
      assert.match((await flight(fake, { reads: "4.3-IV0" })).lines.join("\n"), /finalised metadata version 31/);
      fake.metadataLevel = undefined;
      assert.equal((await flight(fake, { reads: "3.9-IV0" })).code, 0, "nothing is finalised");
    });

    const ILL: readonly (readonly [string, (fake: FakeBrokers) => void, RegExp])[] = [
      ["the quorum has no leader", (fake) => (fake.quorumLeader = -1), /^the quorum has no leader$/],
      [
        "a partition has no leader",
        (fake) => Object.assign(fake.partitions.get("a-0") ?? {}, { leader: -1 }),
        /^1 partition without a leader: a-0 \(replicas \[0, 1, 2\]\)$/,
      ],
      [
        "a partition is below min.insync.replicas",
        (fake) => {
          fake.minIsr = 2;
          Object.assign(fake.partitions.get("a-0") ?? {}, { isr: [0] });
        },
        /^1 partition below min.insync.replicas: a-0 \(in sync \[0\], asked for 2\)$/,
      ],
      [
        "a replica is behind",
        (fake) => Object.assign(fake.partitions.get("a-0") ?? {}, { isr: [0, 1] }),
        /^1 partition under-replicated: a-0 \(brokers \[2\] behind\)$/,
      ],
      [
        "somebody reassigns partitions",
        (fake) => Object.assign(fake.partitions.get("a-0") ?? {}, { target: { replicas: [2, 1, 0], looks: 99 } }),
        /^1 partition being reassigned: a-0 \(to \[0, 1, 2\]\)$/,
      ],
    ];
    for (const [what, harm, says] of ILL) {
      it(`refuses while ${what}, by name, unless it is told to let that pass`, async () => {
        const fake = fakeBrokers(3, { "a-0": [0, 1, 2], "b-0": [1] });
        harm(fake);
        const { code, report, lines } = await flight(fake);
        assert.equal(code, 3);
        assert.ok(
          (report["problems"] as string[]).some((problem) => says.test(problem)),
          lines.join("\n"),
        );
        assert.match(lines.at(-1) ?? "", /allowUnsafe: \[\{ rule: preflight/);
        assert.ok(!fake.calls.includes("AlterPartitionReassignments"));
        if (what === "somebody reassigns partitions") return;
        assert.equal((await flight(fake, { checks: false })).code, 0);
      });
    }

    it("waits for what passes by itself", async () => {
      const fake = fakeBrokers(3, { "a-0": [0, 1, 2] });
      const one = fake.partitions.get("a-0");
      assert.ok(one);
      one.isr = [0];
      let looks = 0;
      fake.before = (call) => {
        if (call === "Metadata" && (looks += 1) === 3) one.isr = [0, 1, 2];
      };
      assert.equal((await flight(fake, { wait: 10_000 })).code, 0);
    });

    it("R-OPS-02 empties brokers that go, throttled, and takes the throttle away", async () => {
      const fake = fakeBrokers(5, { "a-0": [3, 0, 1], "a-1": [4, 3, 2], "b-0": [0, 1, 2] });
      let throttled = 0;
      fake.before = (call) => {
        if (call === "AlterPartitionReassignments") throttled = leftOver(fake);
      };
      const { code, report } = await flight(fake, { replicas: 3, throttle: 1_000_000 });
      assert.deepEqual([code, report["outcome"], report["moved"]], [0, "ready", 2]);
      for (const replicas of Object.values(layoutOf(fake))) assert.deepEqual([...replicas].sort(), [0, 1, 2]);
      assert.equal(throttled, 5 + 1, "five brokers and one topic");
      assert.equal(leftOver(fake), 0);
    });

    it("R-OPS-02 takes up a drain that was cut short, moves nothing twice, and lifts the throttle that it finds", async () => {
      const fake = fakeBrokers(4, { "a-0": [3], "a-1": [3] });
      const begun = fake.partitions.get("a-0");
      assert.ok(begun);
      begun.target = { replicas: [1], looks: 1 };
      begun.replicas = [1, 3];
      fake.configs.set("broker:3", new Map(RATES.map((rate) => [rate, "1"])));
      const { code, report } = await flight(fake, { replicas: 3, throttle: 1_000_000 });
      assert.deepEqual([code, report["moved"]], [0, 1]);
      assert.deepEqual(layoutOf(fake), { "a-0": [1], "a-1": [0] });
      assert.equal(leftOver(fake), 0);
    });

    it("R-OPS-02 ignores what a broker that goes lacks itself, and rescues what it should hold", async () => {
      const fake = fakeBrokers(4, { "a-0": [0, 3] });
      fake.up.delete(3);
      Object.assign(fake.partitions.get("a-0") ?? {}, { isr: [0] });
      const { code } = await flight(fake, { replicas: 3 });
      assert.equal(code, 0);
      assert.equal(layoutOf(fake)["a-0"]?.includes(3), false);
    });

    it("R-OPS-02 moves nothing where a partition has more replicas than brokers would stay", async () => {
      const fake = fakeBrokers(3, { "a-0": [0, 1, 2], "b-0": [2] });
      const { code, lines } = await flight(fake, { replicas: 2 });
      assert.equal(code, 3);
      assert.match(lines.join("\n"), /1 partition with more replicas than the 2 brokers that stay: a-0 × 3/);
      assert.ok(!fake.calls.includes("AlterPartitionReassignments"));
    });
  });

  describe("settle", () => {
    it("asks a healthy cluster and changes nothing", async () => {
      const fake = fakeBrokers(3, { "a-0": [0, 1, 2], "a-1": [1, 2, 0] });
      const { code, report } = await settling(fake);
      assert.deepEqual(
        [code, report],
        [0, { outcome: "settled", rescued: 0, spread: 0, elected: 0, unregistered: [] }],
      );
      const changing = fake.calls.filter((call) => /Alter|Elect|Unregister/.test(call));
      assert.deepEqual(changing, []);
    });

    it("R-OPS-02 spreads onto brokers that have joined, once", async () => {
      const layout = Object.fromEntries(
        Array.from({ length: 10 }, (_, n) => [`a-${n}`, [n % 3, (n + 1) % 3, (n + 2) % 3]]),
      );
      const fake = fakeBrokers(5, layout);
      const { code, report } = await settling(fake, { throttle: 1_000_000 });
      assert.equal(code, 0);
      assert.ok(Number(report["spread"]) > 0);
      const held = [0, 1, 2, 3, 4].map(
        (id) => Object.values(layoutOf(fake)).filter((replicas) => replicas.includes(id)).length,
      );
      assert.deepEqual(held, [6, 6, 6, 6, 6]);
      assert.equal(leftOver(fake), 0);
      assert.equal((await settling(fake)).report["spread"], 0);
    });

    it("leaves partitions where they are when the stack says so, and says it", async () => {
      const fake = fakeBrokers(2, { "a-0": [0], "a-1": [0], "a-2": [0] });
      const { report, lines } = await settling(fake, { spread: false });
      assert.equal(report["spread"], 0);
      assert.match(lines.join("\n"), /broker 1 hold few replicas; kafka.rebalance.onScaleUp says to leave it so/);
      assert.deepEqual(newcomers(await observeCluster(fake.cluster)), [1]);
    });

    it("brings leaders back to the first replica, where that one is in sync", async () => {
      const fake = fakeBrokers(3, { "a-0": [0, 1], "a-1": [1, 2], "a-2": [2, 0] });
      Object.assign(fake.partitions.get("a-0") ?? {}, { leader: 1 });
      const { report } = await settling(fake);
      assert.equal(report["elected"], 1);
      assert.equal(fake.partitions.get("a-0")?.leader, 0);
    });

    it("R-OPS-02 forgets brokers that are gone, after moving away what was put there meanwhile", async () => {
      const fake = fakeBrokers(5, { "a-0": [0, 3], "b-0": [1, 2] });
      for (const id of [3, 4]) fake.up.delete(id);
      Object.assign(fake.partitions.get("a-0") ?? {}, { isr: [0] });
      const { code, report } = await settling(fake, { replicas: 3 });
      assert.equal(code, 0);
      assert.deepEqual([report["rescued"], report["unregistered"]], [1, [3, 4]]);
      assert.deepEqual([...fake.registered], [0, 1, 2]);
    });

    it("finds brokers that are gone one by one where Kafka cannot list them", async () => {
      const fake = fakeBrokers(3, {});
      for (const id of [3, 4]) fake.registered.add(id);
      fake.before = (call) => {
        if (call === "DescribeCluster")
          throw new UnsupportedApiError("DescribeCluster version 2: the brokers know 0 to 1");
      };
      assert.deepEqual((await settling(fake)).report["unregistered"], [3, 4]);
    });

    it("asks ZooKeeper's brokers for their controller, and to forget none", async () => {
      const fake = fakeBrokers(3, {});
      fake.before = (call) => {
        if (/Quorum|Unregister|DescribeCluster/.test(call)) throw new UnsupportedApiError(`Unsupported API ${call}.`);
      };
      assert.deepEqual((await settling(fake)).report["unregistered"], []);
      assert.equal((await flight(fake)).code, 0);
    });

    it("ends at its deadline with the partitions that it waits for", async () => {
      const fake = fakeBrokers(3, { "a-0": [0, 1, 2] });
      Object.assign(fake.partitions.get("a-0") ?? {}, { isr: [0, 1] });
      await assert.rejects(settling(fake, { deadline: Date.now() + 300 }), /1 partition under-replicated: a-0/);
    });
  });

  describe("reassign", () => {
    const byHand = (fake: FakeBrokers, replicas: number, dryRun: boolean) =>
      run((out) => reassign(fake.cluster, { replicas, throttle: null, dryRun, deadline: Date.now() + 10_000 }, out));

    it("shows what would move with exit 2, and moves it without --dry-run", async () => {
      const fake = fakeBrokers(3, { "a-0": [2], "a-1": [0], "a-2": [0] });
      const shown = await byHand(fake, 2, true);
      assert.deepEqual([shown.code, shown.lines[0]], [2, "~ a-0  [2] → [1]"]);
      assert.ok(!fake.calls.includes("AlterPartitionReassignments"));
      assert.equal((await byHand(fake, 2, false)).code, 0);
      assert.deepEqual(layoutOf(fake), { "a-0": [1], "a-1": [0], "a-2": [0] });
      assert.equal((await byHand(fake, 2, true)).code, 0);
    });
  });
});
