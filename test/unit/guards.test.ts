/** Each change rule: a bad change is refused by exactly that rule, and the nearest good one passes. */
import assert from "node:assert/strict";
import { refusedProblems } from "../../deploy/classify.ts";
import { shapeText } from "../../stacks/appliedShape.ts";
import { checkChange } from "../../stacks/guards/check.ts";
import { CHANGE_RULES, UNREADABLE } from "../../stacks/guards/table.ts";
import { SettingsError } from "../../stacks/settings/problem.ts";
import { RULES } from "../../stacks/settings/rules/index.ts";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import { changeProblems, unchecked } from "../support/changes.ts";
import { rulesOf } from "../support/settings.ts";
import { ALL_STACKS } from "../support/stacks.ts";
import type { ChangeCases } from "./guards/case.ts";
import { IDENTITY } from "./guards/identity.ts";
import { LISTENERS } from "./guards/listeners.ts";
import { MIGRATION } from "./guards/migration.ts";
import { QUORUM } from "./guards/quorum.ts";
import { SECURITY } from "./guards/security.ts";
import { STORAGE } from "./guards/storage.ts";
import { TOPICS } from "./guards/topics.ts";
import { USERS } from "./guards/users.ts";
import { VERSIONS } from "./guards/versions.ts";
import { ZONES } from "./guards/zones.ts";

const CHANGE_CASES: ChangeCases = {
  ...IDENTITY,
  ...STORAGE,
  ...QUORUM,
  ...VERSIONS,
  ...MIGRATION,
  ...TOPICS,
  ...LISTENERS,
  ...ZONES,
  ...SECURITY,
  ...USERS,
};

const rulesBetween = (from: SettingsInput, to: SettingsInput): string[] =>
  [...new Set(changeProblems(from, to).map(({ rule }) => rule))].sort();

describe("change rules", () => {
  for (const [rule, cases] of Object.entries(CHANGE_CASES)) {
    for (const { what, from, bad, good, at, says, rows } of cases) {
      it(`${rows ? `${rows} ` : ""}${rule} refuses ${what}`, () => {
        const others = rulesBetween(from, good);
        assert.ok(!others.includes(rule), `the good neighbour breaks ${rule} too`);
        assert.ok(rulesBetween(from, bad).includes(rule));
        const found = changeProblems(from, bad);
        const problem = found.find((one) => one.rule === rule && one.path === at);
        assert.ok(problem, `no problem at ${at} among ${found.map(({ path }) => path).join(", ")}`);
        const text = `${problem.found} ${problem.expected} ${problem.remedy}`;
        assert.ok(text.includes(says), text);
      });
    }
  }

  it("has a case for every rule, and an id that no rule of the settings has", () => {
    const ids = CHANGE_RULES.map(({ id }) => id);
    assert.deepEqual([...Object.keys(CHANGE_CASES), UNREADABLE.id].sort(), [...ids].sort());
    assert.equal(new Set([...ids, ...RULES.map(({ id }) => id)]).size, ids.length + RULES.length);
  });

  it("has nothing against the same settings again, for every stack", () => {
    for (const stack of ALL_STACKS) {
      assert.deepEqual(checkChange(shapeText(stack.settings()), stack.settings()), [], stack.title);
    }
  });

  it("has nothing to say of a stack that was never brought up", () => {
    assert.deepEqual(checkChange(undefined, unchecked({ names: { brokers: "other" } })), []);
  });

  it("refuses to judge by settings that it cannot read", () => {
    assert.throws(
      () => checkChange("kafka: 3\n", unchecked({})),
      /\[applied-shape-unreadable\] appliedShape: found .*line 1/,
    );
  });
});

describe("the metadata version", () => {
  const at = (version: string, metadataVersion: string): SettingsInput => ({ kafka: { version, metadataVersion } });

  it("rises in an up of its own, after the binaries", () => {
    const binaries = at("4.3.1", "4.2-IV1");
    assert.deepEqual(rulesBetween(at("4.2.1", "4.2-IV1"), { kafka: { version: "4.3.1" } }), ["upgrade-in-one-step"]);
    assert.deepEqual(rulesBetween(at("4.2.1", "4.2-IV1"), binaries), []);
    assert.deepEqual(rulesBetween(binaries, { kafka: { version: "4.3.1" } }), []);
  });

  it("decides how far back the binaries may go", () => {
    assert.deepEqual(rulesBetween(at("4.3.1", "4.2-IV1"), at("4.2.1", "4.2-IV1")), []);
    assert.deepEqual(rulesBetween(at("4.3.1", "4.3-IV0"), at("4.2.1", "4.2-IV1")), ["kafka-downgraded"]);
  });
});

describe("overrides of change rules", () => {
  const from: SettingsInput = { kafka: { storage: { data: "20Gi" } } };
  const smaller = (allowUnsafe: NonNullable<SettingsInput["allowUnsafe"]>): SettingsInput => ({
    kafka: { storage: { data: "10Gi" } },
    allowUnsafe,
  });
  const override = { rule: "volume-shrunk", reason: "the volumes were copied over" };

  it("let a change pass until a date, and leave a warning with the reason", () => {
    const [problem, ...others] = changeProblems(from, smaller([{ ...override, until: "2026-11-30" }]));
    assert.deepEqual(others, []);
    assert.deepEqual(
      [problem?.severity, problem?.remedy],
      ["warning", "allowed until 2026-11-30: the volumes were copied over"],
    );
  });

  it("need an end, and have none of their own when it has passed", () => {
    assert.deepEqual(rulesOf(smaller([override])), ["allow-unsafe-open-ended"]);
    assert.deepEqual(rulesOf(smaller([{ ...override, until: "2026-11-20" }])), ["allow-unsafe-expired"]);
    assert.deepEqual(rulesOf(smaller([{ ...override, until: "2026-11-21" }])), []);
  });
});

describe("a refused change", () => {
  it("R-PRG-17 is read back by the deploy library as every problem that it has", () => {
    let message = "";
    try {
      checkChange(
        shapeText(unchecked({ topics: { items: { "user.events": { partitions: 3 } } } })),
        unchecked({ kafka: { storage: { data: "1Gi" } }, names: { headless: "x" }, profile: "development" }),
      );
    } catch (error) {
      assert.ok(error instanceof SettingsError);
      message = error.message;
    }
    assert.match(message, /^2 problems with the change\n/);
    // A warning refuses nothing, so it is not among them.
    assert.match(message, /\[topic-left-out\]/);
    assert.deepEqual(
      refusedProblems(message).map(({ rule }) => rule),
      ["identity-changed", "volume-shrunk"],
    );
  });
});
