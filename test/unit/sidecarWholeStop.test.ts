import assert from "node:assert/strict";
import type { PeerState } from "../../agent/sidecar/rules.ts";
import { look, type Roster, type Sights, wholeStop } from "../../agent/sidecar/wholeStop.ts";
import { peer, peers } from "../support/peers.ts";

/** One look of node 0: who answers, which others the cluster counts on (default all), and the second of the look. */
interface Look {
  readonly answers: readonly PeerState[];
  readonly counted?: readonly number[];
  readonly at?: number;
}

const ALL = [1, 2];
const stops = (id: number, seen: number[] = []) => peer(id, { stopping: true, seen });

/** Whether node 0 takes it for a whole stop after the last look. */
function judged(...looks: readonly Look[]): boolean {
  let sights: Sights = new Map();
  let whole = false;
  for (const [index, { answers, counted = ALL, at = index }] of looks.entries()) {
    const roster: Roster = { hosts: new Map(), counted: new Set(counted), all: new Set(ALL) };
    const heard = peers(...answers);
    sights = look(sights, roster, heard, at * 1000);
    whole = wholeStop(sights, heard, at * 1000);
  }
  return whole;
}

describe("a whole stop", () => {
  it("is one where all the others stop", () => {
    assert.equal(judged({ answers: [stops(1), stops(2)] }), true);
    assert.equal(judged({ answers: [stops(1), peer(2)] }), false);
  });

  it("R-BRK-28 is none while a peer is silent that was never seen to stop: its server may be all that there is", () => {
    assert.equal(judged({ answers: [stops(2)] }), false);
    assert.equal(judged({ answers: [] }), false);
    assert.equal(judged({ answers: [stops(2)], at: 0 }, { answers: [stops(2)], at: 1_000 }), false);
  });

  it("is one also with peers that have stopped and are silent by now", () => {
    assert.equal(judged({ answers: [stops(1), peer(2)] }, { answers: [stops(2)] }), true);
    assert.equal(judged({ answers: [stops(1), peer(2)] }, { answers: [stops(2)], counted: [2] }), true);
    assert.equal(judged({ answers: [stops(1), stops(2)] }, { answers: [] }), true);
  });

  it("is one also with peers that had gone before the first look, and that another one saw stopping", () => {
    assert.equal(judged({ answers: [stops(2, [1])] }), true);
    assert.equal(judged({ answers: [stops(2, [1]), peer(1)] }), false, "it is there again");
    assert.equal(judged({ answers: [peer(2, { seen: [1] })] }), false, "who told it goes on");
    assert.equal(judged({ answers: [stops(2, [1])] }, { answers: [stops(2)] }), false, "not told any more");
  });

  it("R-BRK-28 is none with a peer that is there again, whether it says so or not", () => {
    const seen = { answers: [stops(1), peer(2)] };
    assert.equal(judged(seen, { answers: [peer(1), stops(2)] }), false);
    assert.equal(judged(seen, { answers: [peer(1), stops(2)] }, { answers: [stops(2)] }), false);
    const gone = { answers: [peer(2)], counted: [2] };
    assert.equal(judged(seen, gone, { answers: [stops(2)] }), false);
    assert.equal(judged(seen, gone, { answers: [stops(2, [1])] }), false, "another one has not noticed yet");
    assert.equal(judged(seen, gone, { answers: [stops(1), stops(2)] }), true, "it stops once more");
  });

  it("R-BRK-28 waits for a peer that restarts: one that is gone is left out after a minute", () => {
    const gone = { answers: [stops(2)], counted: [2] };
    assert.equal(judged({ ...gone, at: 0 }, { ...gone, at: 59 }), false);
    assert.equal(judged({ ...gone, at: 0 }, { ...gone, at: 60 }), true);
    assert.equal(judged({ ...gone, at: 0 }, { answers: [peer(1), stops(2)], at: 30 }, { ...gone, at: 60 }), false);
    assert.equal(
      judged({ answers: [], counted: [], at: 0 }, { answers: [], counted: [], at: 90 }),
      false,
      "none stops",
    );
  });
});
