/** SelfMonitor's development case on real pods: one broker that is voter too, its topics, and what happens to them. */
import assert from "node:assert/strict";
import { ResourceFailedError } from "../../deploy/index.ts";
import { assertUnharmed } from "../support/judge.ts";
import {
  brokerSettings,
  setTopicConfig,
  topicFacts,
  topicNames,
  untilInSync,
  withAdmin,
} from "../support/kafkaFacts.ts";
import { scriptPod, until } from "../support/kube.ts";
import { startLoad } from "../support/load.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
import { itRunsRecipes, RECIPES } from "../support/recipeCases.ts";
import { selfMonitorTopics, TOPICS } from "../support/selfMonitor.ts";
import { readTopic } from "../support/topicReader.ts";
import { resumeAfterCommit, runTransactions } from "../support/transactions.ts";

const IMAGE = "docker.io/apache/kafka:4.3.1";
const BASE = { topics: { drift: { schedule: "23 3 * * *" } } };
/** One topic changes its configs, one grows, one is new. */
const EDIT = {
  topics: {
    items: {
      "user.events": { compression: "lz4", retention: "3d" },
      "system.events": { partitions: 6 },
      "order.created": { partitions: 3, retention: "7d" },
    },
  },
} as const;

describe("one broker: SelfMonitor's development case", function () {
  this.timeout(600_000);
  let platform: PlatformUnderTest;

  before(async () => {
    platform = await PlatformUnderTest.open("one", BASE);
    await platform.up();
  });
  after(() => platform.close());

  it("R-ENV-03 R-BRK-01 R-LOC-02 R-VAL-29 the broker's pod is Ready, the only one of its kind", async () => {
    const [pod] = await platform.pods.untilReady("kafka", 1);
    assert.equal(pod?.metadata?.name, "kafka-0");
    assert.deepEqual(await platform.pods.list("kafka-controller"), []);
  });

  it("R-VAL-01 R-VAL-14 the namespace is there and every claim in it is bound", async () => {
    const { core } = platform.pods;
    const namespace = await core.readNamespace({ name: platform.stack.namespace });
    assert.equal(namespace.status?.phase, "Active");
    const { items } = await core.listNamespacedPersistentVolumeClaim({ namespace: platform.stack.namespace });
    const claims = items.map(({ metadata, status }) => `${metadata?.name ?? ""} ${status?.phase ?? ""}`);
    assert.deepEqual(claims, ["data-kafka-0 Bound"]);
  });

  it("R-TOP-03 R-TOP-05 the 11 topics exist with exactly their configs, and no other", async () => {
    assert.deepEqual(await topicNames(platform.client), TOPICS.toSorted());
    assert.deepEqual(await topicFacts(platform.client, TOPICS), selfMonitorTopics(1));
  });

  it("R-BRK-11 R-BRK-12 R-BRK-15 R-BRK-29 the running broker has the settings, capped by the one broker that there is", async () => {
    const wanted = {
      "auto.create.topics.enable": "false",
      "unclean.leader.election.enable": "false",
      "auto.leader.rebalance.enable": "true",
      "compression.type": "snappy",
      "default.replication.factor": "1",
      "min.insync.replicas": "1",
      "offsets.topic.replication.factor": "1",
      "transaction.state.log.replication.factor": "1",
      "transaction.state.log.min.isr": "1",
    };
    assert.deepEqual(await brokerSettings(platform.client, 0, Object.keys(wanted)), wanted);
  });

  it("R-VAL-02 R-VAL-03 R-VAL-06 R-VAL-07 R-VAL-15 the verification Job that the up ran is green, every check that applies with its line", async () => {
    const { succeeded, log } = await platform.pods.jobLog("kafka-verify");
    assert.ok(succeeded, log);
    for (const id of ["R-VAL-02", "R-VAL-03", "R-VAL-06", "R-VAL-07", "R-VAL-08", "R-VAL-12", "R-VAL-13", "R-VAL-15"]) {
      assert.match(log, new RegExp(`^ok +${id} `, "m"));
    }
    assert.match(log, /^verify: \d+ ok, 0 failed/m);
  });

  it("R-VAL-25 R-LIB-03 transactions: what is committed is read, what is aborted is not, offsets are committed by hand", async () => {
    // Twice, so that a partition holds two records to resume between.
    for (let round = 1; round <= 2; round += 1) {
      const { committed, written } = await runTransactions(platform.client, "transaction.events");
      assert.deepEqual(committed, ["committed 0", "committed 1", "committed 2"]);
      assert.equal(written.length, 6, "the aborted records must have been written, or this proves nothing");
    }
    const { first, second } = await resumeAfterCommit(platform.client, "transaction.events", "by-hand");
    assert.ok(second > first, `committed up to ${first}, but ${second} came next`);
  });

  it("R-VAL-32 R-LSN-10 the shell tools work inside the broker's pod against localhost:9092", async () => {
    const tool = (line: string) => platform.pods.exec("kafka-0", ["/bin/bash", "-c", `cd /opt/kafka/bin && ${line}`]);
    const at = "--bootstrap-server localhost:9092";
    const described = await tool(`./kafka-topics.sh ${at} --describe --topic user.events`);
    assert.deepEqual([described.code, /PartitionCount: ?12/.test(described.output)], [0, true], described.output);
    const produced = await tool(`echo from-the-pod | ./kafka-console-producer.sh ${at} --topic document.events`);
    assert.equal(produced.code, 0, produced.output);
    const read = ["--from-beginning", "--max-messages 1", "--timeout-ms 30000", "--isolation-level read_committed"];
    const consumed = await tool(`./kafka-console-consumer.sh ${at} --topic document.events ${read.join(" ")}`);
    assert.match(consumed.output, /^from-the-pod$/m);
    const groups = await tool(`./kafka-consumer-groups.sh ${at} --list`);
    assert.equal(groups.code, 0, groups.output);
  });

  itRunsRecipes(() => platform, RECIPES.oneBroker);

  it("R-LSN-06 R-LSN-11 R-VAL-33 throw-away clients in the namespace connect to kafka-0.kafka-headless:9092", async () => {
    const script = "/opt/kafka/bin/kafka-topics.sh --bootstrap-server kafka-0.kafka-headless:9092 --list";
    const { succeeded, log } = await platform.runPod("short-name", scriptPod(IMAGE, script));
    assert.ok(succeeded, log);
    assert.match(log, /^user\.events$/m);
  });

  it("R-LIB-06 an application in another namespace connects with what was published there", async () => {
    const script =
      'echo "$KAFKA_TOPICS"; /opt/kafka/bin/kafka-topics.sh --bootstrap-server "$KAFKA_BROKERS" --command-config /etc/kafka-client/client.properties --describe --topic "$KAFKA_TOPIC_USER_EVENTS"';
    const pod = scriptPod(IMAGE, script, { environment: "kafka-client", files: "kafka-client" });
    const { succeeded, log } = await platform.runPod("application", pod, platform.clientNamespace);
    assert.ok(succeeded, log);
    assert.match(log, new RegExp(`^${TOPICS.toSorted().join(",")}$`, "m"));
    assert.match(log, /Topic: ?user\.events.*PartitionCount: ?12/);
  });

  it("R-BRK-27 a broker whose process is killed under load comes back by itself with everything it acknowledged", async () => {
    const load = await startLoad({ ...platform.client, topic: "user.events" });
    await load.more(300);
    const before = (await platform.pods.get("kafka-0")).status?.containerStatuses?.[0]?.restartCount ?? 0;
    await platform.pods.killProcess("kafka-0");
    await until("the container is started again", 60, async () => {
      const [container] = (await platform.pods.get("kafka-0")).status?.containerStatuses ?? [];
      return (container?.restartCount ?? 0) > before;
    });
    await load.more(300, 120);
    assertUnharmed(await load.stop(), 600, "kill -9 of the only broker");
  });

  it("R-BRK-27 a broker pod that is lost under load is made again on its volume, with everything it acknowledged", async () => {
    const load = await startLoad({ ...platform.client, topic: "fraud.alerts" });
    await load.more(300);
    const before = (await platform.pods.get("kafka-0")).metadata?.uid;
    await platform.pods.kill("kafka-0");
    await load.more(300, 120);
    assertUnharmed(await load.stop(), 600, "the only broker's pod lost");
    const [after] = await platform.pods.untilReady("kafka", 1);
    assert.notEqual(after?.metadata?.uid, before);
  });

  it("drift is repaired by the CronJob's own run; a topic that nobody declared is left alone and listed", async () => {
    const { client } = platform;
    await setTopicConfig(client, "fraud.alerts", "retention.ms", "1000000");
    await withAdmin(client, (admin) => admin.createTopics({ topics: ["somebody.elses"], partitions: 2, replicas: 1 }));
    const { succeeded, log } = await platform.runPod(
      "drift",
      await platform.pods.podOfCronJob("kafka-topics-init-drift"),
    );
    assert.ok(succeeded, log);
    assert.match(log, /~ alter fraud\.alerts {2}retention\.ms 1000000 → 7776000000/);
    assert.match(log, /unmanaged, left alone: .*somebody\.elses/);
    const facts = await topicFacts(client, ["fraud.alerts", "somebody.elses"]);
    assert.equal(facts["fraud.alerts"]?.config["retention.ms"], "7776000000");
    assert.equal(facts["somebody.elses"]?.partitions, 2);
  });

  describe("after an edit of three topics and a second up", () => {
    before(() => platform.up(EDIT));

    it("R-TOP-06 R-TOP-10 changed configs are on the broker", async () => {
      const { config } = (await topicFacts(platform.client, ["user.events"]))["user.events"] ?? {};
      assert.deepEqual([config?.["compression.type"], config?.["retention.ms"]], ["lz4", "259200000"]);
    });

    it("R-TOP-09 the grown topic has its partitions", async () => {
      assert.equal((await topicFacts(platform.client, ["system.events"]))["system.events"]?.partitions, 6);
      await untilInSync(platform.client, ["system.events"]);
    });

    it("R-TOP-08 a topic that is only an entry in the stack file exists", async () => {
      const found = (await topicFacts(platform.client, ["order.created"]))["order.created"];
      assert.deepEqual([found?.partitions, found?.config["retention.ms"]], [3, "604800000"]);
    });

    it("R-TOP-09 fewer partitions fail the up, and the broker keeps them", async () => {
      const items = { ...EDIT.topics.items, "system.events": { partitions: 4 } };
      const until = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
      const allowUnsafe = [{ rule: "partitions-decreased", reason: "the agent is to refuse it too", until }];
      await assert.rejects(platform.up({ topics: { items }, allowUnsafe }), (error) => {
        assert.ok(error instanceof ResourceFailedError, String(error));
        assert.match(error.message, /refuse system\.events {2}partitions 6 → 4/);
        return true;
      });
      assert.equal((await topicFacts(platform.client, ["system.events"]))["system.events"]?.partitions, 6);
    });

    it("R-TOP-05 a topic that the broker does not take fails the up with the broker's own words, and nothing of it is done", async () => {
      const items = {
        ...EDIT.topics.items,
        "audit.events": { retention: "30d" },
        "order.paid": { partitions: 3, config: { "segment.bytes": "1" } },
      };
      await assert.rejects(platform.up({ topics: { items } }), (error) => {
        assert.ok(error instanceof ResourceFailedError, String(error));
        assert.match(error.message, /order\.paid {2}INVALID_CONFIG: .*segment\.bytes/);
        return true;
      });
      assert.ok(!(await topicNames(platform.client)).includes("order.paid"));
      const { config } = (await topicFacts(platform.client, ["audit.events"]))["audit.events"] ?? {};
      assert.equal(config?.["retention.ms"], "31536000000");
    });

    it("R-TOP-11 a topic that leaves the stack file stays, and its records with it", async () => {
      const load = await startLoad({ ...platform.client, topic: "order.created" });
      await load.more(30);
      const { readBack } = await load.stop();
      await platform.up({ topics: { items: { ...EDIT.topics.items, "order.created": undefined } } });
      assert.ok((await topicNames(platform.client)).includes("order.created"));
      assert.equal((await readTopic(platform.client, "order.created")).length, readBack);
    });
  });
});
