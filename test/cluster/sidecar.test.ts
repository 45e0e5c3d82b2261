/** The sidecar's requests and its gate against two real brokers on loopback, of which one comes and goes. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCluster } from "../../agent/connection.ts";
import { ask } from "../../agent/sidecar/ask.ts";
import { createGate, type Gate } from "../../agent/sidecar/gate.ts";
import { readNode } from "../../agent/sidecar/node.ts";
import { lookOut, type Outlook } from "../../agent/sidecar/outlook.ts";
import { unready } from "../../agent/sidecar/readiness.ts";
import { addedTo, metadataOf, minIsrOf, type Request } from "../../agent/sidecar/requests.ts";
import type { PeerState } from "../../agent/sidecar/rules.ts";
import { int32, list, TAGS, text } from "../../agent/sidecar/wire.ts";
import { type Brokers, startBrokers } from "../../bench/brokers.ts";
import { kafkaHome } from "../../bench/tools.ts";
import { until } from "../support/kube.ts";

/** Asks that partition 0 of a topic get these replicas. */
function reassign(topic: string, replicas: readonly number[]): Request<void> {
  const partition = Buffer.concat([int32(0), list(replicas.map(int32)), TAGS]);
  const topics = list([Buffer.concat([text(topic), list([partition]), TAGS])]);
  const body = Buffer.concat([int32(5_000), topics, TAGS]);
  return { name: "AlterPartitionReassignments", key: 45, version: 0, body, parse: () => undefined };
}

describe("sidecar beside real brokers", function () {
  this.timeout(120_000);
  let folder: string;
  let brokers: Brokers;
  let outlooks: readonly Outlook[];
  let gates: readonly Gate[];
  const said: string[] = [];

  const outlook = (id: number): Outlook => {
    const file = join(folder, "brokers", String(id), "server.properties");
    const own = lookOut(readNode(file, readFileSync(file, "utf8")));
    // Both on one host: they cannot have one port, so they ask each other in this process.
    const peers = async (hosts: ReadonlyMap<number, string>) => {
      const states = [...hosts.keys()].map(async (peer): Promise<[number, PeerState] | undefined> => {
        const [gate, there] = [gates[peer], outlooks[peer]];
        return gate && there ? [peer, { ...gate.state(), serving: await there.serving() }] : undefined;
      });
      return new Map((await Promise.all(states)).filter((state) => state !== undefined));
    };
    return { ...own, peers };
  };
  const arm = (budget = 60_000) => {
    said.length = 0;
    gates = outlooks.map((one) => createGate(one, { budget, log: (line) => said.push(line) }));
  };
  const at = (id: number): Outlook => outlooks[id] as Outlook;
  const enter = (id: number) => (gates[id] as Gate).enter();
  const own = (id: number) => at(id).node.broker ?? { host: "", port: 0 };
  const kill = async () => {
    const child = brokers.processes[1];
    if (!child) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    await until("the other broker is out of the ISR", 30, async () => {
      const { held } = await at(0).metadata();
      return held.every(({ isr }) => !isr.includes(1));
    });
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "sidecar-"));
    const libs = join(await kafkaHome(join(folder, "kafka"), console.log), "libs");
    brokers = await startBrokers({
      folder: join(folder, "brokers"),
      libs,
      count: 2,
      heap: "256m",
      properties: { "broker.session.timeout.ms": "3000", "broker.heartbeat.interval.ms": "500" },
    });
    outlooks = [0, 1].map(outlook);
    arm();
    const cluster = openCluster({ brokers: brokers.addresses, security: { protocol: "PLAINTEXT" } });
    const topic = (name: string, replicas: number[]) => ({
      name,
      numPartitions: -1,
      replicationFactor: -1,
      assignments: [{ partitionIndex: 0, brokerIds: replicas }],
      configs: [{ name: "min.insync.replicas", value: "1" }],
    });
    await until("both brokers are there", 30, async () => (await at(0).metadata()).brokers.size === 2);
    await cluster.call("any", "CreateTopics", [topic("two", [0, 1]), topic("one", [0])], 10_000, false);
    await cluster.close();
  });
  after(async () => {
    await brokers.stop();
    rmSync(folder, { recursive: true });
  });

  it("R-BRK-22 finds brokers and controller ready, each by what it holds itself", async () => {
    await until("both are ready", 30, async () => (await Promise.all(outlooks.map(unready))).flat().length === 0);
    const { brokers: known, held } = await ask(own(1), metadataOf(1));
    assert.deepEqual([...known.keys()].sort(), [0, 1]);
    assert.deepEqual(held, [{ topic: "two", partition: 0, leader: 0, replicas: [0, 1], isr: [0, 1] }]);
    assert.deepEqual([...(await ask(own(0), minIsrOf(["two", "gone"])))], [["two", 1]]);
    const quorum = await at(1).quorum();
    assert.deepEqual([quorum?.leader, [...(quorum?.lag ?? [])]], [0, [[0, 0]]]);
    assert.ok((quorum?.observers.get(1) ?? 99_999) < 3_000, "the other broker fetches");
  });

  it("R-BRK-28 lets a broker stop while the other one is in sync, and none wait when both are to stop", async () => {
    arm();
    assert.equal(await enter(1), "the cluster can spare this node");
    arm();
    assert.deepEqual(await Promise.all([enter(0), enter(1)]), ["all nodes are to stop", "all nodes are to stop"]);
  });

  it("stays ready when its peer dies, but holds its own stop up until time is up", async () => {
    await kill();
    assert.deepEqual(await unready(at(0)), []);
    await assert.rejects(unready(at(1)), /ECONNREFUSED/);
    const { all, counted, hosts } = await at(0).roster();
    assert.deepEqual([[...all], [...counted], [...hosts]], [[1], [0], [[1, "127.0.0.1"]]], "it may be on its way back");
    arm(3_000);
    assert.match(await enter(0), /^time is up after 3 s: the stop takes two-0 below min\.insync\.replicas$/);
  });

  it("does not hold against a broker the replicas that it is only being given", async () => {
    await ask(own(0), reassign("one", [0, 1]));
    await until("the reassignment waits for the dead broker", 20, async () =>
      (await ask(own(0), addedTo(1))).has("one-0"),
    );
    assert.deepEqual([...(await ask(own(0), addedTo(0)))], []);
  });

  it("R-BRK-28 lets a broker stop as soon as the other one is back in sync", async () => {
    arm();
    const stop = enter(0);
    await until("the stop waits", 10, () => Promise.resolve(said.length > 0));
    await brokers.start(1);
    assert.equal(await stop, "the cluster can spare this node");
    const { held } = await at(0).metadata();
    assert.ok(held.find(({ topic }) => topic === "two")?.isr.includes(1));
    await until("the returned broker is ready", 30, async () => (await unready(at(1))).length === 0);
  });
});
