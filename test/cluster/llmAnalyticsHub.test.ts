/**
 * LLM Analytics Hub's production case on real pods, smaller in memory alone: brokers on an ensemble of ZooKeeper that speaks TLS,
 * passwords over TLS on every listener, Java key stores, network policies, a listener for outside, zones of the nodes.
 */
import assert from "node:assert/strict";
import { llmAnalyticsHub } from "../../stacks/presets/llmAnalyticsHub.ts";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import { connection, handshake } from "../support/handshakes.ts";
import { clientCertificate, newAuthority } from "../support/issuing.ts";
import { assertUnharmed } from "../support/judge.ts";
import { topicFacts, untilInSync, withAdmin } from "../support/kafkaFacts.ts";
import { loadRoles, startLoad } from "../support/load.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
import { renewCertificate } from "../support/renewCertificate.ts";
import { OF_TODAY, scan } from "../support/scan.ts";
import type { Client } from "../support/topicReader.ts";
import { acceptedFrom, word } from "../support/zookeeperFacts.ts";

const PRODUCTION: SettingsInput = {
  preset: "llm-analytics-hub",
  environment: "prod",
  coordination: { mode: "zookeeper" },
  deletionProtection: false,
  monitoring: { enabled: false },
  mirrorMaker: { enabled: false },
  backup: { enabled: false },
  kafka: {
    heap: "384m",
    resources: { requests: { cpu: "100m", memory: "896Mi" }, limits: { memory: "1Gi" } },
    storage: { class: null, data: "500Gi", logs: "100Gi" },
    terminationGrace: "60s",
  },
  controllers: { storage: { class: null } },
  zookeeper: {
    heap: "96m",
    resources: { requests: { cpu: "50m", memory: "256Mi" }, limits: { memory: "320Mi" } },
    storage: { class: null },
  },
  // There is one machine.
  scheduling: { antiAffinity: "preferred" },
  users: {
    items: {
      ingest: {
        roles: loadRoles("llm-events"),
      },
    },
  },
};
const TOPICS = Object.keys(llmAnalyticsHub.base.always.topics?.items ?? {});

describe("three secured brokers on ZooKeeper: LLM Analytics Hub's production case", function () {
  this.timeout(900_000);
  let platform: PlatformUnderTest;
  const admin = () => platform.login("kafka-admin", platform.stack.namespace);
  const ingest = () => platform.login("kafka-client-ingest");
  const addresses = async (app: string) => (await platform.pods.list(app)).map(({ status }) => status?.podIP ?? "");
  /** Answers of ZooKeeper to commands of its own client, run in a broker's pod. */
  const zookeeper = async (server: string, ...args: string[]): Promise<string> =>
    (await platform.pods.exec("kafka-0", ["/opt/kafka/bin/zookeeper-shell.sh", server, ...args], 120)).output;
  const AS_BROKER = ["-zk-tls-config-file", "/run/kafka-platform/server.properties"];

  before(async () => {
    platform = await PlatformUnderTest.open("lah", PRODUCTION);
    await platform.up();
  });
  after(() => platform.close());

  it("R-USR-01 R-USR-04 R-TLS-02 the platform's Jobs log in over TLS: every topic is there, three times, and the verification is green", async () => {
    assert.equal(TOPICS.length, 14);
    const found = await topicFacts(await admin(), TOPICS);
    assert.deepEqual(
      Object.values(found).map(({ replicationFactor }) => replicationFactor),
      TOPICS.map(() => 3),
    );
    await untilInSync(await admin(), TOPICS);
    assert.equal((await platform.pods.jobLog("kafka-verify")).succeeded, true);
  });

  it("R-LSN-02 R-LSN-03 every listener is SASL_SSL, the one among brokers and the one for outside too", async () => {
    const { tls } = await admin();
    const ca = String(tls?.ca);
    for (const { metadata, status } of await platform.pods.list("kafka")) {
      const broker = metadata?.name ?? "";
      for (const port of [9091, 9092, 9094]) {
        const found = await handshake(status?.podIP ?? "", port, { ca, servername: `${broker}.kafka-headless` });
        assert.equal(found.protocol, "TLSv1.3", `${broker}:${port} ${found.refused ?? ""}`);
      }
      const { output } = await platform.pods.exec(broker, ["cat", "/run/kafka-platform/server.properties"]);
      assert.match(
        output,
        /^listener.security.protocol.map=CLIENT_TLS:SASL_SSL,REPLICATION_TLS:SASL_SSL,EXTERNAL:SASL_SSL$/m,
      );
    }
  });

  it("R-TLS-02 a scanner finds protocols and ciphers of today alone, at the listener for outside too", async () => {
    const host = (await platform.pods.get("kafka-0")).status?.podIP ?? "";
    const stranger = clientCertificate(newAuthority("another authority"), "stranger", -1, 1);
    for (const port of [9091, 9092, 9094]) assert.deepEqual(await scan(host, port, stranger), OF_TODAY, String(port));
  });

  it("R-USR-05 a user does what its roles say and nothing else, and nobody is let in without a login", async () => {
    await assert.rejects(
      withAdmin(await ingest(), (one) => one.createTopics({ topics: ["mine"], partitions: 1, replicas: 1 })),
    );
    const { brokers, tls } = await admin();
    const nobody = { brokers, ...(tls ? { tls, tlsServerName: true } : {}), retries: 0 } as Client;
    await assert.rejects(withAdmin(nobody, (one) => one.listTopics()));
  });

  it("R-TLS-02 R-CRD-11 the ensemble takes certificates of its authority, and nobody without one or with a foreign one", async () => {
    const { namespace } = platform.stack;
    const { data = {} } = await platform.pods.core.readNamespacedSecret({ name: "kafka-certificate", namespace });
    const file = (name: string) => Buffer.from(data[name] ?? "", "base64").toString();
    const [node, ca] = [{ cert: file("tls.crt"), key: file("tls.key") }, file("ca.crt")];
    const foreign = clientCertificate(newAuthority("another authority"), "kafka-broker", -1, 1);
    const members = await addresses("zookeeper");
    assert.equal(members.length, 3);
    for (const [member, host] of members.entries()) {
      const options = { ca, servername: `zookeeper-${member}.zookeeper.${namespace}.svc.cluster.local` };
      const where = `zookeeper-${member}:2281`;
      const found = await handshake(host, 2281, { ...options, ...node });
      assert.equal(found.protocol, "TLSv1.3", `${where} ${found.refused ?? ""}`);
      assert.equal(await connection(host, 2281, { ...options, ...node }), "open", `${where}: a node's`);
      assert.notEqual(await connection(host, 2281, options), "open", `${where}: no certificate`);
      assert.notEqual(await connection(host, 2281, { ...options, ...foreign }), "open", `${where}: a foreign one`);
    }
  });

  it("R-CRD-14 R-USR-04 plain text on 2181 gets four-letter words answered, but no broker's id and no user's hash", async () => {
    for (const host of await addresses("zookeeper")) assert.equal(await word(host, "ruok"), "imok");
    for (const path of ["/brokers/ids/0", "/config/users/kafka-admin"]) {
      const wanted = path.startsWith("/brokers") ? /"endpoints"/ : /SCRAM-SHA-512/;
      assert.match(await zookeeper("zookeeper:2281", ...AS_BROKER, "get", path), wanted, path);
      assert.doesNotMatch(await zookeeper("zookeeper:2181", "get", path), wanted, path);
    }
  });

  it("R-TLS-02 every broker is connected to 2281 of a member, and none to 2181", async () => {
    const brokers = await addresses("kafka");
    const accepted = async (port: number) => {
      const all = [0, 1, 2].map((member) => acceptedFrom(platform.pods, `zookeeper-${member}`, port));
      return (await Promise.all(all)).flat();
    };
    const encrypted = await accepted(2281);
    assert.deepEqual(
      brokers.filter((broker) => !encrypted.includes(broker)),
      [],
    );
    const plain = await accepted(2181);
    assert.deepEqual(
      brokers.filter((broker) => plain.includes(broker)),
      [],
    );
  });

  it("R-TLS-03 R-CRD-12 the CronJob restarts members with an older certificate under load, one at a time: nothing is lost", async () => {
    const load = await startLoad({ ...(await ingest()), topic: "llm-events" });
    await load.more(300);
    const uids = async () => (await platform.pods.list("zookeeper")).map(({ metadata }) => metadata?.uid);
    const before = await uids();
    await renewCertificate(platform.stack, "zookeeper-certificate");
    const pod = await platform.pods.podOfCronJob("kafka-renewals");
    for (const { command } of pod.containers) command?.push("--grace", "0s", "--settle", "0s");
    const { log, succeeded } = await platform.runPod("renewals", pod, platform.stack.namespace, 600);
    assert.ok(succeeded, log);
    const restarted = [...log.matchAll(/^~ restart (\S+)/gm)].map(([, name]) => name);
    assert.deepEqual(restarted, ["zookeeper-2", "zookeeper-1", "zookeeper-0"]);
    assert.deepEqual(
      (await uids()).filter((uid) => before.includes(uid)),
      [],
    );
    await load.more(300, 120);
    assertUnharmed(await load.stop(), 600, "members of ZooKeeper restarted over a renewed certificate");
  });

  it("R-OPS-01 rolls all brokers under load, with passwords among them that ZooKeeper holds: nothing is lost", async () => {
    const load = await startLoad({ ...(await ingest()), topic: "llm-events" });
    await load.more(300);
    await platform.up({ kafka: { heap: "400m" } });
    await load.more(300, 120);
    assertUnharmed(await load.stop(), 600, "LLM Analytics Hub's production");
  });
});
