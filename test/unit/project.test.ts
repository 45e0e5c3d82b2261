/** What holds the project together and no type checks: packages, versions, scripts, workflows, pages. */
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { PAGES } from "../../docs/pages.ts";
import { recipes } from "../support/recipes.ts";

const root = join(import.meta.dirname, "..", "..");
const text = (...path: string[]): string => readFileSync(join(root, ...path), "utf8");

interface Package {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}
interface Job {
  readonly if?: string;
  readonly environment?: string;
  readonly strategy?: { readonly matrix: { readonly stack: readonly string[] } };
  readonly steps: readonly { readonly uses?: string; readonly with?: Readonly<Record<string, unknown>> }[];
}

const manifest = JSON.parse(text("package.json")) as Package;
const workflow = (name: string): Workflow => parse(text(".github", "workflows", name)) as Workflow;
const STACKS = ["dev", "staging", "prod"];

describe("packages and versions", () => {
  it("R-PRG-02 brings the named Pulumi packages and mocha", () => {
    for (const name of ["pulumi", "kubernetes", "kubernetes-cert-manager", "aws", "random"]) {
      assert.ok(manifest.dependencies[`@pulumi/${name}`], name);
    }
    assert.ok(manifest.devDependencies["mocha"]);
  });

  it("pins every package exactly, so that everyone tests the same", () => {
    const all = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    assert.deepEqual(
      all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)),
      [],
    );
  });

  it("runs the engine's version in pipelines that the SDK is of, and its own Node", () => {
    assert.equal(text(".pulumi.version").trim(), manifest.dependencies["@pulumi/pulumi"]);
    assert.equal(text(".nvmrc").trim(), manifest.devDependencies["node"]);
  });
});

describe("the suite", () => {
  it("R-VAL-23 has more than thirty cases, and some in every tier", () => {
    for (const tier of ["unit", "component", "golden", "engine", "cluster", "endurance"]) {
      const files = readdirSync(join(root, "test", tier)).filter((file) => file.endsWith(".test.ts"));
      const cases = files.flatMap((file) => text("test", tier, file).match(/^ *it\(/gm) ?? []);
      assert.ok(cases.length >= (tier === "unit" ? 30 : 1), `${tier}: ${cases.length}`);
    }
  });
});

describe("commands", () => {
  it("R-PRG-09 run on Linux, macOS and Windows: programs and arguments, no shell language", () => {
    for (const [name, command] of Object.entries(manifest.scripts)) {
      for (const part of command.split(" && ")) {
        assert.match(part, /^(node|npm run|mocha|tsc|eslint|biome)\b/, name);
        assert.doesNotMatch(part, /['`$|;<>]|^\w+=/, name);
      }
    }
  });

  it("set themselves up where they can be the first that is run in a clone", () => {
    for (const name of ["start", "test", "deploy", "local", "render", "config", "bench"]) {
      assert.equal(manifest.scripts[`pre${name}`], "node deploy/bootstrap.mjs", name);
    }
    // What is built the first time takes longer than any test may, so it is there before the tests start.
    for (const name of ["test:engine", "test:cluster", "test:endurance"]) {
      assert.equal(manifest.scripts[`pre${name}`], "node deploy/bootstrap.mjs && node local/cli.ts up", name);
    }
  });

  it("run files that exist", () => {
    for (const command of Object.values(manifest.scripts)) {
      for (const [, file = ""] of command.matchAll(/node (\S+\.(?:ts|mjs))/g))
        assert.ok(existsSync(join(root, file)), file);
    }
  });

  it("R-DOC-06 explain themselves", () => {
    for (const file of [
      "deploy/start.ts",
      "deploy/cli.ts",
      "deploy/render.ts",
      "local/cli.ts",
      "stacks/settings/cli.ts",
    ]) {
      const { status, stdout } = spawnSync(process.execPath, [file, "--help"], { cwd: root, encoding: "utf8" });
      assert.equal(status, 0, file);
      assert.match(stdout, /^Usage: .*Options:.*--help/s, file);
    }
  }).timeout(60_000);

  it("are all that README and CONTRIBUTING speak of", () => {
    for (const page of ["README.md", "CONTRIBUTING.md", "docs/runbooks/kafka-operations.md"]) {
      for (const [, name = ""] of text(page).matchAll(/npm run (?:-s )?([a-z:]+)/g)) {
        assert.ok(manifest.scripts[name], `${page}: npm run ${name}`);
      }
    }
  });
});

describe("workflows", () => {
  it("preview the three stacks in a pull request, as one comment each that is edited", () => {
    const { on, jobs } = workflow("preview.yml");
    assert.deepEqual(Object.keys(on), ["pull_request"]);
    const job = jobs["preview"];
    assert.deepEqual(job?.strategy?.matrix.stack, STACKS);
    const inputs = job.steps.find(({ uses }) => uses?.startsWith("pulumi/actions@v7"))?.with;
    assert.equal(inputs?.["command"], "preview");
    assert.equal(inputs["comment-on-pr"], true);
    assert.equal(inputs["edit-pr-comment"], true);
  });

  it("keep a fork's code away from credentials", () => {
    for (const name of readdirSync(join(root, ".github", "workflows"))) {
      assert.ok(!("pull_request_target" in workflow(name).on), name);
    }
    assert.match(workflow("preview.yml").jobs["preview"]?.if ?? "", /head\.repo\.full_name == github\.repository/);
  });

  it("look for drift by night: a refreshed preview of every stack that expects no changes", () => {
    const { on, jobs } = workflow("drift.yml");
    assert.ok("schedule" in on);
    const job = jobs["drift"];
    assert.deepEqual(job?.strategy?.matrix.stack, STACKS);
    const inputs = job.steps.find(({ uses }) => uses?.startsWith("pulumi/actions"))?.with;
    assert.deepEqual(
      [inputs?.["command"], inputs?.["refresh"], inputs?.["expect-no-changes"]],
      ["preview", true, true],
    );
  });
});

/** How links name the headings of a page. */
const headings = (page: string): string[] =>
  [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );

describe("pages", () => {
  for (const [file, page] of Object.entries(PAGES)) {
    it(`docs/${file} is what the code says (npm run docs writes it)`, () => {
      assert.equal(text("docs", file), page());
    });
  }

  it("lead only to files and headings that exist", () => {
    const runbooks = readdirSync(join(root, "docs", "runbooks")).map((file) => `docs/runbooks/${file}`);
    for (const page of ["README.md", "CONTRIBUTING.md", "docs/connecting.md", ...runbooks]) {
      for (const [, target = "", heading] of text(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)) {
        const file = target === "" ? page : join(page, "..", target);
        assert.ok(existsSync(join(root, file)), `${page}: ${target}`);
        assert.ok(heading === undefined || headings(text(file)).includes(heading), `${page}: ${target}#${heading}`);
      }
    }
  });

  it("R-OPS-10 R-DOC-05 tell what to do about full disks, and hold commands that a shell can read", () => {
    const page = text("docs", "runbooks", "kafka-operations.md");
    for (const words of ["a disk fills up", "allowVolumeExpansion"]) assert.ok(page.includes(words), words);
    for (const file of readdirSync(join(root, "docs", "runbooks"))) {
      for (const { text: commands } of recipes(file.replace(/\.md$/, ""))) {
        const { status, stderr } = spawnSync("bash", ["-n"], { input: commands, encoding: "utf8" });
        assert.equal(status, 0, `${file}: ${commands}\n${stderr}`);
      }
    }
  });

  it("R-DOC-02 R-DOC-03 R-DOC-09 lead from two commands to one's own cluster, and name every command of a user", () => {
    const page = text("README.md");
    const [screen = ""] = page.split("## With your own Pulumi and cluster");
    assert.match(screen, /npm start .*\nnpm test /);
    for (const name of [
      "start",
      "test",
      "deploy",
      "local",
      "render",
      "config",
      "test:engine",
      "test:cluster",
      "test:endurance",
      "bench",
    ]) {
      assert.match(page, new RegExp(`npm (run )?${name}\\b`), name);
    }
  });

  it("R-PRG-13 name the floor of the platform", () => {
    assert.match(text("README.md"), /Kubernetes 1\.29 or later.*fast\s+SSDs.*8 cores and 16 GB/s);
  });

  it("R-DOC-08 R-OPS-19 tell applications how to connect and which habits keep data", () => {
    const page = text("docs", "connecting.md");
    for (const words of ["KAFKA_BROKERS", "all brokers", "group id", "lag", "enable.idempotence=true", "dead-letter"]) {
      assert.ok(page.includes(words), words);
    }
  });
});
