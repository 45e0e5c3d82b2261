import assert from "node:assert/strict";
import { KafkaAgent } from "../../components/agent.ts";
import { shortDigest } from "../../components/digest.ts";
import { labels } from "../../kafka/labels.ts";
import { identity, resources } from "../support/fixtures.ts";
import { at, expectPlain, world } from "../support/world.ts";

const make = (digest = "0123456789abcdef") =>
  world(
    () =>
      new KafkaAgent("agent", {
        namespace: "kafka",
        labels: labels("kafka-agent", identity),
        code: "console.log(1)",
        digest,
        image: "docker.io/library/node:24.21.0-bookworm-slim",
        resources,
      }),
  );

describe("KafkaAgent", () => {
  it("carries the program in an immutable ConfigMap named by its digest", async () => {
    const { one, inventory, result } = await make();
    assert.deepEqual(inventory(), ["ConfigMap agent-bundle", "KafkaAgent agent", "ServiceAccount agent-account"]);
    const bundle = one("ConfigMap");
    assert.equal(at(bundle, "metadata.name"), "kafka-agent-01234567");
    assert.equal(at(bundle, "immutable"), true);
    assert.deepEqual(at(bundle, "data"), { "agent.mjs": "console.log(1)" });
    assert.equal(result.runtime.configMap, "kafka-agent-01234567");
    expectPlain(bundle);
  });

  it("is another ConfigMap when the program is another", async () => {
    assert.equal(at((await make("ffffffffffff")).one("ConfigMap"), "metadata.name"), "kafka-agent-ffffffff");
  });

  it("runs as an account that knows no API token", async () => {
    assert.equal(at((await make()).one("ServiceAccount"), "automountServiceAccountToken"), false);
  });
});

describe("shortDigest", () => {
  it("depends on content, not on the order of keys", () => {
    assert.equal(shortDigest({ a: 1, b: { c: 2, d: 3 } }), shortDigest({ b: { d: 3, c: 2 }, a: 1 }));
    assert.notEqual(shortDigest({ a: 1 }), shortDigest({ a: 2 }));
    assert.notEqual(shortDigest([1, 2]), shortDigest([2, 1]));
    assert.match(shortDigest({}), /^[0-9a-f]{8}$/);
  });
});
