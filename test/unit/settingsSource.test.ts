/** Where settings come from: stack files, the engine's configuration and command lines. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type Problem, SettingsError } from "../../stacks/settings/load.ts";
import { parseSet, settingsFromOptions } from "../../stacks/settings/options.ts";
import { pulumiConfigInput } from "../../stacks/settings/source.ts";
import { stackFileInput } from "../../stacks/settings/stackFile.ts";

function refusal(action: () => unknown): readonly Problem[] {
  try {
    action();
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  assert.fail("nothing was refused");
}

describe("settings from stack files", () => {
  let dir: string;
  before(() => {
    dir = mkdtempSync(join(tmpdir(), "stack-files-"));
    writeFileSync(
      join(dir, "Pulumi.yaml"),
      "name: kafka-platform\nconfig:\n  kafka: { default: { replicas: 5 } }\n  ui: {}\n",
    );
  });
  after(() => {
    rmSync(dir, { recursive: true });
  });
  const write = (stack: string, text: string) => {
    writeFileSync(join(dir, `Pulumi.${stack}.yaml`), text);
  };

  it("takes the project's keys, with or without its name, and leaves those of others", () => {
    write(
      "a",
      "config:\n  kafka-platform:preset: none\n  environment: dev\n  kubernetes:context: x\n  pulumi:tags: {}\n",
    );
    assert.deepEqual(stackFileInput(dir, "a"), {
      kafka: { replicas: 5 },
      ui: undefined,
      preset: "none",
      environment: "dev",
    });
  });

  it("replaces a project default as a whole, as the engine does", () => {
    write("b", "config:\n  kafka-platform:kafka: { heap: 2g }\n");
    assert.deepEqual(stackFileInput(dir, "b")["kafka"], { heap: "2g" });
  });

  it("topic-duplicate refuses a topic that stands twice, with its line", () => {
    write(
      "c",
      "config:\n  kafka-platform:topics:\n    items:\n      a.b: { partitions: 1 }\n      a.b: { partitions: 2 }\n",
    );
    const [problem, ...others] = refusal(() => stackFileInput(dir, "c"));
    assert.deepEqual(others, []);
    assert.equal(problem?.rule, "topic-duplicate");
    assert.equal(problem.path, 'topics.items["a.b"]');
    assert.match(problem.found, /in Pulumi\.c\.yaml line 5/);
  });

  it("duplicate-key refuses any other key that stands twice", () => {
    write("d", "config:\n  kafka-platform:kafka: { heap: 2g, heap: 3g }\n  kafka-platform:kafka: {}\n");
    assert.deepEqual(
      refusal(() => stackFileInput(dir, "d")).map(({ rule, path }) => [rule, path]),
      [
        ["duplicate-key", "kafka.heap"],
        ["duplicate-key", "kafka"],
      ],
    );
  });

  it("stack-file-unreadable refuses a missing file and YAML that does not parse", () => {
    assert.deepEqual(
      refusal(() => stackFileInput(dir, "missing")).map(({ rule, path, found }) => [rule, path, found]),
      [["stack-file-unreadable", "Pulumi.missing.yaml", "no such file"]],
    );
    write("e", "config:\n  kafka-platform:kafka: {\n");
    assert.ok(refusal(() => stackFileInput(dir, "e")).every(({ rule }) => rule === "stack-file-unreadable"));
  });

  it("hides an encrypted value, for which the settings have no place", () => {
    write("f", "config:\n  kafka-platform:labels: { secure: v1:abc:def }\n");
    assert.equal(stackFileInput(dir, "f")["labels"], "[secret]");
  });
});

describe("settings from the engine", () => {
  const config = (values: Record<string, string>, secrets: string[] = []) => {
    pulumi.runtime.setAllConfig(values, secrets);
    return pulumiConfigInput();
  };
  let project = "";
  before(() => {
    project = pulumi.getProject();
  });
  after(() => {
    pulumi.runtime.setAllConfig({});
  });

  it("reads text as text and everything else as the JSON that the engine makes of it", () => {
    const found = config({
      [`${project}:preset`]: "selfmonitor",
      [`${project}:profile`]: "",
      [`${project}:deletionProtection`]: "true",
      [`${project}:kafka`]: '{"replicas":3,"version":"4.3.1","config":{"log.segment.bytes":1048576}}',
      [`${project}:allowUnsafe`]: "[]",
      "kubernetes:context": "elsewhere",
    });
    assert.deepEqual(found, {
      preset: "selfmonitor",
      profile: "",
      deletionProtection: true,
      kafka: { replicas: 3, version: "4.3.1", config: { "log.segment.bytes": 1_048_576 } },
      allowUnsafe: [],
    });
  });

  it("reads an unquoted date as the day that it says, though the engine makes a timestamp of it", () => {
    const stated = [
      { rule: "a", until: "2027-03-31 00:00:00 +0000 UTC" },
      { until: "2027-03-31T00:00:00Z" },
      { until: "2027-03-31" },
    ];
    const { allowUnsafe } = config({ [`${project}:allowUnsafe`]: JSON.stringify(stated) });
    assert.deepEqual(
      (allowUnsafe as { until: string }[]).map(({ until }) => until),
      Array(3).fill("2027-03-31"),
    );
  });

  it("passes unknown keys and wrong kinds on for the schema to refuse", () => {
    const found = config({ [`${project}:kafak`]: "3", [`${project}:kafka`]: "many", [`${project}:__proto__`]: "1" });
    assert.deepEqual(Object.entries(found), [
      ["kafak", 3],
      ["kafka", "many"],
      ["__proto__", 1],
    ]);
  });

  it("never shows a secret", () => {
    const key = `${project}:labels`;
    assert.deepEqual(config({ [key]: '{"password":"hunter2"}' }, [key]), { labels: "[secret]" });
  });
});

describe("settings from command lines", function () {
  this.timeout(60_000);

  it("reads --set values as YAML", () => {
    assert.deepEqual(parseSet(["kafka.heap=2g", "kafka.replicas=3", "namespace.quota=null", 'a.b=["x=y"]', "c="]), {
      "kafka.heap": "2g",
      "kafka.replicas": 3,
      "namespace.quota": null,
      "a.b": ["x=y"],
      c: null,
    });
  });

  it("set-malformed refuses what is no pair, all at once", () => {
    const problems = refusal(() => parseSet(["kafka.heap", "kafka={", "kafka.replicas=3"]));
    assert.deepEqual(
      problems.map(({ rule, found }) => [rule, found]),
      [
        ["set-malformed", "kafka.heap"],
        ["set-malformed", "kafka={"],
      ],
    );
  });

  it("loads a stack or a preset, without what is not built yet where asked", () => {
    assert.equal(settingsFromOptions({ stack: "staging" }).settings.kafka.replicas, 3);
    const preset = { preset: "voicecore", env: "prod", builtOnly: true, set: ["kafka.replicas=5"] };
    assert.equal(settingsFromOptions(preset).settings.kafka.replicas, 5);
    assert.throws(() => settingsFromOptions({ preset: "voicecore", env: "prod" }), SettingsError);
  });

  const cli = (...args: string[]) =>
    spawnSync(process.execPath, ["stacks/settings/cli.ts", ...args], { encoding: "utf8", timeout: 20_000 });

  it("check exits 0 with warnings, 1 with errors, and prints them for people or as JSON", () => {
    const fine = cli("check", "prod");
    assert.equal(fine.status, 0, fine.stderr);
    assert.match(fine.stdout, /^warning {2}security\.mode {2}\[prod-plaintext\]\n {2}found {5}scram\n/);
    assert.match(fine.stdout, /settings are fine, 1 warning\n$/);
    const bad = cli(
      "check",
      "dev",
      "--set",
      "kafka.replicas=2",
      "--set",
      "topics.items.user.events.partitions=0",
      "--json",
    );
    assert.equal(bad.status, 1);
    const problems = JSON.parse(bad.stdout) as Problem[];
    assert.deepEqual(
      problems.map(({ rule }) => rule),
      ["even-quorum", "partitions-not-positive"],
    );
  });

  it("explain prints path, value and layer below a prefix", () => {
    const { stdout } = cli("explain", "dev", "kafka.storage");
    assert.equal(
      stdout,
      [
        "kafka.storage.class  null  defaults",
        "kafka.storage.data   10Gi  preset selfmonitor/dev",
        "kafka.storage.logs   null  defaults",
        "",
      ].join("\n"),
    );
    const bad = cli("explain", "--preset", "selfmonitor", "--env", "prod");
    assert.equal(bad.status, 1);
    assert.match(bad.stdout, /6 errors/);
  });

  it("says how to call it", () => {
    assert.match(
      execFileSync(process.execPath, ["stacks/settings/cli.ts", "--help"], { encoding: "utf8" }),
      /check.*explain/s,
    );
    const nothing = cli("check");
    assert.notEqual(nothing.status, 0);
    assert.match(nothing.stderr, /name a stack, or --preset/);
  });
});
