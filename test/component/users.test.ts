import assert from "node:assert/strict";
import { KafkaClients } from "../../components/clients.ts";
import { KafkaPlatformLogins } from "../../components/platformLogins.ts";
import { KafkaUsers, type UserArgs } from "../../components/users.ts";
import type { PlatformPasswords } from "../../kafka/access/platformLogins.ts";
import { labels } from "../../kafka/labels.ts";
import { identity } from "../support/fixtures.ts";
import { at, expectPlain, expectSecret, world } from "../support/world.ts";

const BROKERS = "kafka-0.kafka-headless.kafka.svc.cluster.local:9092";
const READER: UserArgs = {
  acls: [{ permission: "allow", operation: "Read", resource: "topic", pattern: "literal", name: "orders", host: "*" }],
  quotas: { "": { consumer_byte_rate: 1024 } },
  credential: { generation: 1, keepPrevious: false },
  namespaces: ["shop"],
  state: "present",
};
const shared = { namespace: "kafka", labels: labels("kafka-agent", identity), prefix: "kafka" };
const NOBODY = { users: {}, passwords: { generation: 1, rotation: "done" } } as const;
const users = (change: Partial<UserArgs> = {}) =>
  world(() => {
    const made = new KafkaUsers("users", {
      ...shared,
      clientPrefix: "kafka-client",
      users: { reader: { ...READER, ...change } },
      platform: NOBODY,
    });
    new KafkaClients("clients", {
      labels: labels("kafka", identity),
      name: "kafka-client",
      connection: { brokers: BROKERS, bootstrap: BROKERS, securityProtocol: "SASL_PLAINTEXT" },
      topics: [],
      producer: {},
      consumer: {},
      namespaces: { shop: {}, office: {} },
      logins: made.logins,
      platformNamespace: "kafka",
      deletionProtection: false,
    });
    return made;
  });

describe("KafkaUsers", () => {
  it("R-USR-03 draws one password a user, which is secret wherever it goes", async () => {
    const { all, one } = await users();
    assert.deepEqual(
      all("RandomPassword").map(({ name }) => name),
      ["users-reader-1"],
    );
    const passwords = one("Secret", "users-passwords");
    assert.ok(at(passwords, "stringData.reader"));
    for (const secret of [passwords, one("Secret", "clients-shop-user-reader")]) expectSecret(secret, "stringData");
  });

  it("R-USR-03 shows in a ConfigMap what a user may do, and no password", async () => {
    const { one } = await users();
    const files = one("ConfigMap", "users-files");
    expectPlain(files);
    assert.equal(
      at(files, "data.reader"),
      'allow Read on topic "orders" from "*"\nquota consumer_byte_rate 1024\nlogin reader\n',
    );
  });

  it("R-LIB-06 gives the Secret to the namespaces of the user, ready for Kafka's own tools", async () => {
    const { all, one } = await users();
    assert.deepEqual(
      all("Secret")
        .map(({ name }) => name)
        .filter((name) => name.includes("reader")),
      ["clients-shop-user-reader"],
    );
    const own = one("Secret", "clients-shop-user-reader");
    assert.equal(at(own, "metadata.name"), "kafka-client-reader");
    assert.match(
      String(at(own, "stringData[client.properties]")),
      /^security.protocol=SASL_PLAINTEXT\nsasl.mechanism=SCRAM-SHA-512\nsasl.jaas.config=.*ScramLoginModule required username="reader" password="/,
    );
  });

  it("R-USR-11 replaces a password under the user's other name, and keeps the first as long as it is told to", async () => {
    const { all, one } = await users({ credential: { generation: 2, keepPrevious: true } });
    assert.deepEqual(
      all("RandomPassword").map(({ name }) => name),
      ["users-reader-2", "users-reader-1"],
    );
    assert.match(String(at(one("ConfigMap", "users-files"), "data.reader")), /login reader\.2\nlogin reader\n$/);
    assert.match(
      String(at(one("Secret", "clients-shop-user-reader"), "stringData[client.properties]")),
      /username="reader\.2"/,
    );
    const later = await users({ credential: { generation: 2, keepPrevious: false } });
    assert.deepEqual(
      later.all("RandomPassword").map(({ name }) => name),
      ["users-reader-2"],
    );
  });

  it("takes password and Secret of an absent user away, and tells the agent so", async () => {
    const { all, one } = await users({ state: "absent" });
    assert.deepEqual(all("RandomPassword"), []);
    assert.match(String(at(one("ConfigMap", "users-files"), "data.reader")), /^absent\n/);
  });
});

describe("KafkaPlatformLogins", () => {
  const logins = (passwords: PlatformPasswords) =>
    world(() => {
      const made = new KafkaPlatformLogins("logins", {
        ...shared,
        brokers: BROKERS,
        protocol: "SASL_PLAINTEXT",
        passwords,
      });
      new KafkaUsers("users", {
        ...shared,
        clientPrefix: "kafka-client",
        users: {},
        platform: { users: made.users, passwords },
      });
    });

  it("R-USR-03 gives brokers, controllers and the admin a password each", async () => {
    const { all, one } = await logins({ generation: 1, rotation: "done" });
    assert.equal(all("RandomPassword").length, 3);
    const nodes = one("Secret", "logins-nodes");
    expectSecret(nodes, "stringData");
    const values = Object.values(at(nodes, "stringData") as Record<string, string>);
    assert.equal(new Set(values).size, 3);
    assert.equal(at(one("Secret", "logins-admin"), "stringData.username"), "kafka-admin");
  });

  it("R-USR-11 has two of each while others take their place, and tells the agent which names are to open", async () => {
    const files = ["broker-password", "controller-password", "admin-password"];
    const newer = files.map((file) => `${file}-2`);
    const steps = [
      ["trust", [...files, ...newer], "kafka-admin", /^login kafka-broker\.2\nlogin kafka-broker\n$/],
      ["use", [...files, ...newer], "kafka-admin.2", /^login kafka-broker\.2\nlogin kafka-broker\n$/],
      ["done", newer, "kafka-admin.2", /^login kafka-broker\.2\n$/],
    ] as const;
    for (const [rotation, inSecret, admin, names] of steps) {
      const { all, one } = await logins({ generation: 2, rotation });
      const nodes = at(one("Secret", "logins-nodes"), "stringData") as Record<string, string>;
      assert.deepEqual(Object.keys(nodes).sort(), inSecret.toSorted(), rotation);
      assert.equal(new Set(Object.values(nodes)).size, inSecret.length, rotation);
      assert.equal(all("RandomPassword").length, inSecret.length, rotation);
      assert.equal(at(one("Secret", "logins-admin"), "stringData.username"), admin, rotation);
      const suffix = admin.endsWith(".2") ? "-2" : "";
      assert.equal(at(one("Secret", "logins-admin"), "stringData.password"), nodes[`admin-password${suffix}`]);
      assert.match(String(at(one("ConfigMap", "users-files"), "data[kafka-broker]")), names, rotation);
      expectSecret(one("Secret", "users-passwords"), "stringData");
    }
  });
});
