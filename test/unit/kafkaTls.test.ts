import assert from "node:assert/strict";
import { PLATFORM_USERS } from "../../kafka/access/platformUsers.ts";
import { flatten, type Properties } from "../../kafka/properties.ts";
import { securityGroups } from "../../kafka/security.ts";
import { brokerProperties, controllerProperties, type PropertiesInput } from "../../kafka/serverProperties.ts";
import { certificateNames } from "../../kafka/tls.ts";
import { INPUT } from "./kafkaInput.ts";

const tls = (betweenNodes: "tls" | "scram"): PropertiesInput => ({
  ...INPUT,
  controllers: { mode: "dedicated", replicas: 3 },
  security: { mode: "scram-tls", betweenNodes },
});
const found = (properties: Properties) => new Map(flatten(properties));

describe("TLS of nodes", () => {
  it("R-LSN-02 R-LSN-03 nodes know each other by certificates, clients log in", () => {
    const broker = found(brokerProperties(tls("tls")));
    assert.equal(
      broker.get("listener.security.protocol.map"),
      "CLIENT_TLS:SASL_SSL,REPLICATION_TLS:SSL,CONTROLLER_TLS:SSL",
    );
    assert.equal(broker.get("listener.name.replication_tls.ssl.client.auth"), "required");
    assert.equal(broker.get("listener.name.client_tls.ssl.client.auth"), undefined);
    const controller = found(controllerProperties(tls("tls")));
    assert.equal(controller.get("listener.name.controller_tls.ssl.client.auth"), "required");
    const keys = [...broker.keys(), ...controller.keys()];
    assert.ok(
      !keys.some((key) => /(replication|controller)_tls\.(scram|plain|sasl)/.test(key)),
      "no passwords among nodes",
    );
  });

  it("R-LSN-02 C-14 every listener is SASL_SSL where a stack wants passwords among nodes too", () => {
    const broker = found(brokerProperties(tls("scram")));
    const protocols = "CLIENT_TLS:SASL_SSL,REPLICATION_TLS:SASL_SSL,CONTROLLER_TLS:SASL_SSL";
    assert.equal(broker.get("listener.security.protocol.map"), protocols);
    assert.equal(broker.get("sasl.mechanism.inter.broker.protocol"), "SCRAM-SHA-512");
    assert.equal(broker.get("listener.name.replication_tls.ssl.client.auth"), undefined);
  });

  it("R-TLS-06 takes no protocol before TLS 1.2, checks host names, and keeps keys out of the properties", () => {
    const broker = found(brokerProperties(tls("tls")));
    assert.equal(broker.get("ssl.enabled.protocols"), "TLSv1.3,TLSv1.2");
    assert.equal(broker.get("ssl.endpoint.identification.algorithm"), "https");
    assert.equal(broker.get("ssl.keystore.location"), "/run/secrets/kafka-platform/certificates/tls-combined.pem");
    assert.ok(
      ![...broker.keys()].some((key) => /ssl\.(key|keystore|truststore)\.(password|key|certificate)/.test(key)),
    );
    assert.deepEqual(
      securityGroups(INPUT, "broker", "kraft").flatMap(({ entries }) => entries),
      [],
      "nothing of it in plaintext",
    );
  });

  it("R-TLS-02 makes a node of whoever shows the nodes' common name, and of nobody else", () => {
    const rule =
      found(brokerProperties(tls("tls"))).get("listener.name.replication_tls.ssl.principal.mapping.rules") ?? "";
    const [, pattern = ""] = /^RULE:(.*)\/\$1\/,DEFAULT$/.exec(rule) ?? [];
    const named = (name: string) => new RegExp(pattern).exec(name)?.[1];
    assert.equal(named("CN=kafka-broker"), PLATFORM_USERS.broker);
    assert.equal(named("CN=kafka-broker,O=company"), PLATFORM_USERS.broker);
    for (const other of ["CN=kafka-broker2", "O=CN=kafka-broker", "CN=app,OU=kafka-broker", "CN=x,CN=kafka-broker"]) {
      assert.equal(named(other), undefined, other);
    }
  });

  it("R-TLS-06 R-LSN-06 has a certificate for every name by which a set is dialled", () => {
    const names = certificateNames({
      namespace: { name: "shop" },
      name: "kafka",
      replicas: 2,
      headless: "kafka-headless",
      bootstrap: "kafka",
      external: ["kafka-0.example.com"],
    });
    assert.deepEqual(names, [
      "kafka-0.kafka-headless",
      "kafka-1.kafka-headless",
      "*.kafka-headless.shop",
      "*.kafka-headless.shop.svc",
      "*.kafka-headless.shop.svc.cluster.local",
      "kafka-headless",
      "kafka-headless.shop",
      "kafka-headless.shop.svc",
      "kafka-headless.shop.svc.cluster.local",
      "kafka",
      "kafka.shop",
      "kafka.shop.svc",
      "kafka.shop.svc.cluster.local",
      "localhost",
      "kafka-0.example.com",
    ]);
  });
});
