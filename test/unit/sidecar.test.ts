/** The sidecar's edges: what it reads, asks and answers. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ask, listens } from "../../agent/sidecar/ask.ts";
import { createGate } from "../../agent/sidecar/gate.ts";
import { isNoAnswer } from "../../agent/sidecar/line.ts";
import { type KafkaNode, readNode } from "../../agent/sidecar/node.ts";
import { lookOut } from "../../agent/sidecar/outlook.ts";
import { unready, watch } from "../../agent/sidecar/readiness.ts";
import { quorum } from "../../agent/sidecar/requests.ts";
import { PLACEHOLDERS } from "../../kafka/listeners.ts";
import { renderProperties } from "../../kafka/properties.ts";
import { brokerProperties, controllerProperties } from "../../kafka/serverProperties.ts";
import { cluster } from "../support/fixtures.ts";
import { withFullPort } from "../support/fullPort.ts";

describe("sidecar", () => {
  describe("its node", () => {
    const rendered = (text: string, id: number) => text.replaceAll(PLACEHOLDERS.nodeId, String(id));
    const dedicated = cluster({ controllers: { mode: "dedicated" } });

    it("is read from the properties that the init script renders", () => {
      const combined = readNode("f", rendered(renderProperties(brokerProperties(cluster())), 1));
      assert.deepEqual(
        [combined.id, combined.kraft, combined.broker?.port, combined.controller?.port],
        [1, true, 9091, 9093],
      );
      assert.equal(combined.broker?.host, "localhost");
      assert.deepEqual(combined.voters.get(2), { host: "kafka-2.kafka-headless.kafka.svc.cluster.local", port: 9093 });
      const broker = readNode("f", rendered(renderProperties(brokerProperties(dedicated)), 0));
      assert.deepEqual([broker.broker?.port, broker.controller, broker.voters.size], [9091, undefined, 3]);
      const controller = readNode("f", rendered(renderProperties(controllerProperties(dedicated)), 100));
      assert.deepEqual([controller.id, controller.broker, controller.controller?.port], [100, undefined, 9093]);
    });

    it("is a broker where ZooKeeper coordinates, known by the listener of brokers, whatever its name", () => {
      const node = readNode("f", "broker.id=3\nlisteners=CLIENT://127.0.0.1:9092\ninter.broker.listener.name=CLIENT\n");
      assert.deepEqual(node.broker, { host: "127.0.0.1", port: 9092 });
      assert.deepEqual([node.id, node.kraft, node.voters.size], [3, false, 0]);
    });

    it("is refused with the key that is wrong", () => {
      assert.throws(
        () => readNode("f", `node.id=${PLACEHOLDERS.nodeId}\n`),
        /f: found node.id @NODE_ID@, expected a number/,
      );
      assert.throws(
        () => readNode("f", "node.id=0\nlisteners=X://:1\n"),
        /f: found inter.broker.listener.name nowhere, expected one of listeners/,
      );
      const secured =
        "node.id=0\nlisteners=A://:1\ninter.broker.listener.name=A\nlistener.security.protocol.map=A:SASL_SSL\n";
      assert.throws(
        () => readNode("f", secured),
        /f: expected sasl.mechanism.inter.broker.protocol, and in .* a username and a password/,
      );
    });
  });

  describe("its requests", () => {
    const answering = async <T>(react: (socket: Socket) => void, work: (port: number) => Promise<T>): Promise<T> => {
      const listener = createServer(react).listen(0, "127.0.0.1");
      await once(listener, "listening");
      try {
        return await work((listener.address() as AddressInfo).port);
      } finally {
        listener.close();
      }
    };
    const to = (port: number) => ask({ host: "127.0.0.1", port }, quorum(), 200);
    // Correlation id, tags, error 0, no topics, tags.
    const answer = Buffer.from([0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1, 0]);

    it("are answered in whatever pieces the network makes", async () => {
      const pieces = [answer.subarray(0, 2), answer.subarray(2, 7), answer.subarray(7)];
      const view = await answering((socket) => {
        for (const [index, piece] of pieces.entries()) setTimeout(() => socket.write(piece), 20 * index);
      }, to);
      assert.deepEqual(view, { leader: -1, lag: new Map(), observers: new Map() });
    });

    it("fail with the node's address: no answer, a closed connection, a short or a refusing answer", async () => {
      await assert.rejects(
        answering(() => undefined, to),
        /DescribeQuorum of 127\.0\.0\.1:\d+: no answer within 200 ms/,
      );
      await assert.rejects(
        answering((socket) => socket.end(), to),
        /closed without an answer/,
      );
      await assert.rejects(
        answering((socket) => socket.write(Buffer.from([0, 0, 0, 5, 0, 0, 0, 0, 0])), to),
        /ends after 9/,
      );
      const refused = Buffer.from(answer);
      refused[10] = 41;
      await assert.rejects(
        answering((socket) => socket.write(refused), to),
        /DescribeQuorum: error 41/,
      );
      await assert.rejects(to(1), /DescribeQuorum of 127\.0\.0\.1:1: .*ECONNREFUSED/);
    });

    it("name all voters to a controller that is to stop, also while none of them says who keeps up", async () => {
      const voters = new Map([100, 101, 102].map((id) => [id, { host: "127.0.0.1", port: 1 }]));
      const node = { id: 100, broker: undefined, controller: { host: "127.0.0.1", port: 1 }, kraft: true, voters };
      const { all, counted, hosts } = await lookOut(node).roster();
      assert.deepEqual(
        [[...all], [...counted], [...hosts.keys()]],
        [
          [101, 102],
          [100, 101, 102],
          [101, 102],
        ],
      );
    });

    it("are not needed to see a port open or closed", async () => {
      assert.equal(
        await answering(
          () => undefined,
          (port) => listens({ host: "127.0.0.1", port }),
        ),
        true,
      );
      assert.equal(await listens({ host: "127.0.0.1", port: 1 }), false);
      assert.equal(await listens({ host: "localhost", port: 1 }), false);
    });

    it("do not take a port for closed that answers nothing: more may have come at once than it can take", async () => {
      await assert.rejects(
        withFullPort((port) => listens({ host: "127.0.0.1", port }, 300)),
        (error) => isNoAnswer(error) && /no answer within 300 ms/.test(String(error)),
      );
    });
  });

  describe("its readiness", () => {
    const node: KafkaNode = {
      id: 0,
      broker: { host: "127.0.0.1", port: 1 },
      controller: { host: "127.0.0.1", port: 2 },
      kraft: true,
      voters: new Map(),
    };
    const quorumOf = (lag: number) => Promise.resolve({ leader: 1, lag: new Map([[0, lag]]), observers: new Map() });
    const brokers = new Map([[0, { host: "127.0.0.1", port: 1 }]]);
    const behind = { topic: "orders", partition: 0, leader: 1, replicas: [0, 1], isr: [1] };
    const whole = { ...lookOut(node), quorum: () => quorumOf(0) };

    it("of a combined node is that of the broker and of the controller", async () => {
      const metadata = { brokers, controller: 0, held: [behind] };
      const all = {
        ...whole,
        metadata: () => Promise.resolve(metadata),
        added: () => Promise.resolve(new Set<string>()),
        quorum: () => quorumOf(9_000),
      };
      assert.deepEqual(await unready(all), [
        "broker 0 is not in the ISR of orders-0",
        "controller 0 is behind the leader, 1, by 9000 ms",
      ]);
      const added = { ...all, added: () => Promise.resolve(new Set(["orders-0"])), quorum: () => quorumOf(0) };
      assert.deepEqual(await unready(added), []);
    });

    it("is looked at each second while it lacks, and told once", async () => {
      let looks = 0;
      const metadata = () => {
        looks += 1;
        return looks < 3
          ? Promise.reject(new Error("ECONNREFUSED"))
          : Promise.resolve({ brokers, controller: 0, held: [] });
      };
      const lines: string[] = [];
      const outlook = { ...whole, metadata };
      const gate = createGate(outlook, { budget: 1_000, log: () => undefined });
      const readiness = watch(outlook, gate, (line) => lines.push(line));
      assert.deepEqual(readiness.reasons, ["not looked at yet"]);
      const start = Date.now();
      while (readiness.reasons.length > 0 && Date.now() < start + 8_000) await sleep(50);
      assert.deepEqual(lines, ["not ready: ECONNREFUSED", "ready"]);
      assert.ok(Date.now() - start >= 450, "two pauses of a quarter of a second");
    });
  });
});
