import { strict as assert } from "node:assert";
import {
  claimsOf,
  proofsKept,
  proofsOf,
  type Register,
  renderConformance,
  type TestResult,
  unknownIds,
} from "../support/conformance.ts";

const REGISTER: Register = {
  areas: { BRK: "Brokers", UI: "Kafka UI" },
  rows: [
    { id: "R-BRK-01", text: "StatefulSet kafka" },
    { id: "R-BRK-02", text: "Version" },
    { id: "R-UI-01", text: "Web UI", later: "ui.enabled" },
    { id: "R-UI-02", text: "Another UI", out: "not asked for" },
  ],
};
const passed = (title: string, file = "test/unit/a.test.ts"): TestResult => ({ title, file, state: "passed" });

describe("conformance page", () => {
  it("takes a row for proved by a passing test only", () => {
    const failed: TestResult = { ...passed("R-BRK-02 version"), state: "failed" };
    const page = renderConformance(REGISTER, proofsOf([passed("brokers R-BRK-01 named"), failed]));
    assert.match(
      page,
      /\*\*R-BRK-01\*\* proved · StatefulSet kafka\n {2}- `test\/unit\/a\.test\.ts`: brokers R-BRK-01 named/,
    );
    assert.match(page, /\*\*R-BRK-02\*\* open/);
    assert.match(page, /\*\*R-UI-01\*\* later: ui\.enabled/);
    assert.match(page, /\*\*R-UI-02\*\* out: not asked for/);
    assert.match(page, /All 4 rows: 1 proved, 1 later, 1 out, 1 open\./);
  });

  it("proves a row that was put off as soon as a test does", () => {
    assert.match(renderConformance(REGISTER, proofsOf([passed("R-UI-01 ui")])), /\*\*R-UI-01\*\* proved/);
  });

  it("is the same whatever the order of the results", () => {
    const results = [passed("R-BRK-01 b"), passed("R-BRK-01 a"), passed("R-BRK-01 c", "test/golden/z.test.ts")];
    assert.equal(
      renderConformance(REGISTER, proofsOf(results)),
      renderConformance(REGISTER, proofsOf([...results].reverse())),
    );
  });

  it("keeps what files that did not run proved, and drops what files that ran no longer prove", () => {
    const before = renderConformance(
      REGISTER,
      proofsOf([passed("R-BRK-01 unit"), passed("R-BRK-02 cluster", "test/cluster/c.test.ts")]),
    );
    const after = renderConformance(
      REGISTER,
      proofsKept(before, (file) => file === "test/unit/a.test.ts"),
      proofsOf([]),
    );
    assert.match(after, /\*\*R-BRK-01\*\* open/);
    assert.match(after, /\*\*R-BRK-02\*\* proved/);
    assert.equal(
      renderConformance(
        REGISTER,
        proofsKept(before, () => false),
      ),
      before,
    );
  });

  it("claims a row by a file, whatever the titles in it", () => {
    const [before, after] = ["R-BRK-01 old title", "R-BRK-01 new title"].map((title) =>
      claimsOf(renderConformance(REGISTER, proofsOf([passed(title)]))),
    );
    assert.deepEqual([...(before ?? [])], ["R-BRK-01 by test/unit/a.test.ts"]);
    assert.deepEqual(after, before);
  });

  it("finds a row that does not exist", () => {
    assert.deepEqual(unknownIds(REGISTER, [passed("R-BRK-01 x"), passed("R-BRK-99 y")]), ["R-BRK-99"]);
  });
});
