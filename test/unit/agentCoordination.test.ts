/** Whether brokers are where a phase may begin, by what each of them says of itself. */
import assert from "node:assert/strict";
import { wrongStart } from "../../agent/preflight/coordination.ts";
import type { Phase } from "../../kafka/coordination.ts";
import { fakeBrokers } from "../support/fakeBrokers.ts";

const CASES: readonly (readonly [phase: Phase, places: string, refused: RegExp | null])[] = [
  ["zookeeper", "zookeeper zookeeper zookeeper", null],
  ["zookeeper", "migrating migrating migrating", /go on with coordination\.phase=dual-write/],
  ["controllers", "zookeeper migrating migrating", null],
  ["controllers", "migrating migrating migrating", /0 \(migrating\), 1 \(migrating\).*no controller/],
  ["controllers", "kraft zookeeper zookeeper", /0 \(kraft\)/],
  ["dual-write", "kraft migrating zookeeper", null],
  ["brokers-kraft", "migrating migrating kraft", null],
  ["brokers-kraft", "migrating zookeeper migrating", /finish it with coordination\.phase=rollback/],
  ["kraft", "kraft kraft kraft", null],
  ["kraft", "kraft migrating kraft", /finish coordination\.phase=brokers-kraft first/],
  ["rollback", "migrating zookeeper migrating", null],
  ["rollback", "migrating kraft migrating", /1 \(kraft\).*coordination\.phase=dual-write first/],
];

describe("where a phase on the way to KRaft may begin, whatever was applied last", () => {
  for (const [phase, places, refused] of CASES) {
    it(`R-CRD-31 ${phase} with brokers ${places}: ${refused ? "refused" : "may begin"}`, async () => {
      const fake = fakeBrokers(3, {});
      places.split(" ").forEach((place, id) => {
        if (place !== "kraft") fake.onZooKeeper.set(id, { migrating: place === "migrating" });
      });
      const why = await wrongStart(fake.cluster, phase);
      if (refused) assert.match(why ?? "", refused);
      else assert.equal(why, undefined);
    });
  }

  it("asks nobody where there is no ZooKeeper", async () => {
    const fake = fakeBrokers(3, {});
    assert.equal(await wrongStart(fake.cluster, null), undefined);
    assert.deepEqual(fake.calls, []);
  });
});
