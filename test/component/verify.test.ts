import assert from "node:assert/strict";
import { KafkaVerify, type KafkaVerifyArgs } from "../../components/verify.ts";
import { labels } from "../../kafka/labels.ts";
import { parseVerifySpec } from "../../kafka/verifySpec.ts";
import { identity, runtime } from "../support/fixtures.ts";
import { at, world } from "../support/world.ts";

const make = (change: Partial<KafkaVerifyArgs> = {}) =>
  world(
    () =>
      new KafkaVerify("verify", {
        namespace: "kafka",
        labels: labels("kafka-agent", identity),
        name: "kafka-verify",
        spec: {
          mode: "kraft",
          brokers: 1,
          controllers: [0],
          services: [{ name: "kafka", host: "kafka.kafka.svc.cluster.local", port: 9092 }],
          criticalTopics: [],
          roundTripTopic: "_verify",
        },
        topicFiles: ["kafka-topics-init"],
        subject: { replicas: 1 },
        brokers: "kafka-0:9092",
        agent: runtime,
        ...change,
      }),
  );
const jobName = async (change?: Partial<KafkaVerifyArgs>) => at((await make(change)).one("Job"), "metadata.name");

describe("KafkaVerify", () => {
  it("runs the agent's verify over the spec and the declared topics", async () => {
    const { inventory, one } = await make();
    assert.deepEqual(inventory(), ["ConfigMap verify-spec", "Job verify-check", "KafkaVerify verify"]);
    const [container] = at(one("Job"), "spec.template.spec.containers") as [{ command: string[] }];
    assert.deepEqual(container.command.slice(2), [
      "verify",
      "--spec",
      "/etc/kafka-platform/verify/spec.json",
      "--topics",
      "/etc/kafka-platform/topics",
      "--round-trip",
      "_verify",
    ]);
    const spec = parseVerifySpec("spec.json", String(at(one("ConfigMap"), "data[spec.json]")));
    assert.deepEqual(spec.controllers, [0]);
  });

  it("runs again when what it proves has changed, and only then", async () => {
    const before = await jobName();
    assert.match(String(before), /^kafka-verify-[0-9a-f]{8}$/);
    assert.equal(await jobName(), before);
    assert.notEqual(await jobName({ subject: { replicas: 3 } }), before);
    assert.notEqual(await jobName({ brokers: "kafka-0:9092,kafka-1:9092" }), before);
  });
});
