/** The gate: among peers that run at the same time, in every order that a scheduler finds, and alone. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { createGate } from "../../agent/sidecar/gate.ts";
import { NoAnswerError } from "../../agent/sidecar/line.ts";
import type { KafkaNode } from "../../agent/sidecar/node.ts";
import type { Outlook } from "../../agent/sidecar/outlook.ts";
import type { Replica } from "../../agent/sidecar/requests.ts";
import { BUDGET, GateModel, type Shape, SPARED, type Step, shapes } from "../support/gateModel.ts";
import { peer, peers } from "../support/peers.ts";

describe("sidecar gate", function () {
  this.timeout(60_000);

  const play = async (shape: Shape, scheduler: fc.Scheduler): Promise<GateModel> => {
    const step: Step = (what, then) => scheduler.schedule(Promise.resolve(), what).then(then);
    const model = new GateModel(structuredClone(shape), step);
    await scheduler.waitFor(model.run());
    return model;
  };

  it("R-BRK-28 never lets nodes through that together take a partition below its minISR", async () => {
    await fc.assert(
      fc.asyncProperty(shapes({ healthy: false }), fc.scheduler(), async (shape, scheduler) => {
        assert.deepEqual((await play(shape, scheduler)).broken, []);
      }),
      { numRuns: 1000 },
    );
  });

  it("lets every node of a healthy cluster through, one after the other, long before time is up", async () => {
    await fc.assert(
      fc.asyncProperty(shapes({ healthy: true }), fc.scheduler(), async (shape, scheduler) => {
        const { verdicts, broken } = await play(shape, scheduler);
        assert.deepEqual(broken, []);
        assert.deepEqual(
          [...verdicts.values()],
          shape.stops.map(() => SPARED),
        );
      }),
      { numRuns: 100 },
    );
  });

  it("holds nobody up when all nodes are to stop, however ill the cluster", async () => {
    await fc.assert(
      fc.asyncProperty(shapes({ healthy: false, spared: 0 }), fc.scheduler(), async (shape, scheduler) => {
        const { verdicts } = await play({ ...shape, silent: [] }, scheduler);
        assert.equal(verdicts.size, shape.nodes);
        for (const verdict of verdicts.values()) assert.doesNotMatch(verdict, /time is up/);
      }),
      { numRuns: 100 },
    );
  });

  describe("of one node", () => {
    const address = { host: "localhost", port: 1 };
    const replica: Replica = { topic: "orders", partition: 0, leader: 0, replicas: [0, 1, 2], isr: [0, 1] };
    const node: KafkaNode = { id: 0, broker: address, controller: undefined, kraft: true, voters: new Map() };
    /** Two peers go on; the stop of node 0 would take its partition below its minISR. */
    const held: Outlook = {
      node,
      metadata: () => Promise.resolve({ brokers: new Map(), controller: 0, held: [replica] }),
      minIsr: () => Promise.resolve(new Map([["orders", 2]])),
      added: () => Promise.resolve(new Set()),
      reload: () => Promise.resolve(),
      quorum: () => Promise.resolve(undefined),
      serving: () => Promise.resolve(true),
      roster: () => Promise.resolve({ hosts: new Map(), counted: new Set([1, 2]), all: new Set([1, 2]) }),
      peers: () => Promise.resolve(peers(peer(1), peer(2))),
    };
    const silent = () => Promise.reject(new NoAnswerError(5_000));
    const enter = async (change: Partial<Outlook>, budget = BUDGET) => {
      let clock = 0;
      const lines: string[] = [];
      const options = {
        budget,
        log: (line: string) => lines.push(line),
        now: () => clock,
        pause: (ms: number) => {
          clock += ms;
          return Promise.resolve();
        },
      };
      const gate = createGate({ ...held, ...change }, options);
      return { gate, why: await gate.enter(), lines, seconds: clock / 1000 };
    };

    it("opens when time is up, and has said once what it waited for", async () => {
      const { why, lines, seconds } = await enter({});
      const reason = "the stop takes orders-0 below min.insync.replicas";
      assert.equal(why, `time is up after 15 s: ${reason}`);
      assert.deepEqual(lines, [`stop waits: ${reason}`, `stop let through: ${why}`]);
      assert.equal(seconds, 15);
    });

    it("R-BRK-28 stays shut, and says why, while the other one that goes on cannot be asked", async () => {
      const { why, lines } = await enter({ peers: () => Promise.resolve(peers(peer(2, { stopping: true }))) });
      const reason = "the stop takes orders-0 below min.insync.replicas; no answer from the sidecars of nodes 1";
      assert.equal(why, `time is up after 15 s: ${reason}`);
      assert.equal(lines[0], `stop waits: ${reason}`);
    });

    it("opens at once when all are to stop and the first have gone already, seen by those that are left", async () => {
      const left = peer(2, { stopping: true, seen: [0, 1] });
      const { why, seconds } = await enter({ peers: () => Promise.resolve(peers(left)) });
      assert.deepEqual([why, seconds], ["all nodes are to stop", 0]);
    });

    it("opens at once for a server that is down", async () => {
      const { why, seconds } = await enter({ serving: () => Promise.resolve(false) });
      assert.deepEqual([why, seconds], ["its server is down already", 0]);
    });

    it("opens for a server that has answered nothing for half a minute, whatever it was asked", async () => {
      for (const change of [{ serving: silent }, { metadata: silent }]) {
        const { why, seconds } = await enter(change, 60_000);
        assert.deepEqual([why, seconds], ["its server does not answer: no answer within 5000 ms", 30]);
      }
    });

    it("R-BRK-28 stays shut where an answer does not come once, or is a refusal", async () => {
      let asked = 0;
      const busy = () => (++asked % 4 === 0 ? Promise.resolve(true) : silent());
      assert.match((await enter({ serving: busy }, 60_000)).why, /^time is up after 60 s: /);
      const metadata = () => Promise.reject(new Error("SaslAuthenticate: error 58"));
      assert.equal((await enter({ metadata }, 60_000)).why, "time is up after 60 s: SaslAuthenticate: error 58");
    });

    it("gives all that ask the same answer, and starts anew for a server that came back in the same pod", async () => {
      const { gate, why } = await enter({});
      assert.equal(await gate.enter(), why);
      assert.deepEqual(gate.state(), { id: 0, choosing: false, number: 0, stopping: true, passed: true, seen: [] });
      gate.observe(true);
      assert.equal(gate.state().passed, true, "it has not stopped yet");
      gate.observe(false);
      gate.observe(true);
      assert.deepEqual([gate.state().passed, gate.stopping], [false, false]);
    });

    it("keeps the only controller until no broker fetches from it, a quarter of a minute at most", async () => {
      const controller = { ...node, id: 100, broker: undefined, controller: address };
      const alone = {
        node: controller,
        roster: () => Promise.resolve({ hosts: new Map(), counted: new Set([100]), all: new Set<number>() }),
      };
      const silence = (ms: () => number) => () =>
        Promise.resolve({ leader: 100, lag: new Map([[100, 0]]), observers: new Map([[0, ms()]]) });
      let asked = 0;
      const leaving = silence(() => (++asked > 4 ? 10_000 : 100));
      assert.equal((await enter({ ...alone, quorum: leaving })).seconds, 4);
      const busy = () => (++asked % 3 === 0 ? silence(() => 100)() : Promise.resolve(undefined));
      assert.equal((await enter({ ...alone, quorum: busy })).seconds, 15, "busy is not gone");
      assert.equal((await enter({ ...alone, quorum: () => Promise.resolve(undefined) })).seconds, 2);
      assert.equal((await enter({ ...alone, quorum: silence(() => 100) })).seconds, 15);
    });
  });
});
