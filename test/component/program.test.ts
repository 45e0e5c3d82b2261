/** index.ts as the engine runs it: configuration in, stack outputs out. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { platform } from "../../stacks/platform.ts";
import { providers } from "../../stacks/provider.ts";
import { loadSettings } from "../../stacks/settings/load.ts";
import { GOLDEN_STACKS, PROGRAMS, recordedStack } from "../support/stacks.ts";
import { type RecordedResource, world } from "../support/world.ts";

const ROOT = new URL("../../", import.meta.url);
const yaml = (file: string) => parse(readFileSync(new URL(file, ROOT), "utf8")) as Record<string, unknown>;

/** What the engine hands to the program: the defaults of Pulumi.yaml under the values of the stack file, as text. */
function engineConfig(stack: string, change: Record<string, unknown> = {}): Record<string, string> {
  const declared = yaml("Pulumi.yaml")["config"] as Record<string, { default: unknown }>;
  const defaults = Object.entries(declared).map(([key, { default: value }]) => [`kafka-platform:${key}`, value]);
  const own = yaml(`Pulumi.${stack}.yaml`)["config"] as Record<string, unknown>;
  const merged = { ...Object.fromEntries(defaults), ...own, ...change } as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(merged).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

/** @param constructed gets the name of every resource that the program makes, even when it fails */
const runProgram = async (
  config: Record<string, string>,
  constructed: string[] = [],
  lastOutputs: Record<string, unknown> = {},
  preview = false,
) => {
  const { default: main } = await import("../../index.ts");
  return world(
    () => {
      pulumi.runtime.registerStackTransformation(({ name }) => {
        constructed.push(name);
        return undefined;
      });
      return main();
    },
    { stack: "dev", config, lastOutputs, preview },
  );
};

describe("the program", function () {
  // The first run bundles the agent.
  this.timeout(30_000);

  it("registers what its stack file says", async () => {
    const [dev] = GOLDEN_STACKS;
    assert.ok(dev);
    const direct = await recordedStack(dev);
    const constructed: string[] = [];
    const { resources } = await runProgram(engineConfig("dev"), constructed);
    assert.ok(constructed.includes("brokers-nodes"));
    const names = (of: readonly RecordedResource[]) => of.map(({ type, name }) => `${type} ${name}`).sort();
    assert.deepEqual(names(resources), names(direct.resources));
  });

  it("R-PRG-14 exports addresses, names and the applied settings, and no output of what the stack does not have", async () => {
    const { outputs } = await runProgram(engineConfig("dev"));
    assert.deepEqual(Object.keys(outputs).sort(), [
      "appliedShape",
      "bootstrap",
      "brokers",
      "clientConfigMaps",
      "clientSecrets",
      "clusterId",
      "namespace",
      "podTemplates",
    ]);
    assert.equal(outputs["namespace"], "kafka");
    assert.equal(outputs["bootstrap"], "kafka.kafka.svc.cluster.local:9092");
    assert.equal(outputs["brokers"], "kafka-0.kafka-headless.kafka.svc.cluster.local:9092");
    assert.deepEqual(outputs["clientConfigMaps"], { selfmonitor: "selfmonitor/kafka-client" });
    assert.match(String(outputs["appliedShape"]), /^kafka\.replicas = 1$/m);
  });

  it("R-PRG-17 refuses wrong settings with every problem at once, before anything is registered", async () => {
    const wrong = engineConfig("dev", {
      "kafka-platform:kafka": { replicas: 2, heapp: "1g" },
      "kafka-platform:topics": { items: { "bad topic": {} } },
    });
    const constructed: string[] = [];
    await assert.rejects(runProgram(wrong, constructed), (error: Error) => {
      assert.match(error.message, /heapp/);
      assert.match(error.message, /bad topic/);
      assert.equal((error as { __pulumiRunError?: boolean }).__pulumiRunError, true, "shown without a stack trace");
      return true;
    });
    assert.deepEqual(constructed, []);
  });
});

describe("a change", function () {
  this.timeout(60_000);
  const smaller = { "kafka-platform:kafka": { storage: { data: "1Gi" } } };

  it("R-PRG-17 is judged by what the stack's own outputs say, and refused before anything is registered", async () => {
    const { outputs } = await runProgram(engineConfig("dev"));
    const constructed: string[] = [];
    await assert.rejects(runProgram(engineConfig("dev", smaller), constructed, outputs), (error: Error) => {
      assert.match(error.message, /^1 problem with the change\n\[volume-shrunk\] kafka\.storage\.data: found 1Gi/);
      assert.equal((error as { __pulumiRunError?: boolean }).__pulumiRunError, true, "shown without a stack trace");
      return true;
    });
    assert.deepEqual(constructed, []);
  });

  it("passes where the stack has no outputs yet, none of that name, or the same ones", async () => {
    const { outputs } = await runProgram(engineConfig("dev"));
    for (const last of [{}, { brokers: "kafka-0:9092" }, outputs]) {
      const { inventory } = await runProgram(engineConfig("dev"), [], last);
      assert.ok(inventory().includes("StatefulSet brokers-nodes"));
    }
  });
});

describe("the restart plan", function () {
  this.timeout(60_000);
  const larger = { "kafka-platform:kafka": { ioThreads: 9, terminationGrace: "301s" } };

  it("is an output of a preview that touches pods, and of nothing else", async () => {
    const { outputs: last } = await runProgram(engineConfig("dev"));
    const after = async (change: Record<string, unknown>, preview: boolean, before = last) =>
      (await runProgram(engineConfig("dev", change), [], before, preview)).outputs["restartPlan"];
    const [line = "", ...because] = (await after(larger, true)) as string[];
    assert.match(line, /^brokers: kafka-0 restart, one at a time, because of$/);
    assert.ok(
      because.some((why) => /kafka\.terminationGrace: \d+ → 301000/.test(why)),
      because.join("\n"),
    );
    assert.equal(await after(larger, false), undefined);
    assert.equal(await after({}, true), undefined);
    assert.equal(await after(larger, true, {}), undefined);
  });
});

describe("the providers", () => {
  it("are explicit, and keep a changed ConfigMap or Secret from being replaced", async () => {
    const cluster = { context: "lab", kubeconfig: null };
    const { resources } = await world(() => providers({ kubernetes: cluster }));
    const inputs = Object.fromEntries(resources.map(({ type, inputs }) => [type, inputs]));
    assert.deepEqual(inputs["pulumi:providers:kubernetes"], {
      context: "lab",
      enableConfigMapMutable: "true",
      enableSecretMutable: "true",
    });
    assert.deepEqual(inputs["pulumi:providers:random"], {});
  });
});

describe("the platform", () => {
  const inventory = async (change: Record<string, unknown>) => {
    const base = { preset: "selfmonitor", environment: "dev" } as const;
    const off = { schemaRegistry: false, connect: false, ksqldb: false, ui: false };
    const set = Object.fromEntries(Object.entries(off).map(([key, value]) => [`${key}.enabled`, value]));
    const { settings } = loadSettings(base, {
      today: "2026-11-21",
      set: { "coordination.mode": "kraft", ...set, ...change },
    });
    return (await world(() => platform(settings, providers(settings), PROGRAMS))).inventory();
  };

  it("R-CRD-28 has dedicated controllers where the stack asks for them", async () => {
    assert.ok(!(await inventory({})).includes("KafkaControllers controllers"));
    const dedicated = await inventory({ "controllers.mode": "dedicated" });
    assert.ok(dedicated.includes("StatefulSet controllers-nodes"));
  });

  it("leaves the verification out where the stack does", async () => {
    assert.ok((await inventory({})).includes("Job verify-check"));
    assert.ok(!(await inventory({ "verify.enabled": false })).some((resource) => resource.includes("verify")));
  });

  it("R-BRK-01 R-PRG-04 has as many brokers, and Services of single brokers, as stated", async () => {
    const brokers = (await inventory({ "kafka.replicas": 3 })).filter((name) =>
      name.startsWith("Service brokers-broker-"),
    );
    assert.equal(brokers.length, 3);
  });
});
