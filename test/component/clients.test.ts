import assert from "node:assert/strict";
import { topicVariables } from "../../components/clientFiles.ts";
import { KafkaClients, type KafkaClientsArgs } from "../../components/clients.ts";
import { labels } from "../../kafka/labels.ts";
import { identity } from "../support/fixtures.ts";
import { at, expectPlain, expectSecret, valueOf, world } from "../support/world.ts";

const BROKERS =
  "kafka-0.kafka-headless.kafka.svc.cluster.local:9092,kafka-1.kafka-headless.kafka.svc.cluster.local:9092";
const args = (change: Partial<KafkaClientsArgs> = {}): KafkaClientsArgs => ({
  labels: labels("kafka", identity),
  name: "kafka-client",
  connection: { brokers: BROKERS, bootstrap: "kafka.kafka.svc.cluster.local:9092", securityProtocol: "PLAINTEXT" },
  topics: ["order.created", "notification.email"],
  producer: { acks: "all", "compression.type": "lz4", "batch.size": "32768" },
  consumer: { "isolation.level": "read_committed" },
  namespaces: { selfmonitor: { create: true, labels: { name: "selfmonitor" } } },
  platformNamespace: "kafka",
  deletionProtection: false,
  ...change,
});
const make = (change?: Partial<KafkaClientsArgs>) => world(() => new KafkaClients("clients", args(change)));
const data = async (change?: Partial<KafkaClientsArgs>) =>
  at((await make(change)).one("ConfigMap"), "data") as Record<string, string>;

describe("KafkaClients", () => {
  it("R-LIB-06 puts a ConfigMap and a Secret of one name into each client namespace", async () => {
    const { inventory, one, result } = await make();
    assert.deepEqual(inventory(), [
      "ConfigMap clients-selfmonitor-config",
      "KafkaClients clients",
      "KafkaNamespace clients-selfmonitor",
      "Namespace clients-selfmonitor-namespace",
      "Secret clients-selfmonitor-secret",
    ]);
    for (const kind of ["ConfigMap", "Secret"]) {
      assert.equal(at(one(kind), "metadata.name"), "kafka-client");
      assert.equal(at(one(kind), "metadata.namespace"), "selfmonitor");
    }
    const { configMaps, secrets } = result;
    assert.equal(await valueOf(configMaps["selfmonitor"] ?? assert.fail(), "configMaps"), "selfmonitor/kafka-client");
    assert.equal(await valueOf(secrets["selfmonitor"] ?? assert.fail(), "secrets"), "selfmonitor/kafka-client");
  });

  it("R-NS-08 creates a client namespace with its labels where the stack says so", async () => {
    const { one } = await make();
    assert.equal(one("Namespace").read, false);
    assert.equal(at(one("Namespace"), "metadata.labels.name"), "selfmonitor");
  });

  it("otherwise reads the namespace, so that a missing one shows in the preview", async () => {
    const { one } = await make({ namespaces: { shop: {} } });
    assert.equal(one("Namespace").read, true);
  });

  it("uses the platform's own namespace as it is", async () => {
    const { all, one } = await make({ namespaces: { kafka: {} } });
    assert.deepEqual(all("Namespace"), []);
    assert.equal(at(one("ConfigMap"), "metadata.namespace"), "kafka");
  });

  it("R-USR-08 lets a client account look up the platform's Services, and nothing else", async () => {
    const serviceAccount = "kafka-user";
    const { one, inventory } = await make({
      namespaces: {
        selfmonitor: { create: true, labels: { name: "selfmonitor" }, serviceAccount },
        shop: { serviceAccount },
      },
    });
    const account = one("ServiceAccount", "clients-selfmonitor-account");
    assert.equal(at(account, "metadata.name"), "kafka-user");
    assert.equal(at(account, "metadata.namespace"), "selfmonitor");
    assert.equal(at(one("Role"), "metadata.name"), "kafka-client");
    assert.equal(at(one("Role"), "metadata.namespace"), "kafka");
    assert.deepEqual(at(one("Role"), "rules"), [
      { apiGroups: [""], resources: ["services", "endpoints"], verbs: ["get", "list"] },
    ]);
    const binding = one("RoleBinding");
    assert.equal(at(binding, "metadata.name"), "kafka-user-binding");
    assert.equal(at(binding, "metadata.namespace"), "kafka");
    assert.deepEqual(at(binding, "roleRef"), {
      apiGroup: "rbac.authorization.k8s.io",
      kind: "Role",
      name: "kafka-client",
    });
    assert.deepEqual(
      at(binding, "subjects"),
      ["selfmonitor", "shop"].map((namespace) => ({ kind: "ServiceAccount", name: "kafka-user", namespace })),
    );
    assert.equal(inventory().filter((name) => /^(Role|RoleBinding) /.test(name)).length, 2);
  });

  it("gives no rights where no account is asked for", async () => {
    const { all } = await make();
    for (const kind of ["ServiceAccount", "Role", "RoleBinding"]) assert.deepEqual(all(kind), []);
  });

  it("R-LSN-12 gives the full broker list, and the Service beside it", async () => {
    const found = await data();
    assert.equal(found["KAFKA_BROKERS"], BROKERS);
    assert.equal(found["KAFKA_BOOTSTRAP_SERVERS"], "kafka.kafka.svc.cluster.local:9092");
    assert.ok(found["producer.properties"]?.includes(`bootstrap.servers=${BROKERS}\n`));
  });

  it("R-LIB-05 has amazon-api's environment keys, the stack's own among them", async () => {
    const env = { KAFKA_CLIENT_ID: "notifications-service", KAFKA_GROUP_ID: "notifications-service-group" };
    const found = await data({ namespaces: { kafka: { env } } });
    assert.equal(found["KAFKA_TOPIC_ORDER_CREATED"], "order.created");
    assert.equal(found["KAFKA_CLIENT_ID"], "notifications-service");
    assert.equal(found["KAFKA_GROUP_ID"], "notifications-service-group");
    assert.equal(found["KAFKA_TOPICS"], "notification.email,order.created");
  });

  it("R-LIB-07 publishes the recommended producer and consumer properties", async () => {
    const found = await data();
    assert.ok(found["producer.properties"]?.includes("compression.type=lz4\nbatch.size=32768\n"));
    assert.ok(found["consumer.properties"]?.includes("isolation.level=read_committed\n"));
    assert.equal(found["KAFKA_COMPRESSION_TYPE"], "lz4");
  });

  it("lets the stack's own keys win", async () => {
    const found = await data({ namespaces: { kafka: { env: { KAFKA_BROKERS: "other:9092" } } } });
    assert.equal(found["KAFKA_BROKERS"], "other:9092");
  });

  it("keeps the Secret secret and the ConfigMap free of secrets", async () => {
    const { one } = await make();
    expectSecret(one("Secret"), "stringData.client.properties");
    expectPlain(one("ConfigMap"));
    assert.match(String(at(one("Secret"), "stringData[client.properties]")), /^security\.protocol=PLAINTEXT$/m);
  });

  it("gives no variable to two topics that would share one", () => {
    assert.deepEqual(topicVariables(["a.b", "a-b", "c"]), { KAFKA_TOPIC_C: "c" });
  });
});
