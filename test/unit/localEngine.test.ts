import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { goToolsFolder } from "../../local/build/go.ts";
import { ensureEngine, findEngine } from "../../local/engine.ts";

describe("local engine: the user's own comes first", () => {
  let root: string;
  let env: NodeJS.ProcessEnv;

  /** Puts an executable that prints its own place under the test's folder. */
  const program = (...path: string[]): string => {
    const file = join(root, ...path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\necho "${file} $KAFKA_PLATFORM_NODE"\n`, { mode: 0o755 });
    return file;
  };
  const standIns = (): string =>
    dirname([program("standins/pulumi-resource-kubernetes"), program("standins/pulumi-resource-random")][0] ?? "");
  /** What Go would have built, so that nothing is built here. */
  const prebuilt = (): void => {
    for (const name of ["pulumi", "pulumi-language-nodejs"] as const) {
      const folder = goToolsFolder(join(root, "cache"), name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, name), "", { mode: 0o755 });
    }
  };
  const onPath = (name: string, path: string): string =>
    spawnSync("/bin/sh", ["-c", name], { env: { PATH: path }, encoding: "utf8" }).stdout.trim();

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "local-engine-")));
    env = { HOME: join(root, "home"), PATH: join(root, "bin"), KAFKA_PLATFORM_CACHE: join(root, "cache") };
    mkdirSync(join(root, "bin"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it("finds nothing on a bare machine", () => {
    assert.deepEqual(findEngine(env), {
      pulumi: undefined,
      languageHost: undefined,
      providers: { kubernetes: undefined, random: undefined },
    });
  });

  it("finds the CLI on PATH before the one in PULUMI_HOME, and plugins beside it", () => {
    const cli = program("bin/pulumi");
    program("home/.pulumi/bin/pulumi");
    const host = program("bin/pulumi-language-nodejs");
    const provider = program("bin/pulumi-resource-random");
    const found = findEngine(env);
    assert.equal(found.pulumi, cli);
    assert.equal(found.languageHost, host);
    assert.equal(found.providers.random, provider);
  });

  it("does not take for the user's what it built itself, where that is on PATH already", () => {
    const [built, standIn] = [program("cache/tools/p/bin/pulumi"), program("cache/stand-ins/s/pulumi-resource-random")];
    const path = [dirname(built), dirname(standIn), join(root, "bin")].join(delimiter);
    const found = findEngine({ ...env, PATH: path });
    assert.deepEqual([found.pulumi, found.providers.random], [undefined, undefined]);
  });

  it("finds the CLI and plugins in the PULUMI_HOME that the user set", () => {
    const cli = program("own/bin/pulumi");
    const kubernetes = program("own/plugins/resource-kubernetes-v4.34.2/pulumi-resource-kubernetes");
    const host = program("own/plugins/language-nodejs-v3.230.0/pulumi-language-nodejs");
    const found = findEngine({ ...env, PULUMI_HOME: join(root, "own") });
    assert.deepEqual([found.pulumi, found.providers.kubernetes, found.languageHost], [cli, kubernetes, host]);
  });

  it("passes over an installed provider that is older than the SDK, which the engine would not take", () => {
    program("home/.pulumi/plugins/resource-kubernetes-v4.9.0/pulumi-resource-kubernetes");
    assert.equal(findEngine(env).providers.kubernetes, undefined);
    const newer = program("home/.pulumi/plugins/resource-kubernetes-v4.100.0/pulumi-resource-kubernetes");
    assert.equal(findEngine(env).providers.kubernetes, newer);
  });

  it("passes over a file that may not be run", () => {
    writeFileSync(join(root, "bin/pulumi"), "");
    assert.equal(findEngine(env).pulumi, undefined);
  });

  it("says which piece is built and which is a stand-in, and how to get the real one", async () => {
    prebuilt();
    const engine = await ensureEngine({ env, standIns: standIns() });
    assert.equal(engine.pulumiOrigin, "built");
    assert.equal(engine.languageHost.origin, "built");
    assert.equal(engine.providers.kubernetes.origin, "stand-in");
    assert.match(engine.describe().join("\n"), /pulumi: built from its Go module v3\.230\.0/);
    assert.match(engine.describe().join("\n"), /pulumi plugin install resource kubernetes \d/);
  });

  it("keeps a built engine's home out of the user's and downloads nothing behind the stand-ins' back", async () => {
    prebuilt();
    const engine = await ensureEngine({ env, standIns: standIns() });
    assert.equal(engine.env["PULUMI_HOME"], join(root, "cache/pulumi-home"));
    assert.equal(engine.env["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"], "true");
    assert.ok(engine.env["PATH"]?.split(delimiter).includes(dirname(engine.pulumi)));
  });

  it("uses the user's pieces alone when all are there", async () => {
    for (const name of ["pulumi", "pulumi-language-nodejs", "pulumi-resource-kubernetes", "pulumi-resource-random"]) {
      program("bin", name);
    }
    const engine = await ensureEngine({ env, standIns: standIns() });
    assert.deepEqual(engine.env, { PATH: join(root, "bin"), PULUMI_SKIP_UPDATE_CHECK: "true" });
    assert.deepEqual(
      engine.describe().map((line) => / yours /.test(line)),
      [true, true, true, true],
    );
  });

  it("exposes only the stand-in that is missing, run by this very Node", async () => {
    program("bin/pulumi");
    program("bin/pulumi-language-nodejs");
    program("home/.pulumi/plugins/resource-random-v99.0.0/pulumi-resource-random");
    const folder = standIns();
    const engine = await ensureEngine({ env, standIns: folder });
    const path = engine.env["PATH"] ?? "";
    assert.equal(
      onPath("pulumi-resource-kubernetes", path),
      `${folder}/pulumi-resource-kubernetes ${process.execPath}`,
    );
    assert.equal(onPath("pulumi-resource-random", path), "", "a stand-in would hide the real random provider");
    assert.deepEqual([engine.providers.kubernetes.origin, engine.providers.random.origin], ["stand-in", "found"]);
  });

  it("leaves what the user set as it is", async () => {
    prebuilt();
    const own = { PULUMI_HOME: join(root, "own"), PULUMI_SKIP_UPDATE_CHECK: "false" };
    const engine = await ensureEngine({ env: { ...env, ...own }, standIns: standIns() });
    assert.equal(engine.env["PULUMI_HOME"], undefined);
    assert.equal(engine.env["PULUMI_SKIP_UPDATE_CHECK"], undefined);
  });

  it("leaves PULUMI_HOME alone where the user's plugins are in it", async () => {
    prebuilt();
    program("home/.pulumi/plugins/resource-kubernetes-v4.34.2/pulumi-resource-kubernetes");
    const engine = await ensureEngine({ env, standIns: standIns() });
    assert.equal(engine.env["PULUMI_HOME"], undefined);
  });
});
