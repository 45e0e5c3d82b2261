/** The stack files that this project ships. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { Tree } from "../../stacks/settings/path.ts";
import { SettingsSchema } from "../../stacks/settings/schema.ts";
import { stackFileInput } from "../../stacks/settings/stackFile.ts";
import { load } from "../support/settings.ts";

const STACKS = ["dev", "staging", "prod"] as const;

describe("settings of this project's stacks", () => {
  for (const stack of STACKS) {
    it(`R-ENV-05 Pulumi.${stack}.yaml selects SelfMonitor's ${stack} on KRaft, and loads`, () => {
      const { settings } = load(stackFileInput(".", stack));
      assert.deepEqual(
        [settings.preset, settings.environment, settings.coordination.mode],
        ["selfmonitor", stack, "kraft"],
      );
      assert.equal(settings.kafka.replicas, { dev: 1, staging: 3, prod: 5 }[stack]);
    });

    it(`Pulumi.${stack}.yaml says only what differs, keeps the default provider off and names its schema`, () => {
      const text = readFileSync(`Pulumi.${stack}.yaml`, "utf8");
      assert.match(text, /^# yaml-language-server: \$schema=stacks\/stack\.schema\.json\n/);
      const { config } = parse(text) as { config: Tree };
      assert.deepEqual(config["pulumi:disable-default-providers"], ["kubernetes"]);
      const { settings, provenance } = load(stackFileInput(".", stack));
      const own = [...provenance].filter(([, layer]) => layer === "stack file").map(([path]) => path);
      assert.ok(own.length <= 12, `${own.length} values: ${own.join(", ")}`);
      assert.equal(settings.environment, stack);
    });
  }

  it("Pulumi.yaml declares every key, with type, description and a default that says nothing", () => {
    const { config } = parse(readFileSync("Pulumi.yaml", "utf8")) as { config: Record<string, Tree> };
    assert.deepEqual(Object.keys(config).sort(), Object.keys(SettingsSchema.shape).sort());
    for (const [key, { type, description, default: value }] of Object.entries(config)) {
      assert.ok(typeof type === "string" && typeof description === "string" && value !== undefined, key);
    }
    const defaults = Object.fromEntries(Object.entries(config).map(([key, { default: value }]) => [key, value]));
    assert.deepEqual(load(defaults).settings, load({}).settings);
  });
});
