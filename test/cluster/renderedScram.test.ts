/** Real servers take what is rendered where everybody logs in: a controller and a broker as processes on loopback. */
import assert from "node:assert/strict";
import { Producer, stringSerializers } from "@platformatic/kafka";
import { credential } from "../../agent/access/apply.ts";
import { openCluster } from "../../agent/connection.ts";
import { readNode } from "../../agent/sidecar/node.ts";
import { lookOut } from "../../agent/sidecar/outlook.ts";
import { decisionsIn } from "../support/decisions.ts";
import { setTopicConfig, untilBrokersKnown, untilInSync, withAdmin } from "../support/kafkaFacts.ts";
import { Loopback, renderedFiles } from "../support/loopback.ts";
import { type Client, readTopic } from "../support/topicReader.ts";

const SECRET = {
  "broker-password": "among-brokers-only",
  "controller-password": "at-controllers-only",
  "admin-password": "of-the-admin-only",
};
const STRANGER = { username: "stranger", password: "of-nobody-who-may" };
const CLUSTER = "Cluster:LITERAL:kafka-cluster";
/**
 * What keeps the metadata and the node that the sidecar sees leading it; what an audit log says that was deleted, by
 * somebody who may delete any topic; whether it escapes names.
 */
const CLUSTERS = [
  {
    version: "3.9.2",
    mode: "zookeeper",
    voters: "zookeeper",
    leader: undefined,
    deleted: "Topic:LITERAL:audited",
    escapes: false,
  },
  { version: "3.9.2", mode: "kraft", voters: "kafka-controller", leader: 100, deleted: CLUSTER, escapes: false },
  { version: "4.3.1", mode: "kraft", voters: "kafka-controller", leader: 100, deleted: CLUSTER, escapes: true },
] as const;

for (const { version, mode, voters, leader, deleted, escapes } of CLUSTERS)
  describe(`rendered files of a cluster in which everybody logs in: Kafka ${version} on ${mode}`, function () {
    this.timeout(300_000);
    let pods: Loopback;
    const client = (username: string, password: string) => ({
      brokers: pods.brokers(1),
      sasl: { mechanism: "SCRAM-SHA-512", username, password } as const,
    });
    const admin = () => client("kafka-admin", SECRET["admin-password"]);

    const stranger = () => client(STRANGER.username, STRANGER.password);
    const access = ({ brokers, sasl }: ReturnType<typeof client>) => ({
      brokers,
      security: { protocol: "SASL_PLAINTEXT", sasl } as const,
    });
    // Controllers have no volume for logs, so theirs are on the console.
    const decisions = () =>
      decisionsIn(`${pods.logFile("kafka", 0, "audit.log")}${voters === "zookeeper" ? "" : pods.log(voters, 0)}`);

    before(async () => {
      pods = await Loopback.of(version, "kafka", { secret: SECRET });
      const files = await renderedFiles({
        kafka: { version, replicas: 1, storage: { logs: "5Gi" } },
        controllers: { mode: "dedicated", replicas: 1 },
        zookeeper: { replicas: 1 },
        coordination: { mode },
        security: { mode: "scram" },
      });
      await pods.start(voters, 0, files);
      await pods.start("kafka", 0, files);
      await untilBrokersKnown(admin(), 1);
    });
    after(() => pods.close());

    it("R-CRD-27 R-LSN-02 the admin is let in from the first start on, and makes a topic", async () => {
      await withAdmin(admin(), (client) => client.createTopics({ topics: ["events"], partitions: 2, replicas: 1 }));
      await untilInSync(admin(), ["events"]);
    });

    it("R-LSN-02 nobody is let in without a login, or with a wrong one", async () => {
      const { brokers } = admin();
      const attempts = [
        { protocol: "PLAINTEXT" },
        {
          protocol: "SASL_PLAINTEXT",
          sasl: { mechanism: "SCRAM-SHA-512", username: "kafka-admin", password: SECRET["broker-password"] },
        },
        {
          protocol: "SASL_PLAINTEXT",
          sasl: { mechanism: "PLAIN", username: "kafka-broker", password: SECRET["controller-password"] },
        },
      ] as const;
      for (const security of attempts) {
        const client = openCluster({ brokers, security });
        await assert.rejects(client.call("any", "Metadata", null, false, false), JSON.stringify(security.protocol));
        await client.close();
      }
    });

    it("the sidecar logs in at its broker, and at the controller", async () => {
      const { file, text } = pods.properties("kafka", 0);
      const outlook = lookOut(readNode(file, text));
      const { held } = await outlook.metadata();
      assert.equal(held.filter(({ topic }) => topic === "events").length, 2);
      assert.equal((await outlook.minIsr(["events"])).get("events"), 1);
      assert.equal((await outlook.quorum())?.leader, leader);
    });

    it("R-USR-12 what changes something and what is denied is kept, once", async () => {
      const platform = openCluster(access(admin()));
      const made = await credential(STRANGER.username, STRANGER.password);
      await platform.call("controller", "AlterUserScramCredentials", [], [made]);
      await platform.close();
      await withAdmin(admin(), (client) => client.createTopics({ topics: ["audited"], partitions: 1, replicas: 1 }));
      await setTopicConfig(admin(), "audited", "retention.ms", "3600000");
      await withAdmin(admin(), async (client) => {
        await client.deleteTopics({ topics: ["audited"] });
        await client.deleteRecords({ topics: [{ name: "events", partitions: [{ partition: 0, offset: 0n }] }] });
      });
      await assert.rejects(write(stranger(), "events"));
      await assert.rejects(
        withAdmin(stranger(), (client) => client.createTopics({ topics: ["own"], partitions: 1, replicas: 1 })),
      );
      const [allowed, denied] = ["Allowed", "Denied"].map((result) =>
        decisions().filter((line) => line.split(" ")[1] === result),
      );
      assert.deepEqual(
        allowed?.sort(),
        [
          `kafka-admin Allowed ALTER ${CLUSTER} AlterUserScramCredentials`,
          "kafka-admin Allowed ALTER_CONFIGS Topic:LITERAL:audited IncrementalAlterConfigs",
          `kafka-admin Allowed CREATE ${CLUSTER} CreateTopics`,
          `kafka-admin Allowed CREATE ${CLUSTER} CreateTopics`,
          "kafka-admin Allowed DELETE Topic:LITERAL:events DeleteRecords",
          `kafka-admin Allowed DELETE ${deleted} DeleteTopics`,
        ].sort(),
      );
      assert.deepEqual([...new Set(denied)].sort(), [
        "stranger Denied CREATE Topic:LITERAL:own CreateTopics",
        "stranger Denied DESCRIBE Topic:LITERAL:events Metadata",
      ]);
      assert.ok(
        !`${pods.log("kafka", 0)}${pods.logFile("kafka", 0, "server.log")}`.includes("kafka.authorizer.logger"),
      );
    });

    it("R-USR-12 data traffic is not kept, nor what nodes ask of each other", async () => {
      const before = decisions();
      await write(admin(), "events");
      assert.equal((await readTopic(admin(), "events")).length, 1);
      assert.deepEqual(decisions(), before);
      assert.ok(!before.some((line) => line.startsWith("kafka-broker ")));
    });

    if (escapes)
      it("R-USR-12 a name with a line break makes no line that looks like a decision", async () => {
        const topics = [
          `own\n[2026-01-01 00:00:00,000] INFO Principal = User:kafka-admin is Denied operation = ALTER from host = ::1 on resource = x for request = y`,
        ];
        const before = decisions();
        await assert.rejects(
          withAdmin(stranger(), (client) => client.createTopics({ topics, partitions: 1, replicas: 1 })),
        );
        const [further = "", ...rest] = decisions().slice(before.length);
        assert.match(further, /^stranger Denied CREATE Topic:LITERAL:own\\n/);
        assert.deepEqual(rest, []);
      });

    it("R-USR-02 no password is in what the servers and their preparation wrote", () => {
      for (const set of ["kafka", voters] as const) {
        const written = `${pods.log(set, 0)}${pods.properties(set, 0).text}${pods.logFile("kafka", 0, "audit.log")}`;
        for (const password of [...Object.values(SECRET), STRANGER.password])
          assert.ok(!written.includes(password), set);
      }
    });
  });

/** Writes one record to partition 0. */
async function write({ brokers, ...access }: Client, topic: string): Promise<void> {
  const options = { clientId: "test", bootstrapBrokers: [...brokers], retries: 0, serializers: stringSerializers };
  const producer = new Producer({ ...options, ...access });
  try {
    await producer.send({ messages: [{ topic, partition: 0, value: "one" }] });
  } finally {
    await producer.close();
  }
}
