import assert from "node:assert/strict";
import fc from "fast-check";
import { jaasLine } from "../../kafka/access/jaas.ts";
import { readJaasOptions, readJavaProperties } from "../../kafka/access/readJava.ts";
import { propertyLine } from "../../kafka/properties.ts";

describe("logins as Java reads them", () => {
  const anything = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom('a"b', "a\\b", "${env:HOME}", " blank ", "ü§😀", "a\nb", "x;y", "0\u00001"),
  );

  it("a JAAS line gives back whatever name and password went in", () => {
    fc.assert(
      fc.property(anything, anything, (username, password) => {
        const line = jaasLine("SCRAM-SHA-512", { username, password });
        assert.ok(!/[\r\n]/.test(line));
        assert.deepEqual(readJaasOptions(line), { username, password });
      }),
    );
  });

  it("properties give back keys and values, and are plain ASCII", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: "binary", minLength: 1 }), anything)), (entries) => {
        const text = entries.map((entry) => `${propertyLine(entry)}\n`).join("");
        assert.ok(/^[\n -~]*$/.test(text));
        assert.deepEqual([...readJavaProperties(text)], [...new Map(entries)]);
      }),
    );
  });

  it("is the line that Kafka's documentation shows", () => {
    assert.equal(
      jaasLine("SCRAM-SHA-512", { username: "orders", password: "secret" }),
      'org.apache.kafka.common.security.scram.ScramLoginModule required username="orders" password="secret";',
    );
    assert.equal(jaasLine("SCRAM-SHA-512"), "org.apache.kafka.common.security.scram.ScramLoginModule required;");
  });
});
