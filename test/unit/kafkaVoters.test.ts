import assert from "node:assert/strict";
import { PHASES } from "../../kafka/coordination.ts";
import { votingPods } from "../../kafka/quorum.ts";
import { DEDICATED, INPUT } from "./kafkaInput.ts";

const THREE = (name: string) => [0, 1, 2].map((ordinal) => `${name}-${ordinal}`);

describe("pods that vote", () => {
  it("are combined nodes or dedicated controllers on KRaft", () => {
    assert.deepEqual(votingPods(INPUT), THREE("kafka"));
    assert.deepEqual(votingPods(DEDICATED), THREE("kafka-controller"));
  });

  it("are members of the ensemble, and controllers as soon as they keep something", () => {
    const at = (phase: (typeof PHASES)[number]) =>
      votingPods({ ...DEDICATED, coordination: { mode: "zookeeper", phase } });
    const both = [...THREE("zookeeper"), ...THREE("kafka-controller")];
    const keeping: readonly string[] = ["dual-write", "brokers-kraft", "kraft"];
    for (const phase of PHASES) assert.deepEqual(at(phase), keeping.includes(phase) ? both : THREE("zookeeper"), phase);
  });
});
