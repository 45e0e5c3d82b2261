import assert from "node:assert/strict";
import { readNode } from "../../agent/sidecar/node.ts";
import { PLACEHOLDERS } from "../../kafka/listeners.ts";
import { flatten, type Properties, renderProperties } from "../../kafka/properties.ts";
import { referencedFile, secretReference } from "../../kafka/secretFiles.ts";
import { brokerProperties, controllerProperties, type PropertiesInput } from "../../kafka/serverProperties.ts";
import { DEDICATED, INPUT } from "./kafkaInput.ts";

const scram = (input: PropertiesInput): PropertiesInput => ({
  ...input,
  security: { ...input.security, mode: "scram" },
});
const mapOf = (properties: Properties) => new Map(flatten(properties));
const PASSWORDS: Readonly<Record<string, string>> = {
  "/run/secrets/kafka-platform/nodes/broker-password": "among-brokers",
  "/run/secrets/kafka-platform/nodes/controller-password": "at-controllers",
};
const nodeOf = (properties: Properties, id: number) =>
  readNode(
    "f",
    renderProperties(properties).replaceAll(PLACEHOLDERS.nodeId, String(id)),
    (path) => PASSWORDS[path] ?? assert.fail(path),
  );

describe("security of nodes", () => {
  it("is nothing where nobody logs in", () => {
    const keys = flatten(brokerProperties(INPUT)).map(([key]) => key);
    assert.deepEqual(
      keys.filter((key) => /sasl|authorizer|super\.users|config\.providers/.test(key)),
      [],
    );
  });

  it("R-LSN-02 R-USR-01 with scram every listener asks for a login, clients by SCRAM-SHA-512", () => {
    const found = mapOf(brokerProperties(scram(INPUT)));
    assert.equal(
      found.get("listener.security.protocol.map"),
      "CLIENT_SCRAM:SASL_PLAINTEXT,REPLICATION_SCRAM:SASL_PLAINTEXT,CONTROLLER_SCRAM:SASL_PLAINTEXT",
    );
    assert.equal(found.get("listener.name.client_scram.sasl.enabled.mechanisms"), "SCRAM-SHA-512");
    assert.equal(
      found.get("listener.name.client_scram.scram-sha-512.sasl.jaas.config"),
      "org.apache.kafka.common.security.scram.ScramLoginModule required;",
    );
    assert.equal(found.get("sasl.mechanism.inter.broker.protocol"), "SCRAM-SHA-512");
  });

  it("R-LSN-03 brokers log in at each other, and at controllers, which know no SCRAM", () => {
    const found = mapOf(brokerProperties(scram(INPUT)));
    assert.match(
      found.get("listener.name.replication_scram.scram-sha-512.sasl.jaas.config") ?? "",
      /username="kafka-broker"/,
    );
    assert.equal(found.get("sasl.mechanism.controller.protocol"), "PLAIN");
    assert.match(
      found.get("listener.name.controller_scram.plain.sasl.jaas.config") ?? "",
      /user_kafka-broker="\$\{secret:/,
    );
    const controller = mapOf(controllerProperties(scram(DEDICATED)));
    assert.equal(controller.get("listener.name.controller_scram.sasl.enabled.mechanisms"), "PLAIN");
    assert.equal(controller.get("sasl.mechanism.inter.broker.protocol"), undefined);
  });

  it("R-USR-05 denies what no entry allows, on brokers and controllers alike, but to nodes and the admin", () => {
    for (const properties of [brokerProperties(scram(INPUT)), controllerProperties(scram(DEDICATED))]) {
      const found = mapOf(properties);
      assert.equal(found.get("authorizer.class.name"), "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
      assert.equal(found.get("super.users"), "User:kafka-broker;User:kafka-admin");
      assert.equal(found.get("allow.everyone.if.no.acl.found"), "false");
    }
    const onZooKeeper = { ...scram(DEDICATED), coordination: { mode: "zookeeper", phase: "zookeeper" } } as const;
    const version = { ...onZooKeeper, kafka: { ...INPUT.kafka, version: "3.9.2" } };
    assert.equal(
      mapOf(brokerProperties(version)).get("authorizer.class.name"),
      "kafka.security.authorizer.AclAuthorizer",
    );
  });

  it("R-USR-02 holds references to mounted files in place of passwords, which only that folder resolves", () => {
    const found = mapOf(brokerProperties(scram(INPUT)));
    const passwords = [...found.values()].flatMap((value) => [
      ...value.matchAll(/(?:password|user_[\w-]+)="([^"]*)"/g),
    ]);
    assert.equal(passwords.length, 3);
    for (const [, value = ""] of passwords) assert.match(referencedFile(value) ?? "", /^\/run\/secrets\//);
    assert.equal(found.get("config.providers.secret.param.allowed.paths"), "/run/secrets/kafka-platform/nodes");
    assert.equal(referencedFile(secretReference("a")), "/run/secrets/kafka-platform/nodes/a");
    assert.equal(referencedFile("plain"), undefined);
  });

  it("lets the sidecar log in at its own server, and at the voters", () => {
    const combined = nodeOf(brokerProperties(scram(INPUT)), 1);
    const among = { mechanism: "SCRAM-SHA-512", username: "kafka-broker", password: "among-brokers" };
    const at = { mechanism: "PLAIN", username: "kafka-broker", password: "at-controllers" };
    assert.deepEqual(
      [combined.broker?.login, combined.controller?.login, combined.peers],
      [among, at, { login: among }],
    );
    assert.deepEqual(combined.voters.get(2)?.login, at);
    const broker = nodeOf(brokerProperties(scram(DEDICATED)), 0);
    assert.deepEqual([broker.broker?.login, broker.voters.get(100)?.login], [among, at]);
    const controller = nodeOf(controllerProperties(scram(DEDICATED)), 100);
    assert.deepEqual([controller.broker, controller.controller?.login], [undefined, at]);
  });
});
