/** SelfMonitor's staging case on ZooKeeper, as the system has it: three members, three brokers, and what they survive. */
import assert from "node:assert/strict";
import { assertUnharmed } from "../support/judge.ts";
import { topicFacts, untilInSync, withAdmin } from "../support/kafkaFacts.ts";
import { until } from "../support/kube.ts";
import { startLoad } from "../support/load.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
import { STAGING_ON_ZOOKEEPER, selfMonitorTopics, TOPICS } from "../support/selfMonitor.ts";
import { runTransactions } from "../support/transactions.ts";
import { ask, leader } from "../support/zookeeperFacts.ts";

describe("three brokers on ZooKeeper: SelfMonitor's staging case", function () {
  this.timeout(900_000);
  let platform: PlatformUnderTest;

  before(async () => {
    platform = await PlatformUnderTest.open("zookeeper", STAGING_ON_ZOOKEEPER);
    await platform.up();
  });
  after(() => platform.close());

  it("R-CRD-01 R-CRD-04 three members and three brokers are Ready, without a KRaft controller", async () => {
    const names = async (app: string, count: number) =>
      (await platform.pods.untilReady(app, count)).map(({ metadata }) => metadata?.name);
    assert.deepEqual(await names("zookeeper", 3), ["zookeeper-0", "zookeeper-1", "zookeeper-2"]);
    assert.deepEqual(await names("kafka", 3), ["kafka-0", "kafka-1", "kafka-2"]);
    assert.deepEqual(await names("kafka-controller", 0), []);
  });

  it("R-CRD-01 R-VAL-16 has the same topics as on KRaft, and passes the same verification", async () => {
    assert.deepEqual(await topicFacts(platform.client, TOPICS), selfMonitorTopics(3));
    assert.equal((await platform.pods.jobLog("kafka-verify")).succeeded, true);
  });

  it("R-CRD-14 R-VAL-34 every member answers ruok with imok, and the words of health and metrics, but no others", async () => {
    for (const member of [0, 1, 2]) {
      assert.equal((await ask(platform.pods, member, "ruok")).trim(), "imok");
      assert.match(await ask(platform.pods, member, "mntr"), /zk_server_state\t(leader|follower)/);
      assert.match(await ask(platform.pods, member, "stat"), /Mode: (leader|follower)/);
      assert.match(await ask(platform.pods, member, "conf"), /not executed because it is not in the whitelist/);
    }
  });

  it("R-CRD-17 every member shows its metrics on port 7070", async () => {
    const request = "exec 3<>/dev/tcp/127.0.0.1/7070; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3";
    const { output } = await platform.pods.exec("zookeeper-1", ["bash", "-c", request]);
    assert.match(output, /^quorum_size 3(\.0)?$/m);
    assert.match(output, /^jvm_memory_bytes_used\{/m);
  });

  it("R-VAL-30 brokers answer on 9092 what requests they know, as ZooKeeper does on its own port", async () => {
    const tool = ["/opt/kafka/bin/kafka-broker-api-versions.sh", "--bootstrap-server", "localhost:9092"];
    const { code, output } = await platform.pods.exec("kafka-0", tool);
    assert.equal(code, 0, output);
    assert.match(output, /Produce\(0\): /);
    assert.equal((await ask(platform.pods, 0, "ruok")).trim(), "imok");
  });

  it("R-VAL-31 pods are found by label, Services are there, logs and use of resources can be read", async () => {
    const { core } = platform.pods;
    const { namespace } = platform.stack;
    const node = (await platform.pods.get("kafka-0")).spec?.nodeName ?? "";
    const { items } = await core.listNamespacedService({ namespace });
    const services = items.map(({ metadata }) => metadata?.name);
    for (const name of ["kafka", "kafka-headless", "zookeeper", "zookeeper-service"])
      assert.ok(services.includes(name));
    // What `kubectl top` shows comes from here; the kubelet looks every few seconds.
    const used = async (pod: string): Promise<number> => {
      const summary: unknown = await core.connectGetNodeProxyWithPath({ name: node, path: "stats/summary" });
      const { pods } = summary as {
        pods: { podRef: { name: string; namespace: string }; memory?: { workingSetBytes?: number } }[];
      };
      const own = pods.find(({ podRef }) => podRef.namespace === namespace && podRef.name === pod);
      return own?.memory?.workingSetBytes ?? 0;
    };
    for (const app of ["kafka", "zookeeper"]) {
      for (const { metadata } of await platform.pods.list(app)) {
        const name = metadata?.name ?? "";
        await until(`memory that ${name} uses`, 60, async () => (await used(name)) > 0);
        const log = await core.readNamespacedPodLog({ namespace, name, container: app, tailLines: 5 });
        assert.notEqual(log, "", name);
      }
    }
  });

  it("R-CRD-26 ZooKeeper has the cluster id of the stack's state", async () => {
    const { outputs } = await platform.up();
    const shell = ["/opt/kafka/bin/zookeeper-shell.sh", "zookeeper-service:2181", "get", "/cluster/id"];
    const { output } = await platform.pods.exec("kafka-0", shell);
    assert.ok(output.includes(`"id":"${String(outputs["clusterId"])}"`), output);
  });

  it("R-CRD-01 R-BRK-25 transactional producers are taken; what is aborted is never read", async () => {
    const { committed } = await runTransactions(platform.client, "audit.events");
    assert.deepEqual(committed, ["committed 0", "committed 1", "committed 2"]);
  });

  it("R-CRD-12 the ensemble's leader lost under load: another one takes over and nothing is lost", async () => {
    const load = await startLoad({ ...platform.client, topic: "user.events" });
    await load.more(300);
    const before = await leader(platform.pods, 3);
    await platform.pods.kill(`zookeeper-${before}`);
    await load.more(300, 120);
    await withAdmin(platform.client, (admin) =>
      admin.createTopics({ topics: ["made.meanwhile"], partitions: 1, replicas: 3 }),
    );
    await platform.pods.untilReady("zookeeper", 3);
    await load.more(300, 120);
    await untilInSync(platform.client, TOPICS);
    assertUnharmed(await load.stop(), 900, "the leader of ZooKeeper killed");
  });

  it("R-BRK-26 the broker that is the controller lost under load: another one takes over and nothing is lost", async () => {
    const load = await startLoad({ ...platform.client, topic: "transaction.events" });
    await load.more(300);
    const shell = ["/opt/kafka/bin/zookeeper-shell.sh", "zookeeper-service:2181", "get", "/controller"];
    const { output } = await platform.pods.exec("kafka-0", shell);
    const controller = Number(/"brokerid":(\d+)/.exec(output)?.[1]);
    await platform.pods.killProcess(`kafka-${controller}`);
    await load.more(600, 180);
    await platform.pods.untilReady("kafka", 3);
    await untilInSync(platform.client, TOPICS);
    assertUnharmed(await load.stop(), 900, "kill -9 of the controller on ZooKeeper");
  });
});
