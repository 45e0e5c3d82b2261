import assert from "node:assert/strict";
import { type Authority, nextStates, ROTATIONS, type Rotation, signing, trusted } from "../../kafka/authority.ts";

const at = (generation: number, rotation: Rotation): Authority => ({ generation, rotation });
const STATES = [1, 2, 3].flatMap((generation) => ROTATIONS.map((rotation) => at(generation, rotation)));
const REAL = STATES.filter(({ generation, rotation }) => generation > 1 || rotation === "done");

describe("authorities that take over from each other", () => {
  it("R-TLS-03 no step meets a certificate that somebody does not trust, before, during and after it", () => {
    for (const before of REAL) {
      for (const after of nextStates(before)) {
        const text = `${JSON.stringify(before)} to ${JSON.stringify(after)}`;
        for (const state of [before, after]) {
          assert.ok(trusted(before).includes(signing(state)), text);
          assert.ok(trusted(after).includes(signing(state)), text);
        }
      }
    }
  });

  it("leads from each authority to the next one, and back for as long as the one before is trusted", () => {
    assert.deepEqual(nextStates(at(1, "done")), [at(2, "trust")]);
    assert.deepEqual(nextStates(at(2, "trust")), [at(2, "sign"), at(1, "done")]);
    assert.deepEqual(nextStates(at(2, "sign")), [at(2, "done"), at(2, "trust")]);
    assert.deepEqual(nextStates(at(2, "done")), [at(3, "trust")]);
  });
});
