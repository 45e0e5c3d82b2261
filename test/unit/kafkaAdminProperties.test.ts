/** The file by which Kafka's own tools get in at the node whose pod they run in. */
import assert from "node:assert/strict";
import { adminFile, adminFiles } from "../../kafka/adminProperties.ts";
import { flatten, type Properties } from "../../kafka/properties.ts";
import type { BetweenNodes, SecurityMode } from "../../kafka/security.ts";
import { nextStep, openOf } from "../../kafka/securitySteps.ts";
import { brokerProperties, controllerProperties, type PropertiesInput } from "../../kafka/serverProperties.ts";
import { DEDICATED, INPUT } from "./kafkaInput.ts";

const secured = (mode: SecurityMode, betweenNodes: BetweenNodes = "tls"): PropertiesInput => ({
  ...DEDICATED,
  security: { mode, betweenNodes },
});
const mapOf = (properties: Properties) => new Map(flatten(properties));
const tools = (input: PropertiesInput) => mapOf(adminFiles(input, "broker")["admin.properties"] ?? []);
const quorumTools = (input: PropertiesInput) =>
  mapOf(adminFiles(input, "controller")["admin-controller.properties"] ?? []);

/** Protocol of the listener that a node has at a port of its own. */
function protocolAt(node: Properties, port: string): string | undefined {
  const found = mapOf(node);
  const [, name = ""] = new RegExp(`(\\w+)://:${port}\\b`).exec(found.get("listeners") ?? "") ?? [];
  return new RegExp(`\\b${name}:(\\w+)`).exec(found.get("listener.security.protocol.map") ?? "")?.[1];
}
const portOf = (address: string | undefined) => address?.replace(/^localhost:/, "") ?? "";

const MODES: readonly SecurityMode[] = ["plaintext", "scram", "scram-tls"];
/** The states from a mode to another one, an `up` each. */
function way(from: SecurityMode, towards: SecurityMode, betweenNodes: BetweenNodes): PropertiesInput[] {
  const states = [secured(from, betweenNodes)];
  for (let step = 0; step < 3; step += 1) {
    const last = states.at(-1) ?? assert.fail();
    const { used, alongside } = nextStep(openOf(last), towards);
    states.push({ ...last, listeners: used.listeners, security: { mode: used.mode, betweenNodes, alongside } });
  }
  return states;
}
const WAYS = MODES.flatMap((from) =>
  MODES.flatMap((towards) => (["tls", "scram"] as const).map((between) => way(from, towards, between))),
);

describe("the file for Kafka's own tools", () => {
  it("R-LSN-10 speaks what the node's listener at that port speaks, and spoke before it rolled: pods take it over first", () => {
    for (const states of WAYS) {
      states.forEach((state, index) => {
        for (const node of [state, states[index - 1] ?? state]) {
          const what = `${JSON.stringify(state.security)} at ${JSON.stringify(node.security)}`;
          const client = tools(state);
          const door = protocolAt(brokerProperties(node), portOf(client.get("bootstrap.servers")));
          assert.equal(client.get("security.protocol"), door, what);
          const quorum = quorumTools(state);
          const there = protocolAt(controllerProperties(node), portOf(quorum.get("bootstrap.controllers")));
          assert.equal(quorum.get("security.protocol"), there, what);
        }
      });
    }
  });

  it("R-LSN-10 is there in plaintext too, and logs nobody in", () => {
    assert.deepEqual(
      [...tools(secured("plaintext"))],
      [
        ["bootstrap.servers", "localhost:9092"],
        ["security.protocol", "PLAINTEXT"],
      ],
    );
  });

  it("R-LSN-10 R-USR-02 logs in as the admin, by a reference to a mounted file in place of the password", () => {
    for (const state of [secured("scram"), secured("scram-tls"), secured("scram-tls", "scram")]) {
      const found = tools(state);
      assert.equal(found.get("sasl.mechanism"), "SCRAM-SHA-512");
      assert.match(
        found.get("sasl.jaas.config") ?? "",
        /username="kafka-admin" password="\$\{secret:\/run\/secrets\/kafka-platform\/nodes:admin-password\}";$/,
      );
      assert.equal(found.get("config.providers.secret.param.allowed.paths"), "/run/secrets/kafka-platform/nodes");
    }
  });

  it("R-LSN-10 R-TLS-02 trusts the authority of the nodes where connections are encrypted", () => {
    assert.equal(
      tools(secured("scram-tls")).get("ssl.truststore.location"),
      "/run/secrets/kafka-platform/certificates/ca.crt",
    );
    assert.equal(tools(secured("scram")).get("ssl.truststore.location"), undefined);
  });

  it("gets in at a controller as a node: by its password there, or by its certificate", () => {
    const byPassword = quorumTools(secured("scram")).get("sasl.jaas.config") ?? "";
    assert.match(byPassword, /username="kafka-broker" password="\$\{secret:[^}]*:controller-password\}"/);
    const byCertificate = quorumTools(secured("scram-tls"));
    assert.equal(byCertificate.get("sasl.mechanism"), undefined);
    assert.equal(
      byCertificate.get("ssl.keystore.location"),
      "/run/secrets/kafka-platform/certificates/tls-combined.pem",
    );
  });

  it("is one for each listener of the node that tools dial, in the mounted ConfigMap", () => {
    assert.deepEqual(Object.keys(adminFiles(INPUT, "combined")), ["admin.properties", "admin-controller.properties"]);
    assert.deepEqual(Object.keys(adminFiles(INPUT, "broker")), ["admin.properties"]);
    assert.deepEqual(Object.keys(adminFiles(INPUT, "controller")), ["admin-controller.properties"]);
    assert.equal(adminFile("CLIENT"), "/etc/kafka-platform/admin.properties");
  });
});
