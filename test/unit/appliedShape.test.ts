import assert from "node:assert/strict";
import fc from "fast-check";
import { readShape, shapeText } from "../../stacks/appliedShape.ts";
import { loadSettings } from "../../stacks/settings/load.ts";
import type { Settings } from "../../stacks/settings/settings.ts";
import { ALL_STACKS } from "../support/stacks.ts";

const settings = (set: Record<string, unknown> = {}): Settings =>
  loadSettings({ preset: "none", environment: "dev" }, { today: "2026-11-21", set }).settings;
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("the applied shape", () => {
  it("reads back as the settings that it was made of, for every stack", () => {
    for (const stack of ALL_STACKS) {
      const { kubernetes, ...others } = stack.settings();
      assert.ok(kubernetes);
      const back = readShape(shapeText(stack.settings()));
      const byName = <T extends { name: string }>(items: readonly T[]) =>
        [...items].sort((a, b) => (a.name < b.name ? -1 : 1));
      assert.deepEqual(
        plain({ ...back, topics: { ...back.topics, items: byName(back.topics.items) } }),
        plain({ ...others, topics: { ...others.topics, items: byName(others.topics.items) } }),
        stack.title,
      );
    }
  });

  it("keeps keys with dots, quotes and the names of JavaScript's own properties", () => {
    const word = fc.oneof(
      fc.constantFrom("a.b", "__proto__", "constructor", 'say"so', "x[0]", "back\\slash"),
      fc.string(),
    );
    fc.assert(
      fc.property(
        fc.dictionary(
          word.filter((key) => /^\S+$/.test(key)),
          fc.string(),
        ),
        (labels) => {
          const base = settings();
          const back = readShape(shapeText({ ...base, labels }));
          assert.deepEqual(plain(back.labels), plain(labels));
        },
      ),
    );
  });

  it("changes by one line where one setting changes", () => {
    const lines = (set?: Record<string, unknown>) => shapeText(settings(set)).split("\n");
    const before = lines();
    const after = lines({ "kafka.ioThreads": 12 });
    assert.deepEqual(
      after.filter((line) => !before.includes(line)),
      ["kafka.ioThreads = 12"],
    );
    assert.equal(after.length, before.length);
  });

  it("does not tell where the cluster is", () => {
    const text = shapeText(settings({ "kubernetes.context": "secret-lab" }));
    assert.ok(!text.includes("secret-lab"));
  });

  it("refuses text that it did not write, by line", () => {
    assert.throws(
      () => readShape("kafka.replicas = 3\nkafka: 3\n"),
      /line 2: found "kafka: 3", expected "path = JSON value"/,
    );
  });
});
