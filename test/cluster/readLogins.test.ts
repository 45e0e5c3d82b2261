/** What is written for Java is read back by Java's and Kafka's own classes, whatever is in names, passwords and values. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { kafkaHome } from "../../bench/tools.ts";
import { jaasLine } from "../../kafka/access/jaas.ts";
import { propertyLine, renderProperties } from "../../kafka/properties.ts";
import { type ReadFile, readLogins } from "../support/readLogins.ts";

const RUNS = 400;
const SEED = 20261130;
const MODULE = "org.apache.kafka.common.security.scram.ScramLoginModule";

const SPECIAL = [
  ...['"', "'", "\\", " ", "$", ";", "=", "#", "!", ":", "{"],
  ...["\n", "\r", "\t", "\f", "\0", "0", "a", "ü", "😀"],
];
const odd = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.string({ unit: fc.constantFrom(...SPECIAL), maxLength: 30 }),
  fc.constantFrom("${env:HOME}", "a;b", 'required username="x";', "//", "/*", "\\u0041", "trailing\\", " blank ", "-1"),
);
const samples = <T>(arbitrary: fc.Arbitrary<T>): T[] => fc.sample(arbitrary, { numRuns: RUNS, seed: SEED });

describe("properties and logins as Java reads them", function () {
  this.timeout(120_000);
  const logins = samples(fc.record({ username: odd, password: odd }, { noNullPrototype: true }));
  const entries = samples(
    fc.array(
      fc.tuple(
        odd.filter((key) => key !== ""),
        odd,
      ),
      { maxLength: 5 },
    ),
  ).map((pairs) => new Map(pairs));
  let read: ReadFile[];

  before(async () => {
    const folder = mkdtempSync(join(tmpdir(), "read-logins-"));
    try {
      const libs = join(await kafkaHome(folder, console.log), "libs");
      read = readLogins(libs, [
        ...logins.map((login) => `${propertyLine(["sasl.jaas.config", jaasLine("SCRAM-SHA-512", login)])}\n`),
        ...entries.map((pairs) => renderProperties([{ why: "odd\nones=#!", entries: [...pairs] }])),
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("R-USR-02 Kafka logs in with the very name and password", () => {
    for (const [index, login] of logins.entries()) {
      const { options, modules } = read[index] ?? {};
      assert.deepEqual({ options, modules }, { options: login, modules: [MODULE] }, JSON.stringify(login));
    }
  });

  it("Java has the very keys and values, and no others", () => {
    for (const [index, pairs] of entries.entries()) {
      assert.deepEqual(read[logins.length + index]?.properties, Object.fromEntries(pairs));
    }
    assert.equal(read.length, 2 * RUNS);
  });
});
