/** The guide from ZooKeeper to KRaft and the runbook of both name what the program does. */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { STEPS } from "../../kafka/coordination.ts";
import { cpuCores, quantityBytes } from "../../kafka/units.ts";
import { CHANGE_RULES } from "../../stacks/guards/table.ts";
import { RULES } from "../../stacks/settings/rules/index.ts";
import { switchOff } from "../../stacks/settings/rules/notBuiltYet.ts";
import { load } from "../support/settings.ts";

const page = (path: string) => readFileSync(new URL(`../../docs/${path}`, import.meta.url), "utf8");
const guide = page("guides/zookeeper-to-kraft.md");
const runbook = page("runbooks/coordination.md");

describe("pages on ZooKeeper and KRaft", () => {
  it("R-CRD-30 R-CRD-33 lead through every phase, and name the point of no return and what clients see", () => {
    for (const [stage, { forward, back }] of Object.entries(STEPS)) {
      if (stage === "done" || stage === "zookeeper" || stage === "rollback") continue;
      const row = guide.split("\n").find((line) => line.startsWith(`| \`phase: ${stage}\``));
      assert.ok(row, stage);
      const wayBack = row.split("|").at(-2) ?? "";
      assert.ok(wayBack.includes(back === undefined ? "none" : `\`phase: ${back}\``), row);
      assert.ok(forward);
    }
    assert.match(guide, /`phase: kraft` .*\*\*Point of no return\*\*/);
    assert.match(guide, /no controller: writes go on/);
  });

  it("R-CRD-34 have an entry for connection time-outs, split brain, elections that fail, and a broken metadata log", () => {
    for (const heading of [
      "## ZooKeeper connection timeout",
      "## Split brain",
      "## Controller election failure",
      "## Metadata log corruption",
    ]) {
      assert.ok(runbook.includes(`\n${heading}\n`), heading);
    }
    for (const words of ["odd (`even-quorum`)", "controller.quorum.voters", "delete pvc"]) {
      assert.ok(runbook.includes(words), words);
    }
  });

  it("R-DOC-04 compare both over nine features, with the numbers of the preset that states both, and lead from one to the other", () => {
    const options = page("guides/coordination-options.md");
    const section = (title: string) => options.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
    const rows = (title: string) =>
      section(title)
        .split("\n")
        .filter((line) => line.startsWith("|"))
        .slice(2);
    assert.equal(rows("Nine differences").length, 9);
    const sums = (["zookeeper", "kraft"] as const).map((mode) => {
      const { kafka, zookeeper } = load(
        switchOff({ preset: "voicecore", environment: "prod", coordination: { mode } }),
      ).settings;
      const parts = mode === "zookeeper" ? [kafka, zookeeper] : [kafka];
      const sum = (of: (part: (typeof parts)[number]) => number) =>
        parts.reduce((total, part) => total + part.replicas * of(part), 0);
      const gibibytes = (text: string) => (quantityBytes(text) ?? 0) / 2 ** 30;
      return [
        sum(({ resources }) => cpuCores(resources.limits.cpu ?? resources.requests.cpu) ?? 0),
        sum(({ resources }) => gibibytes(resources.requests.memory)),
        sum(({ storage }) => gibibytes(storage.data)),
      ];
    });
    const [before = [], after = []] = sums;
    const stated = rows("Resources").map((row) =>
      row
        .split("|")
        .slice(2, 5)
        .map((cell) => Number.parseInt(cell, 10)),
    );
    assert.deepEqual(
      stated,
      before.map((value, index) => [value, after[index], Math.round((1 - (after[index] ?? 0) / value) * 100)]),
    );
    assert.ok(options.includes("(zookeeper-to-kraft.md)"));
  });

  it("name only rules that there are", () => {
    const known = new Set([...RULES, ...CHANGE_RULES].map(({ id }) => id));
    for (const text of [guide, runbook]) {
      const named = [...text.matchAll(/rules? `([a-z-]+)`|`((?:migration|quota|limit|even|ensemble)-[a-z-]+)`/g)];
      assert.ok(named.length > 0);
      for (const [, first, second] of named) assert.ok(known.has(first ?? second ?? ""), first ?? second);
    }
  });
});
