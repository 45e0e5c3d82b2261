import assert from "node:assert/strict";
import { ahead } from "../../agent/sidecar/bakery.ts";
import type { Metadata, Quorum, Replica } from "../../agent/sidecar/requests.ts";
import {
  brokerHeld,
  brokerUnready,
  controllerHeld,
  controllerUnready,
  inQuestion,
  standing,
} from "../../agent/sidecar/rules.ts";
import { peer, peers } from "../support/peers.ts";

const replica = (isr: number[], change: Partial<Replica> = {}): Replica => ({
  topic: "orders",
  partition: 0,
  leader: isr[0] ?? -1,
  replicas: [0, 1, 2],
  isr,
  ...change,
});
const metadata = (held: Replica[], brokers = [0, 1, 2]): Metadata => ({
  brokers: new Map(brokers.map((id) => [id, { host: `kafka-${id}`, port: 9091 }])),
  controller: 0,
  held,
});
const quorum = (lag: Record<number, number>): Quorum => ({
  leader: 100,
  lag: new Map(Object.entries(lag).map(([id, ms]) => [Number(id), ms])),
  observers: new Map(),
});

describe("sidecar rules", () => {
  describe("a broker is ready", () => {
    const none = new Set<string>();
    it("R-BRK-28 when it is in the ISR of every partition assigned to it", () => {
      assert.deepEqual(brokerUnready(0, metadata([replica([1, 0]), replica([0], { partition: 1 })]), none), []);
      assert.deepEqual(brokerUnready(0, metadata([replica([1, 2])]), none), ["broker 0 is not in the ISR of orders-0"]);
      const many = [0, 1, 2, 3].map((partition) => replica([1], { partition }));
      assert.deepEqual(brokerUnready(0, metadata(many), none), [
        "broker 0 is not in the ISR of 4 partitions: orders-0, orders-1, orders-2, …",
      ]);
    });

    it("not before it is registered, or while it is fenced", () => {
      assert.deepEqual(brokerUnready(0, metadata([], [1, 2]), none), ["broker 0 is not registered, or fenced"]);
    });

    it("whatever replicas it is only being given", () => {
      assert.deepEqual(brokerUnready(0, metadata([replica([1, 2])]), new Set(["orders-0"])), []);
    });

    it("whatever is wrong with its peers: out of sync with it, or gone with the only leader", () => {
      assert.deepEqual(brokerUnready(0, metadata([replica([0])], [0]), none), []);
      assert.deepEqual(brokerUnready(0, metadata([replica([2], { leader: -1 })], [0, 1]), none), []);
    });
  });

  describe("a controller is ready", () => {
    it("when it has caught up with the leader, and not without a leader", () => {
      assert.deepEqual(controllerUnready(101, quorum({ 100: 0, 101: 400 })), []);
      assert.deepEqual(controllerUnready(101, quorum({ 100: 0, 101: 9_000 })), [
        "controller 101 is behind the leader, 100, by 9000 ms",
      ]);
      assert.match(controllerUnready(101, quorum({ 100: 0, 101: Infinity })).join(), /by all of its log/);
      assert.deepEqual(controllerUnready(102, quorum({ 100: 0 })), ["controller 102 is not a voter"]);
      assert.deepEqual(controllerUnready(101, undefined), ["the metadata quorum has no leader that answers"]);
    });
  });

  describe("a broker may stop", () => {
    const up = new Set([1, 2]);
    const two = new Map([["orders", 2]]);
    it("when every partition that it is in sync with keeps its minISR", () => {
      assert.deepEqual(brokerHeld(0, up, [replica([0, 1, 2])], two), []);
      assert.deepEqual(brokerHeld(0, up, [replica([0, 1])], two), [
        "the stop takes orders-0 below min.insync.replicas",
      ]);
      assert.deepEqual(brokerHeld(0, up, [replica([1, 2])], two), [], "it is not in sync itself");
    });

    it("not on the strength of peers that are down, or on their way", () => {
      assert.equal(brokerHeld(0, new Set([1]), [replica([0, 1, 2])], two).length, 1);
      const states = peers(peer(1), peer(2, { passed: true, stopping: true }), peer(3, { serving: false }));
      assert.deepEqual([...standing(states)], [1]);
    });

    it("when no order of stops would help: there are no more replicas than minISR", () => {
      assert.deepEqual(brokerHeld(0, up, [replica([0], { replicas: [0] })], new Map()), []);
      assert.deepEqual(brokerHeld(0, up, [replica([0, 1], { replicas: [0, 1] })], two), []);
    });

    it("without asking for configs where all replicas are in sync", () => {
      const rest = replica([0, 1], { topic: "short" });
      assert.deepEqual(inQuestion(0, up, [replica([0, 1, 2]), rest]), ["short"]);
      assert.deepEqual(inQuestion(0, new Set([1]), [replica([0, 1, 2])]), ["orders"]);
    });
  });

  describe("a controller may stop", () => {
    it("when the others that have caught up are a majority of all", () => {
      const all = new Set([101, 102]);
      assert.deepEqual(controllerHeld(100, all, quorum({ 100: 0, 101: 0, 102: 0 })), []);
      assert.deepEqual(controllerHeld(100, all, quorum({ 100: 0, 101: 0, 102: 60_000 })), [
        "1 of 3 voters would be left that have caught up, 2 are needed",
      ]);
      assert.equal(controllerHeld(100, new Set([101]), quorum({ 100: 0, 101: 0, 102: 0 })).length, 1);
      assert.equal(controllerHeld(100, all, undefined).length, 1);
    });

    it("when it can never be spared, and when it is no voter", () => {
      assert.deepEqual(controllerHeld(100, new Set(), quorum({ 100: 0 })), []);
      assert.deepEqual(controllerHeld(100, new Set(), quorum({ 100: 0, 101: 0 })), []);
      assert.deepEqual(controllerHeld(103, new Set(), quorum({ 100: 0, 101: 0, 102: 0 })), []);
    });
  });

  describe("turns", () => {
    it("are taken by number, then by id, and not before all that choose have chosen", () => {
      const ticket = { choosing: false, number: 4 };
      const others = [peer(0, { number: 5 }), peer(2, { number: 4 }), peer(3), peer(4, { passed: true })];
      assert.deepEqual(ahead(1, ticket, peers(...others)), []);
      assert.deepEqual(ahead(3, ticket, peers(peer(2, { number: 4 }), peer(5, { number: 3 }))), [2, 5]);
      assert.deepEqual(ahead(1, ticket, peers(peer(7, { choosing: true }))), [7]);
    });
  });
});
