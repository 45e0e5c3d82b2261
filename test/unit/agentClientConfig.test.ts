import assert from "node:assert/strict";
import { parseBrokers, parseClientConfig } from "../../agent/clientConfig.ts";
import { jaasLine } from "../../kafka/access/jaas.ts";
import { propertyLine } from "../../kafka/properties.ts";

const FILES: Readonly<Record<string, string>> = { "/ca.crt": "the authority", "/tls.pem": "certificate and key" };
const parse = (text: string) => parseClientConfig("f", text, (path) => FILES[path] ?? assert.fail(path));
const lines = (entries: readonly [string, string][]) => entries.map((entry) => `${propertyLine(entry)}\n`).join("");
const LOGIN = jaasLine("SCRAM-SHA-512", { username: "orders", password: 'a"b\\c' });
const scram = (protocol: string) =>
  lines([
    ["security.protocol", protocol],
    ["sasl.mechanism", "SCRAM-SHA-512"],
    ["sasl.jaas.config", LOGIN],
    ["ssl.truststore.type", "PEM"],
    ["ssl.truststore.location", "/ca.crt"],
  ]);

describe("client config", () => {
  it("takes PLAINTEXT, also by default", () => {
    assert.deepEqual(parse(""), { protocol: "PLAINTEXT" });
    assert.deepEqual(parse("security.protocol=PLAINTEXT"), { protocol: "PLAINTEXT" });
  });

  it("reads a login, as Kafka's own tools do", () => {
    const sasl = { mechanism: "SCRAM-SHA-512", username: "orders", password: 'a"b\\c' };
    assert.deepEqual(parse(scram("SASL_PLAINTEXT")), { protocol: "SASL_PLAINTEXT", sasl });
    assert.deepEqual(parse(scram("SASL_SSL")), { protocol: "SASL_SSL", sasl, tls: { ca: "the authority" } });
  });

  it("reads a certificate of its own", () => {
    const text = "security.protocol=SSL\nssl.keystore.type=PEM\nssl.keystore.location=/tls.pem\n";
    const pem = FILES["/tls.pem"];
    assert.deepEqual(parse(text), { protocol: "SSL", tls: { cert: pem, key: pem } });
  });

  it("refuses other values and keys by name", () => {
    assert.throws(() => parse("security.protocol=TLS"), {
      message: /^f: found security.protocol=TLS, expected PLAINTEXT or/,
    });
    assert.throws(() => parse("ssl.truststore.type=JKS"), {
      message: "f: found ssl.truststore.type=JKS, expected PEM",
    });
    assert.throws(() => parse("\nssl.protocol=x"), { message: /^f: found key ssl.protocol, expected one of/ });
    assert.throws(() => parse("ssl.endpoint.identification.algorithm="), { message: /expected https$/ });
  });

  it("says what a login lacks, and never what it found of it", () => {
    assert.throws(() => parse("security.protocol=SASL_SSL"), { message: /^f: key sasl.mechanism is missing/ });
    const broken =
      "security.protocol=SASL_SSL\nsasl.mechanism=PLAIN\nsasl.jaas.config=Module required password=hidden;";
    assert.throws(
      () => parse(broken),
      (error: Error) => /sasl.jaas.config is missing or none/.test(error.message) && !error.message.includes("hidden"),
    );
  });

  it("reads a broker list", () => {
    assert.deepEqual(parseBrokers("a:1, b.c:65535"), ["a:1", "b.c:65535"]);
    for (const bad of ["", "a", "a:0", "a:65536", "a:1 b:2"])
      assert.throws(() => parseBrokers(bad), /expected host:port/);
  });
});
