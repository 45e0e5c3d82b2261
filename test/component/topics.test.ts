import assert from "node:assert/strict";
import { shardTopics } from "../../components/topicShards.ts";
import { KafkaTopics, type KafkaTopicsArgs } from "../../components/topics.ts";
import { labels } from "../../kafka/labels.ts";
import { identity, runtime, topic } from "../support/fixtures.ts";
import { at, type RecordedResource, valueOf, world } from "../support/world.ts";

const BROKERS = "kafka-0.kafka-headless.kafka.svc.cluster.local:9092";
const args = (change: Partial<KafkaTopicsArgs> = {}): KafkaTopicsArgs => ({
  namespace: "kafka",
  labels: labels("kafka-agent", identity),
  name: "kafka-topics-init",
  topics: [topic("user.events", { partitions: 12 }), topic("audit.events")],
  brokerConfig: { "num.io.threads": "16" },
  metadataVersion: "4.3-IV0",
  brokers: BROKERS,
  agent: runtime,
  drift: { schedule: "17 * * * *", action: "repair" },
  ...change,
});
const make = (change?: Partial<KafkaTopicsArgs>) => world(() => new KafkaTopics("topics", args(change)));
const topicFiles = (resources: readonly RecordedResource[]) =>
  resources.filter(({ name }) => name.startsWith("topics-files"));
const jobName = async (change?: Partial<KafkaTopicsArgs>) =>
  String(at((await make(change)).one("Job"), "metadata.name"));

interface Pod {
  readonly restartPolicy: string;
  readonly containers: readonly [
    { command: string[]; env: object[]; resources: object; securityContext: object; terminationMessagePolicy: string },
  ];
  readonly volumes: readonly { name: string; projected?: object; configMap?: object }[];
}
const podOf = (resource: RecordedResource, path = "spec.template.spec") => at(resource, path) as Pod;
const driftPod = (resource: RecordedResource) => podOf(resource, "spec.jobTemplate.spec.template.spec");

describe("KafkaTopics", () => {
  it("R-TOP-05 creates topics by a one-shot Job that knows the brokers from KAFKA_BROKERS", async () => {
    const { inventory, one, result } = await make();
    assert.deepEqual(inventory(), [
      "ConfigMap topics-broker-config",
      "ConfigMap topics-files",
      "CronJob topics-drift",
      "Job topics-reconcile",
      "KafkaTopics topics",
    ]);
    const job = one("Job");
    assert.match(String(at(job, "metadata.name")), /^kafka-topics-init-[0-9a-f]{8}$/);
    const [container] = podOf(job).containers;
    assert.deepEqual(container.command, [
      "node",
      "/opt/agent/agent.mjs",
      "reconcile",
      "--topics",
      "/etc/kafka-platform/topics",
      "--broker-config",
      "/etc/kafka-platform/brokers/broker-config.json",
      "--brokers",
      "$(KAFKA_BROKERS)",
      "--metadata-version",
      "4.3-IV0",
    ]);
    assert.deepEqual(container.env, [{ name: "KAFKA_BROKERS", value: BROKERS }]);
    assert.equal(await valueOf(result.job, "job"), at(job, "metadata.name"));
  });

  it("R-TOP-08 keeps one key a topic, so that a review shows which one changes", async () => {
    const { one } = await make();
    const data = at(one("ConfigMap", "topics-files"), "data") as Record<string, string>;
    assert.deepEqual(Object.keys(data), ["audit.events", "user.events"]);
    assert.equal(data["user.events"], "partitions=12\nreplication.factor=1\nretention.ms=604800000\n");
    assert.deepEqual(podOf(one("Job")).volumes.find(({ name }) => name === "inputs-0")?.projected, {
      sources: [{ configMap: { name: "kafka-topics-init" } }],
    });
  });

  it("R-TOP-06 runs again when a topic changes, and only then", async () => {
    const before = await jobName();
    assert.equal(await jobName(), before);
    assert.equal(await jobName({ topics: [...args().topics].reverse() }), before, "order is no change");
    assert.notEqual(
      await jobName({ topics: [topic("user.events", { partitions: 24 }), topic("audit.events")] }),
      before,
    );
    assert.notEqual(await jobName({ brokerConfig: { "num.io.threads": "24" } }), before);
    assert.notEqual(await jobName({ agent: { ...runtime, configMap: "kafka-agent-ffffffff" } }), before);
  });

  it("never expires or repeats a Job, and replaces a failed one at the next run", async () => {
    const job = (await make()).one("Job");
    assert.equal(at(job, "spec.ttlSecondsAfterFinished"), undefined);
    assert.equal(at(job, "spec.backoffLimit"), 0, "the agent retries by itself");
    assert.deepEqual(at(job, "spec.podFailurePolicy.rules"), [
      { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
    ]);
    assert.equal(at(job, "metadata.annotations[pulumi.com/replaceUnready]"), "true");
    const pod = podOf(job);
    assert.equal(pod.restartPolicy, "Never");
    assert.equal(pod.containers[0].terminationMessagePolicy, "FallbackToLogsOnError");
  });

  it("waits for longer than the Job itself may take", async () => {
    const job = (await make()).one("Job");
    const deadline = Number(at(job, "spec.activeDeadlineSeconds"));
    assert.ok(Number.parseInt(job.options.customTimeouts.create, 10) > deadline);
    assert.match(job.options.dependsOn.join(), /topics-files/);
  });

  it("R-NS-05 R-NS-09 runs hardened pods with requests and limits, and no mesh sidecar", async () => {
    const { one } = await make();
    for (const [resource, path] of [
      [one("Job"), "spec.template"],
      [one("CronJob"), "spec.jobTemplate.spec.template"],
    ] as const) {
      const [container] = podOf(resource, `${path}.spec`).containers;
      assert.deepEqual(container.resources, runtime.resources);
      assert.deepEqual(container.securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      assert.equal(at(resource, `${path}.metadata.labels[sidecar.istio.io/inject]`), "false");
      assert.equal(at(resource, `${path}.metadata.labels.app`), "kafka-agent");
    }
  });

  it("repairs drift, or only reports it, or does not look, as the stack says", async () => {
    const repair = (await make()).one("CronJob");
    assert.equal(at(repair, "spec.schedule"), "17 * * * *");
    assert.equal(at(repair, "spec.concurrencyPolicy"), "Forbid");
    assert.ok(!driftPod(repair).containers[0].command.includes("--check"));
    const report = (await make({ drift: { schedule: "17 * * * *", action: "report" } })).one("CronJob");
    assert.ok(driftPod(report).containers[0].command.includes("--check"));
    assert.deepEqual((await make({ drift: { schedule: null, action: "repair" } })).all("CronJob"), []);
  });

  it("brings the configuration that brokers take while they run, a line a key", async () => {
    const { one } = await make({ brokerConfig: { "num.io.threads": "16", "compression.type": "lz4" } });
    const config = one("ConfigMap", "topics-broker-config");
    const text = String(at(config, "data[broker-config.json]"));
    assert.equal(text, '{\n  "compression.type": "lz4",\n  "num.io.threads": "16"\n}\n');
    assert.deepEqual(podOf(one("Job")).volumes.find(({ name }) => name === "inputs-1")?.projected, {
      sources: [{ configMap: { name: at(config, "metadata.name") } }],
    });
    assert.match(one("Job").options.dependsOn.join(), /topics-broker-config/);
  });

  it("finalises a metadata version on KRaft alone", async () => {
    const without = podOf((await make({ metadataVersion: null })).one("Job")).containers[0].command;
    assert.ok(!without.includes("--metadata-version"));
  });

  it("has no object whose removal would delete a topic", async () => {
    const files = (await make({ topics: [topic("audit.events")] })).one("ConfigMap", "topics-files");
    assert.deepEqual(Object.keys(at(files, "data") as object), ["audit.events"]);
    assert.ok(!String(at(files, "data[audit.events]")).includes("absent"));
  });

  describe("shards", () => {
    const files = (count: number) => Array.from({ length: count }, (_, n) => [`topic-${n}`, "x".repeat(300)] as const);

    it("hold every topic exactly once, each shard below the limit of a ConfigMap", () => {
      const shards = shardTopics(files(10_000));
      assert.ok(shards.length > 1);
      assert.equal(shards.flatMap((shard) => Object.keys(shard)).length, 10_000);
      for (const shard of shards) assert.ok(JSON.stringify(shard).length < 2 ** 20);
    });

    it("do not move a topic when another one joins", () => {
      const before = shardTopics(files(9000));
      const after = shardTopics(files(9001));
      assert.equal(before.length, after.length);
      for (const [index, shard] of before.entries()) {
        for (const name of Object.keys(shard)) assert.ok(name in (after[index] ?? {}), name);
      }
    });

    it("all reach the Job's folder", async () => {
      const many = Array.from({ length: 9000 }, (_, n) => topic(`topic-${n}`, { config: { "x.y": "z".repeat(200) } }));
      const { all, one } = await make({ topics: many });
      const names = topicFiles(all("ConfigMap")).map((map) => at(map, "metadata.name"));
      assert.ok(names.length > 1);
      const sources = podOf(one("Job")).volumes.find(({ name }) => name === "inputs-0")?.projected as {
        sources: { configMap: { name: string } }[];
      };
      assert.deepEqual(sources.sources.map(({ configMap }) => configMap.name).sort(), [...names].sort());
    });
  });
});
