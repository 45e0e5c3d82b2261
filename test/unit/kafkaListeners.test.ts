import assert from "node:assert/strict";
import fc from "fast-check";
import { listenerProperties, nodeListeners } from "../../kafka/listeners.ts";
import { flatten, override, renderProperties } from "../../kafka/properties.ts";
import { majority, nodeIdBase, quorumVoters, voters } from "../../kafka/quorum.ts";
import { listenerSets } from "../../kafka/security.ts";
import { brokerProperties } from "../../kafka/serverProperties.ts";
import { DEDICATED, INPUT, withKafka } from "./kafkaInput.ts";

const broker = new Map(flatten(brokerProperties(INPUT)));

describe("listeners", () => {
  it("R-LSN-11 advertises the pod's own name behind the headless Service on every listener", () => {
    const host = "@POD@.kafka-headless.kafka.svc.cluster.local";
    const expected = `CLIENT://${host}:9092,REPLICATION://${host}:9091,CONTROLLER://${host}:9093`;
    assert.equal(broker.get("advertised.listeners"), expected);
  });

  it("keeps traffic between brokers on a listener of its own", () => {
    assert.equal(broker.get("inter.broker.listener.name"), "REPLICATION");
    assert.match(broker.get("listeners") ?? "", /^CLIENT:\/\/:9092,REPLICATION:\/\/:9091,/);
  });

  it("lets a broker dial controllers that it does not listen for", () => {
    const beside = new Map(listenerProperties("broker", "h", listenerSets(INPUT)));
    assert.doesNotMatch(beside.get("listeners") ?? "", /CONTROLLER/);
    assert.match(beside.get("listener.security.protocol.map") ?? "", /CONTROLLER:PLAINTEXT/);
  });

  it("has controllers advertise, and offer clients nothing", () => {
    const controller = new Map(listenerProperties("controller", "h", listenerSets(INPUT)));
    assert.equal(controller.get("advertised.listeners"), "CONTROLLER://h:9093");
    assert.equal(controller.get("inter.broker.listener.name"), undefined);
  });

  it("takes ports and protocols from outside", () => {
    const ports = { client: { port: 1 }, replication: { port: 2 }, controller: { port: 3 } };
    const secured = { ...INPUT, listeners: ports, security: { mode: "scram-tls", betweenNodes: "tls" } } as const;
    assert.deepEqual(
      nodeListeners("combined", listenerSets(secured)).map(({ name, port, protocol }) => `${name} ${port} ${protocol}`),
      ["CLIENT_TLS 1 SASL_SSL", "REPLICATION_TLS 2 SSL", "CONTROLLER_TLS 3 SSL"],
    );
  });
});

describe("quorum", () => {
  it("R-CRD-22 R-CRD-23 makes the voters from the replica count, by headless pod name", () => {
    assert.equal(
      quorumVoters(INPUT),
      [0, 1, 2].map((id) => `${id}@kafka-${id}.kafka-headless.kafka.svc.cluster.local:9093`).join(","),
    );
    assert.equal(voters(withKafka({ replicas: 5 })).length, 5);
  });

  it("R-CRD-28 gives dedicated controllers ids of their own range", () => {
    const ids = voters(DEDICATED).map(({ id }) => id);
    assert.deepEqual(ids, [100, 101, 102]);
    assert.equal(nodeIdBase("controllers"), 100);
    assert.match(quorumVoters(DEDICATED), /^100@kafka-controller-0\.kafka-controller-headless\.kafka\.svc/);
  });

  it("knows a majority", () => {
    assert.deepEqual([1, 2, 3, 5, 7].map(majority), [1, 2, 2, 3, 4]);
  });
});

describe("properties file", () => {
  it("says above each group why it is there", () => {
    const text = renderProperties(brokerProperties(INPUT));
    for (const block of text.trimEnd().split("\n\n")) assert.match(block, /^# [A-Z].*\.\n[a-z.]+=/);
    assert.ok(text.endsWith("\n"));
  });

  it("escapes what java.util.Properties would read otherwise, and stays ASCII", () => {
    const text = renderProperties([{ why: "w", entries: [["a b:c", " x\\y\nz é=#"]] }]);
    assert.equal(text, "# w\na\\ b\\:c=\\ x\\\\y\\nz \\u00e9=#\n");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (key, value) => {
        const lines = renderProperties([{ why: "w", entries: [[key, value]] }]).split("\n");
        assert.equal(lines.length, 3);
        assert.match(lines[1] ?? "", /^[ -~]*$/);
      }),
    );
  });

  it("lets a later group take a key over, and drops a group left empty", () => {
    const last = { why: "l", entries: [["a", "2"]] as const };
    assert.deepEqual(override([{ why: "f", entries: [["a", "1"]] }], last), [last]);
  });
});
