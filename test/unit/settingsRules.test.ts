/** Each rule: a bad input is refused by exactly that rule, and the nearest good one passes. */
import assert from "node:assert/strict";
import { READING_PROBLEMS, RULES } from "../../stacks/settings/rules/index.ts";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import { problemsOf, rulesOf } from "../support/settings.ts";
import { CAPACITY } from "./settingsRules/capacity.ts";
import { type Cases, production } from "./settingsRules/case.ts";
import { CERTIFICATES } from "./settingsRules/certificates.ts";
import { CLUSTER } from "./settingsRules/cluster.ts";
import { EXTERNAL_ACCESS } from "./settingsRules/externalAccess.ts";
import { KAFKA_KEYS } from "./settingsRules/kafkaKeys.ts";
import { KUBERNETES } from "./settingsRules/kubernetes.ts";
import { PRODUCTION } from "./settingsRules/production.ts";
import { READING } from "./settingsRules/reading.ts";
import { REPLICATION } from "./settingsRules/replication.ts";
import { TOPICS } from "./settingsRules/topics.ts";
import { USERS } from "./settingsRules/users.ts";

const CASES: Cases = {
  ...CLUSTER,
  ...REPLICATION,
  ...CAPACITY,
  ...KAFKA_KEYS,
  ...TOPICS,
  ...USERS,
  ...KUBERNETES,
  ...PRODUCTION,
  ...EXTERNAL_ACCESS,
  ...CERTIFICATES,
  ...READING,
};

/** Found before there are settings; test/unit/settingsSource.test.ts has them. */
const ELSEWHERE = ["topic-duplicate", "duplicate-key", "stack-file-unreadable", "set-malformed"];

describe("settings rules", () => {
  for (const [rule, cases] of Object.entries(CASES)) {
    for (const { what, bad, good, at, says, rows } of cases) {
      it(`${rows ? `${rows} ` : ""}${rule} refuses ${what}`, () => {
        const others = rulesOf(good);
        assert.ok(!others.includes(rule), `the good neighbour breaks ${rule} too`);
        assert.deepEqual(rulesOf(bad), [...others, rule].sort());
        const problem = problemsOf(bad).find((found) => found.rule === rule && found.path === at);
        assert.ok(
          problem,
          `no problem at ${at} among ${problemsOf(bad)
            .map(({ path }) => path)
            .join(", ")}`,
        );
        assert.match(`${problem.found} ${problem.expected} ${problem.remedy}`, literally(says));
      });
    }
  }

  it("has a case for every rule, and every rule a summary of its own", () => {
    const ids = [...RULES.map(({ id }) => id), ...Object.keys(READING_PROBLEMS)];
    assert.deepEqual([...Object.keys(CASES), ...ELSEWHERE].sort(), ids.sort());
    assert.equal(new Set(RULES.map(({ summary }) => summary)).size, RULES.length);
    for (const { id, summary } of RULES) {
      assert.match(id, /^[a-z]+(?:-[a-z0-9]+)*$/);
      assert.match(summary, /^\S.+\.$/);
    }
  });

  it("stops a stack for an error and lets it pass with a warning", () => {
    const unpinned = { agent: { image: "node" } };
    const severity = (input: SettingsInput) =>
      problemsOf(input).find(({ rule }) => rule === "prod-latest-tag")?.severity;
    assert.equal(severity(unpinned), "warning");
    assert.equal(severity(production(unpinned)), "error");
  });
});

function literally(text: string): RegExp {
  return new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
}
