/** The search for secrets finds what gets out, in whatever it is wrapped. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import type { V1Secret } from "@kubernetes/client-node";
import { jaasLine } from "../../kafka/access/jaas.ts";
import { propertyLine } from "../../kafka/properties.ts";
import { base64Forms, secretForms } from "../support/secretValues.ts";

const PASSWORD = "AbcDef0123456789AbcDef0123456789";
const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = (type: "pkcs8" | "sec1") => privateKey.export({ type, format: "pem" }).toString();
const base64 = (text: string) => Buffer.from(text).toString("base64");
const secret = (texts: Readonly<Record<string, string>>, name = "app"): V1Secret => {
  const data = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, base64(text)]));
  const made: unknown = { metadata: { name }, data };
  return made as V1Secret;
};
const finds = (from: V1Secret, text: string) => secretForms(from).some(([form]) => text.includes(form));

describe("the search for secrets", () => {
  const line = jaasLine("SCRAM-SHA-512", { username: "app", password: PASSWORD });
  const holders: readonly V1Secret[] = [
    secret({ password: PASSWORD }),
    secret({ "truststore.password": PASSWORD }),
    secret({ "sasl.jaas.config": line }),
    secret({ "client.properties": `${propertyLine(["sasl.jaas.config", line])}\n` }),
    secret({ "app.2": PASSWORD }, "kafka-user-passwords"),
  ];

  it("knows a password wherever a Secret keeps it, and what is no secret it does not look for", () => {
    for (const one of holders) assert.ok(finds(one, `x ${PASSWORD} y`), JSON.stringify(one));
    assert.deepEqual(secretForms(secret({ username: "somebody-or-other", "bootstrap.servers": "kafka-0:9092" })), []);
  });

  it("finds a password within the base64 of something, wherever it begins there", () => {
    for (const before of ["", "a", "ab", "abc"]) {
      assert.ok(finds(secret({ password: PASSWORD }), base64(`${before}${PASSWORD}, and so on`)), before);
    }
    assert.equal(finds(secret({ password: PASSWORD }), base64("AbcDef01 and nothing else")), false);
    assert.deepEqual(base64Forms(Buffer.from("abc")), ["YWJj", "FiY", "hYm"]);
  });

  it("finds a private key as a file, in base64, in JSON and written as another kind of file", () => {
    const held = secret({ "tls.key": pem("pkcs8") });
    const der = privateKey.export({ type: "sec1", format: "der" }).toString("base64");
    const shown = [pem("pkcs8"), base64(pem("pkcs8")), JSON.stringify(pem("pkcs8")), `x${base64(`x${pem("pkcs8")}`)}`];
    for (const text of [...shown, der]) assert.ok(finds(held, text), text);
    assert.ok(finds(secret({ "tls-combined.pem": `${pem("sec1")}-----BEGIN CERTIFICATE-----` }), pem("sec1")));
  });
});
