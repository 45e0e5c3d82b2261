/**
 * The agent's bundle, as its Jobs run it, on two real brokers of its own on loopback: preflight, drain, settle, spread. The
 * second broker is ended and started by process, as a pod is.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Admin } from "@platformatic/kafka";
import { bundleAgent } from "../../agent/bundle.ts";
import type { PreflightReport } from "../../agent/preflight/preflight.ts";
import type { ReassignReport } from "../../agent/reassign/role.ts";
import type { SettleReport } from "../../agent/settle/settle.ts";
import { type Brokers, startBrokers } from "../../bench/brokers.ts";
import { kafkaHome, SMALL_LOGS } from "../../bench/tools.ts";
import { assertUnharmed } from "../support/judge.ts";
import { brokerSettings, topicFacts, withAdmin } from "../support/kafkaFacts.ts";
import { until } from "../support/kube.ts";
import { startLoad } from "../support/load.ts";
import type { Client } from "../support/topicReader.ts";

const RATES = ["leader.replication.throttled.rate", "follower.replication.throttled.rate"];
const UNLIMITED = "9223372036854775807";

interface Run<T> {
  readonly code: number | null;
  readonly lines: readonly string[];
  readonly report: T;
}

describe("reassignment on two real brokers", function () {
  this.timeout(180_000);
  let folder: string;
  let brokers: Brokers;
  let client: Client;

  const agent = async <T>(...args: string[]): Promise<Run<T>> => {
    const common = ["--json", "--timeout", "60s", "--termination-log", join(folder, "log")];
    const child = spawn(process.execPath, ["agent.mjs", ...args, ...common], {
      cwd: folder,
      env: { KAFKA_BROKERS: brokers.addresses.join(",") },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
    return { code: child.exitCode, lines: stderr.trimEnd().split("\n"), report: JSON.parse(stdout) as T };
  };
  const create = (topic: string, assignments: number[][]) =>
    withAdmin(client, (admin) =>
      admin.createTopics({
        topics: [topic],
        partitions: -1,
        replicas: -1,
        assignments: assignments.map((replicas, partition) => ({ partition, brokers: replicas })),
      }),
    );
  const replicasOf = (topic: string) =>
    withAdmin(client, async (admin: Admin) => {
      const { topics } = await admin.metadata({ topics: [topic], forceUpdate: true });
      return topics.get(topic)?.partitions.map(({ replicas, leader }) => ({ replicas, leader })) ?? [];
    });

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "reassign-"));
    const libs = join(await kafkaHome(join(folder, "kafka"), console.log), "libs");
    brokers = await startBrokers({
      folder: join(folder, "brokers"),
      libs,
      count: 2,
      heap: "256m",
      properties: {
        ...SMALL_LOGS,
        "broker.session.timeout.ms": "4000",
        "broker.heartbeat.interval.ms": "1000",
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
      },
    });
    client = { brokers: brokers.addresses };
    writeFileSync(join(folder, "agent.mjs"), bundleAgent().code);
    await create(
      "one",
      Array.from({ length: 12 }, () => [0]),
    );
  });
  after(async () => {
    await brokers.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("preflight finds that there is no cluster where its name has no address", async () => {
    const { code, report } = await agent<PreflightReport>(
      "preflight",
      "--replicas",
      "2",
      "--discovery",
      "kafka.invalid",
    );
    assert.deepEqual([code, report.outcome], [0, "no cluster"]);
  });

  it("preflight passes a cluster that can stand a roll", async () => {
    const { code, report } = await agent<PreflightReport>("preflight", "--replicas", "2", "--discovery", "localhost");
    assert.deepEqual([code, report], [0, { outcome: "ready", problems: [], moved: 0 }]);
  });

  it("R-OPS-02 settle spreads onto an empty broker under load, throttled, and takes the throttle away", async () => {
    const load = await startLoad({ ...client, topic: "one" });
    await load.more(300);
    const { code, report, lines } = await agent<SettleReport>("settle", "--replicas", "2", "--throttle", "1Mi");
    assert.equal(code, 0, lines.join("\n"));
    assert.ok(report.spread >= 5, `${report.spread} partitions`);
    // The internal topics, whose partitions were all on the first broker too, take part.
    const leaders = (await replicasOf("one")).map(({ leader }) => leader);
    for (const id of [0, 1]) assert.ok(leaders.filter((leader) => leader === id).length >= 4, leaders.join());
    await load.more(300);
    assertUnharmed(await load.stop(), 600);
    assert.ok(
      lines.some((line) => /^throttles taken away/.test(line)),
      lines.join("\n"),
    );
    for (const id of [0, 1]) {
      for (const value of Object.values(await brokerSettings(client, id, RATES))) assert.equal(value, UNLIMITED);
    }
    assert.deepEqual((await topicFacts(client, ["one"]))["one"]?.config, {});
    assert.equal(
      (await agent<SettleReport>("settle", "--replicas", "2")).report.spread,
      0,
      "a second run moves nothing",
    );
  });

  it("R-OPS-02 a partition that fewer brokers cannot hold stops the drain before anything moves", async () => {
    await create("both", [[0, 1]]);
    const { code, lines } = await agent<PreflightReport>("preflight", "--replicas", "1");
    assert.equal(code, 3);
    assert.match(lines.join("\n"), /refused: 1 partition with more replicas than the 1 broker that stay: both-0 × 2/);
    assert.ok((await replicasOf("one")).some(({ replicas }) => replicas.includes(1)));
    await withAdmin(client, (admin) => admin.deleteTopics({ topics: ["both"] }));
  });

  it("shows what would move, and moves nothing", async () => {
    const { code, report } = await agent<ReassignReport>("reassign", "--replicas", "1", "--dry-run");
    assert.deepEqual([code, report.outcome], [2, "planned"]);
    const there = (await replicasOf("one")).filter(({ replicas }) => replicas.includes(1)).length;
    assert.equal(report.moves.filter(({ topic }) => topic === "one").length, there);
    assert.ok(there > 0);
  });

  it("R-OPS-02 preflight drains the broker that goes, under load, and proves that nothing is left there", async () => {
    const load = await startLoad({ ...client, topic: "one" });
    await load.more(300);
    const { code, report, lines } = await agent<PreflightReport>("preflight", "--replicas", "1", "--throttle", "1Mi");
    assert.deepEqual([code, report.outcome, report.problems], [0, "ready", []], lines.join("\n"));
    assert.ok(report.moved >= 4);
    for (const { replicas } of await replicasOf("one")) assert.deepEqual(replicas, [0]);
    await withAdmin(client, (admin) => admin.createTopics({ topics: ["later"], partitions: 8, replicas: 1 }));
    for (const { replicas } of await replicasOf("later")) assert.deepEqual(replicas, [0], "made after the drain");
    await load.more(300);
    assertUnharmed(await load.stop(), 600);
  });

  it("settle forgets the broker that is gone, and only then", async () => {
    const gone = brokers.processes[1];
    assert.ok(gone);
    const ended = once(gone, "exit");
    gone.kill("SIGTERM");
    await ended;
    const { code, report, lines } = await agent<SettleReport>("settle", "--replicas", "1");
    assert.deepEqual([code, report.unregistered], [0, [1]], lines.join("\n"));
    assert.deepEqual((await agent<SettleReport>("settle", "--replicas", "1")).report.unregistered, []);
  });

  it("R-OPS-02 a broker that joins again with its old data gets its share", async () => {
    await brokers.start(1);
    await until("two brokers", 30, () =>
      withAdmin(client, async (admin) => (await admin.metadata({ topics: [], forceUpdate: true })).brokers.size === 2),
    );
    const { code, report, lines } = await agent<SettleReport>("settle", "--replicas", "2");
    assert.equal(code, 0, lines.join("\n"));
    assert.ok(report.spread >= 5, lines.join("\n"));
  });

  it("names partitions without a leader, and lets them pass only where it is told to", async () => {
    const gone = brokers.processes[1];
    assert.ok(gone);
    const ended = once(gone, "exit");
    gone.kill("SIGKILL");
    await ended;
    await until("the broker is found to be down", 30, () =>
      withAdmin(client, async (admin) => (await admin.metadata({ topics: [], forceUpdate: true })).brokers.size === 1),
    );
    const ill = await agent<PreflightReport>("preflight", "--replicas", "2", "--wait", "1s");
    assert.equal(ill.code, 3, ill.lines.join("\n"));
    assert.match(ill.report.problems.join("\n"), /partitions without a leader: /);
    const passed = await agent<PreflightReport>("preflight", "--replicas", "2", "--wait", "1s", "--no-checks");
    assert.deepEqual([passed.code, passed.report.outcome], [0, "ready"], passed.lines.join("\n"));
    assert.ok(passed.report.problems.length > 0);
  });
});
