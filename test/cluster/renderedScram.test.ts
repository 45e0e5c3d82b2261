/** Real servers take what is rendered where everybody logs in: a controller and a broker as processes on loopback. */
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCluster } from "../../agent/connection.ts";
import { readNode } from "../../agent/sidecar/node.ts";
import { lookOut } from "../../agent/sidecar/outlook.ts";
import { kafkaOfImage } from "../../bench/tools.ts";
import { NODE_SECRET } from "../../kafka/security.ts";
import { untilBrokersKnown, untilInSync, withAdmin } from "../support/kafkaFacts.ts";
import { Loopback, renderedFiles } from "../support/loopback.ts";

const VERSION = "3.9.2";
const SECRET = {
  [NODE_SECRET.broker]: "among-brokers-only",
  [NODE_SECRET.controller]: "at-controllers-only",
  [NODE_SECRET.admin]: "of-the-admin-only",
};

describe("rendered files of a cluster in which everybody logs in", function () {
  this.timeout(300_000);
  let pods: Loopback;
  const admin = () => ({
    brokers: pods.brokers(1),
    sasl: { mechanism: "SCRAM-SHA-512", username: "kafka-admin", password: SECRET[NODE_SECRET.admin] } as const,
  });

  before(async () => {
    const folder = mkdtempSync(join(tmpdir(), "rendered-scram-"));
    const kafka = await kafkaOfImage(join(folder, "image"), VERSION, console.log);
    pods = new Loopback(folder, join(kafka, "libs"), "kafka", SECRET);
    const files = await renderedFiles({
      kafka: { version: VERSION, replicas: 1 },
      controllers: { mode: "dedicated", replicas: 1 },
      coordination: { mode: "kraft" },
      security: { mode: "scram" },
    });
    await pods.start("kafka-controller", 0, files);
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
        sasl: { mechanism: "SCRAM-SHA-512", username: "kafka-admin", password: SECRET[NODE_SECRET.broker] },
      },
      {
        protocol: "SASL_PLAINTEXT",
        sasl: { mechanism: "PLAIN", username: "kafka-broker", password: SECRET[NODE_SECRET.controller] },
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
    assert.equal((await outlook.quorum())?.leader, 100);
  });

  it("R-USR-02 no password is in what the servers and their preparation wrote", () => {
    for (const set of ["kafka", "kafka-controller"] as const) {
      const written = `${pods.log(set, 0)}${pods.properties(set, 0).text}`;
      for (const password of Object.values(SECRET)) assert.ok(!written.includes(password), set);
    }
  });
});
