import assert from "node:assert/strict";
import { readNode } from "../../agent/sidecar/node.ts";
import { renew } from "../../agent/sidecar/renewal.ts";

const PROPERTIES = `node.id=3
process.roles=broker
listeners=CLIENT://:9092,REPLICATION://:9091
listener.security.protocol.map=CLIENT:SASL_SSL,REPLICATION:SSL,CONTROLLER:SSL
inter.broker.listener.name=REPLICATION
controller.listener.names=CONTROLLER
controller.quorum.voters=100@c-0.headless:9093
ssl.keystore.location=/tls/tls-combined.pem
ssl.truststore.location=/tls/ca.crt
`;

describe("renewed certificates", () => {
  it("R-TLS-03 are found by the node's own properties, and told to it for each listener that encrypts", () => {
    const files: Record<string, string> = { "/tls/tls-combined.pem": "PAIR", "/tls/ca.crt": "CA" };
    const node = readNode("f", PROPERTIES, (path) => files[path] ?? "");
    assert.deepEqual(node.certificates?.keys, {
      "listener.name.client.ssl.keystore.location": "/tls/tls-combined.pem",
      "listener.name.client.ssl.truststore.location": "/tls/ca.crt",
      "listener.name.replication.ssl.keystore.location": "/tls/tls-combined.pem",
      "listener.name.replication.ssl.truststore.location": "/tls/ca.crt",
    });
    assert.equal(node.certificates.read(), "PAIRCA");
    const shown = { ca: "CA", key: "PAIR", cert: "PAIR" };
    assert.deepEqual([node.broker?.tls?.(), node.voters.get(100)?.tls?.()], [shown, shown]);
    files["/tls/tls-combined.pem"] = "NEXT";
    assert.deepEqual(node.broker?.tls?.().cert, "NEXT", "read anew for each connection");
    assert.equal(readNode("f", "node.id=0\nlisteners=A://:1\ninter.broker.listener.name=A\n").certificates, undefined);
  });

  it("R-TLS-03 are taken over once, and again only when they change", async () => {
    const lines: string[] = [];
    let [text, reloads] = ["first", 0];
    const certificates = {
      read: () => text,
      reload: () => {
        reloads += 1;
        return Promise.resolve();
      },
    };
    const look = (taken: string | undefined) => renew(certificates, taken, (line) => lines.push(line));
    const first = await look(undefined);
    assert.deepEqual([first, await look(first), reloads], ["first", "first", 1]);
    text = "second";
    assert.deepEqual([await look(first), reloads], ["second", 2]);
    assert.deepEqual(lines, ["certificates are as mounted", "certificates were renewed and taken over"]);
  });

  it("R-TLS-03 are tried again where the node does not take them, or a file cannot be read", async () => {
    const lines: string[] = [];
    const reload = () => Promise.reject(new Error("it does not answer"));
    assert.equal(await renew({ read: () => "new", reload }, "old", (line) => lines.push(line)), "old");
    const read = () => {
      throw new Error("no such file");
    };
    assert.equal(await renew({ read, reload }, "old", (line) => lines.push(line)), "old");
    assert.deepEqual(lines, ["certificates: it does not answer", "certificates: no such file"]);
  });
});
