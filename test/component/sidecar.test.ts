import assert from "node:assert/strict";
import { KafkaSidecar } from "../../components/sidecar.ts";
import { labels } from "../../kafka/labels.ts";
import { identity } from "../support/fixtures.ts";
import { at, expectPlain, world } from "../support/world.ts";

const make = (code = "console.log(1)") =>
  world(
    () =>
      new KafkaSidecar("sidecar", {
        namespace: "kafka",
        labels: labels("kafka", identity),
        name: "kafka-sidecar",
        code,
      }),
  );

describe("KafkaSidecar", () => {
  it("carries the program in a ConfigMap of a fixed name that may change: no new one rolls a pod", async () => {
    const [old, next] = [await make(), await make("console.log(2)")];
    assert.deepEqual(old.inventory(), ["ConfigMap sidecar-program", "KafkaSidecar sidecar"]);
    for (const { one } of [old, next]) {
      assert.equal(at(one("ConfigMap"), "metadata.name"), "kafka-sidecar");
      assert.equal(at(one("ConfigMap"), "immutable"), undefined);
      expectPlain(one("ConfigMap"));
    }
    assert.deepEqual(at(next.one("ConfigMap"), "data"), { "sidecar.mjs": "console.log(2)" });
  });
});
