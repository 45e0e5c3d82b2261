/** The sidecar's answers, and its end. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createGate } from "../../agent/sidecar/gate.ts";
import { untilGone } from "../../agent/sidecar/leave.ts";
import { NoAnswerError } from "../../agent/sidecar/line.ts";
import type { KafkaNode } from "../../agent/sidecar/node.ts";
import { lookOut } from "../../agent/sidecar/outlook.ts";
import { gateServer, openServer, type Parts } from "../../agent/sidecar/server.ts";

describe("sidecar", () => {
  describe("its own end", () => {
    const looks = async (answers: (boolean | undefined)[], asked: () => boolean) => {
      let seen = 0;
      const serving = () => {
        const answer = answers[seen++];
        return seen > answers.length
          ? Promise.resolve(false)
          : answer === undefined
            ? silent()
            : Promise.resolve(answer);
      };
      const silent = () => Promise.reject(new NoAnswerError(1_000));
      await untilGone(serving, asked, () => Promise.resolve());
      return seen;
    };

    it("comes when its server is gone for good, not when it once has too much to do to answer", async () => {
      assert.equal(await looks([true, false, undefined, false, false, true], () => true), 6 + 3);
    });

    it("comes not before the hook has had the time to ask, though no server runs", async () => {
      assert.equal(await looks([], () => false), 25);
      let looked = 0;
      assert.equal(await looks([], () => ++looked > 10), 11 + 2);
    });
  });

  describe("its answers", () => {
    const node: KafkaNode = {
      id: 0,
      broker: { host: "127.0.0.1", port: 1 },
      controller: undefined,
      kraft: true,
      voters: new Map(),
    };
    const gate = createGate(lookOut(node), { budget: 1_000, log: () => undefined });
    const readiness: { reasons: string[] } = { reasons: [] };
    let serving = () => Promise.resolve(true);
    const parts = { readiness, gate, serving: () => serving() };
    let prepared = false;
    const current = (): Parts | undefined => (prepared ? parts : undefined);
    const servers: readonly Server[] = [openServer(current), gateServer(current)];
    const portOf = (index: number) => (servers[index]?.address() as AddressInfo).port;
    let port = 0;
    before(async () => {
      for (const http of servers) {
        http.listen(0, "127.0.0.1");
        await once(http, "listening");
      }
      port = portOf(0);
    });
    after(() => {
      for (const http of servers) {
        http.close();
        http.closeAllConnections();
      }
    });
    const ask = async (where: number, path: string) => {
      const response = await fetch(`http://127.0.0.1:${where}${path}`);
      return [response.status, await response.text()];
    };
    const get = (path: string) => ask(port, path);
    const getInside = (path: string) => ask(portOf(1), path);

    it("say before the node is prepared that the sidecar lives, that no server is ready and that none keeps from a stop", async () => {
      assert.deepEqual(await get("/livez"), [200, "alive\n"]);
      assert.deepEqual(await get("/readyz"), [503, "the node is not prepared yet\n"]);
      assert.deepEqual(await getInside("/gate"), [200, "no server runs yet\n"]);
      assert.deepEqual([...(await lookOut(node, port).peers(new Map([[0, "127.0.0.1"]])))], []);
      prepared = true;
      assert.deepEqual(await get("/livez"), [200, "alive\n"]);
    });

    it("R-BRK-22 say whether the node is ready, and why not", async () => {
      assert.deepEqual(await get("/readyz"), [200, "ready\n"]);
      readiness.reasons = ["broker 0 is not registered, or fenced", "another"];
      assert.deepEqual(await get("/readyz"), [503, "broker 0 is not registered, or fenced\nanother\n"]);
    });

    it("tell peers where the node is, who leave out what is silent or somebody else", async () => {
      const state = { id: 0, choosing: false, number: 0, stopping: false, passed: false, seen: [], serving: true };
      const asked = await lookOut(node, port).peers(new Map([0, 7].map((id) => [id, "127.0.0.1"])));
      assert.deepEqual([...asked], [[0, state]]);
      serving = () => Promise.reject(new NoAnswerError(1_000));
      const busy = await lookOut(node, port).peers(new Map([[0, "127.0.0.1"]]));
      assert.deepEqual([...busy], [[0, { ...state, serving: false }]], "it is not to be relied on");
      assert.deepEqual([...(await lookOut(node, 1).peers(new Map([[0, "127.0.0.1"]])))], []);
    });

    it("do not take a stop from the port that peers reach: whoever asks there learns and changes nothing", async () => {
      for (const method of ["GET", "POST", "PUT"]) {
        assert.equal((await fetch(`http://127.0.0.1:${port}/gate`, { method })).status, 404);
      }
      assert.equal(gate.stopping, false);
    });

    it("hold a stop up until the gate opens", async () => {
      assert.deepEqual(await getInside("/gate"), [200, "its server is down already\n"]);
      assert.equal(gate.state().passed, true);
    });

    it("name the paths there are", async () => {
      assert.deepEqual(await get("/"), [404, "expected one of /livez, /readyz, /state\n"]);
      assert.deepEqual(await getInside("/state"), [404, "expected one of /gate\n"]);
    });
  });
});
