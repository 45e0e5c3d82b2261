/** Whatever a stack file says: it loads into settings that hold together, or it is refused by named rules. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { DEFAULTS } from "../../stacks/settings/defaults.ts";
import { layersOf } from "../../stacks/settings/layers.ts";
import {
  formatProblem,
  type LoadedSettings,
  loadSettings,
  type Problem,
  SettingsError,
} from "../../stacks/settings/load.ts";
import { mergeLayers } from "../../stacks/settings/merge.ts";
import { formatPath, leaves, type Tree, withValue } from "../../stacks/settings/path.ts";
import { READING_PROBLEMS, RULES } from "../../stacks/settings/rules/index.ts";
import { parseSetPath } from "../../stacks/settings/setPath.ts";
import { TODAY } from "../support/settings.ts";

const RULE_NAMES = new Set([...RULES.map(({ id }) => id), ...Object.keys(READING_PROBLEMS)]);
const SEED = 20_261_121;

/** Every path that some preset gives a value, so that random values land where they matter. */
const PATHS = [
  ...new Set(
    (["selfmonitor", "voicecore", "llm-analytics-hub", "amazon-api"] as const)
      .flatMap((preset) => [...leaves(mergeLayers(layersOf({ preset, environment: "prod" })))])
      .map(([path]) => JSON.stringify(path)),
  ),
].map((text) => JSON.parse(text) as string[]);

const value = fc.oneof(
  fc.constantFrom<unknown>(0, 1, 2, 3, 4, 5, 7, -1, 1.5, 1e9, true, false, null, "", [], {}),
  fc.constantFrom(
    "512Mi",
    "2Gi",
    "8g",
    "1g",
    "7d",
    "300s",
    "unlimited",
    "prod",
    "kraft",
    "zookeeper",
    "combined",
    "a_b",
  ),
  fc.string({ maxLength: 20 }),
  fc.jsonValue({ maxDepth: 2 }),
);
const key = fc.oneof(
  fc.constantFrom("__proto__", "constructor", "toString", "kafak", "a.b", ""),
  fc.string({ maxLength: 12 }),
);

const edit = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...PATHS), value) },
  { weight: 1, arbitrary: fc.tuple(fc.tuple(fc.constantFrom("topics", "clients", "kafka"), key), value) },
  { weight: 1, arbitrary: fc.tuple(fc.tuple(fc.constant("topics"), fc.constant("items"), key, key), value) },
  { weight: 1, arbitrary: fc.tuple(fc.tuple(key), value) },
);
const stackFile = fc
  .tuple(
    fc.constantFrom("none", "selfmonitor", "voicecore", "amazon-api", "llm-analytics-hub"),
    fc.array(edit, { maxLength: 8 }),
  )
  .map(([preset, edits]) =>
    edits.reduce<Tree>((tree, [path, changed]) => withValue(tree, path, changed), {
      preset,
      coordination: { mode: "kraft" },
    }),
  );

function attempt(input: Tree, set: Readonly<Record<string, unknown>> = {}): LoadedSettings | readonly Problem[] {
  try {
    return loadSettings(input, { today: TODAY, set });
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

const isRefused = (result: LoadedSettings | readonly Problem[]): result is readonly Problem[] => Array.isArray(result);

describe("settings, whatever the input", () => {
  it("load or are refused by named rules, each problem with path, finding, expectation and remedy", () => {
    fc.assert(
      fc.property(stackFile, (input) => {
        const result = attempt(input);
        const problems = isRefused(result) ? result : result.warnings;
        if (isRefused(result)) assert.ok(problems.some(({ severity }) => severity === "error"));
        for (const problem of problems) {
          assert.ok(RULE_NAMES.has(problem.rule), problem.rule);
          for (const text of [problem.path, problem.found, problem.expected, problem.remedy]) assert.notEqual(text, "");
          assert.doesNotMatch(formatProblem(problem), /[\r\n]/);
        }
      }),
      { seed: SEED, numRuns: 400 },
    );
  }).timeout(60_000);

  it("that load hold together", () => {
    let loaded = 0;
    fc.assert(
      fc.property(
        fc.record({
          replicas: fc.integer({ min: 1, max: 7 }),
          replicationFactor: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
          minInSyncReplicas: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
          heap: fc.option(fc.constantFrom("256m", "1g", "2g"), { nil: undefined }),
        }),
        fc.array(
          fc.record({ partitions: fc.integer({ min: 0, max: 3 }), replicationFactor: fc.integer({ min: 0, max: 5 }) }),
          {
            maxLength: 3,
          },
        ),
        (kafka, topics) => {
          const items = Object.fromEntries(topics.map((topic, i) => [`t${i}`, topic]));
          const result = attempt({ kafka, topics: { items } });
          if (isRefused(result)) return;
          loaded++;
          const { settings } = result;
          assert.ok(settings.kafka.replicationFactor <= settings.kafka.replicas);
          for (const topic of settings.topics.items) {
            assert.ok(topic.partitions > 0 && topic.replicationFactor > 0);
            assert.ok(topic.replicationFactor <= settings.kafka.replicas);
            assert.ok(topic.minInSyncReplicas <= Math.max(1, topic.replicationFactor - 1));
          }
          assert.ok(Object.isFrozen(settings.topics.items));
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
    assert.ok(loaded > 30, `only ${loaded} of 300 inputs loaded`);
  }).timeout(60_000);

  it("give --set the same meaning as the stack file, for every path that a preset has", () => {
    const below = mergeLayers(layersOf({ preset: "selfmonitor", environment: "prod" }));
    for (const [path] of leaves(below)) assert.deepEqual(parseSetPath(formatPath(path), below), path);
    fc.assert(
      fc.property(fc.constantFrom(...PATHS), value, (path, changed) => {
        const base = { preset: "selfmonitor", environment: "prod" };
        fc.pre(!["preset", "environment"].includes(path[0] ?? ""));
        const bySet = attempt(base, { [formatPath(path)]: changed });
        const byFile = attempt(withValue(base, path, changed));
        const lines = (result: LoadedSettings | readonly Problem[]) =>
          (isRefused(result) ? result : result.warnings).map(formatProblem);
        // An empty value of a whole key says nothing in a file, where it may be the project's default.
        fc.pre(path.length > 1);
        assert.deepEqual(lines(bySet), lines(byFile));
      }),
      { seed: SEED, numRuns: 200 },
    );
  }).timeout(60_000);

  it("never change the defaults", () => {
    const before = JSON.stringify(DEFAULTS);
    attempt({ preset: "voicecore", environment: "prod" });
    assert.equal(JSON.stringify(DEFAULTS), before);
  });
});
