import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { writeManifests } from "../../deploy/render/folder.ts";
import { manifests, manifestText, REDACTED } from "../../deploy/render/manifests.ts";
import { GOLDEN_STACKS, renderedManifests } from "../support/stacks.ts";
import { world } from "../support/world.ts";

const run = promisify(execFile);
const made: string[] = [];
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "render-"));
  made.push(path);
  return path;
}
const configMap = (name: string, opts?: pulumi.CustomResourceOptions) =>
  new k8s.core.v1.ConfigMap(name, { metadata: { name, namespace: "ns" }, data: { on: "yes" } }, opts);

describe("render", () => {
  after(() => {
    for (const path of made) rmSync(path, { recursive: true });
  });

  describe("objects", () => {
    it("R-PRG-12 are files by kind, namespace and name, in lower case", async () => {
      const { resources } = await world(() => {
        configMap("settings");
        new k8s.core.v1.Namespace("ns", { metadata: { name: "ns" } });
      });
      assert.deepEqual(
        manifests(resources).map(({ file }) => file),
        ["namespace-ns.yaml", "configmap-ns-settings.yaml"],
      );
    });

    it("come after what they depend on, whatever their kind", async () => {
      const { resources } = await world(() => {
        const last = configMap("a-last", {
          dependsOn: new k8s.batch.v1.Job("job", { metadata: { name: "job", namespace: "ns" } }),
        });
        configMap("b-first");
        return last;
      });
      assert.deepEqual(
        manifests(resources).map(({ file }) => file),
        ["configmap-ns-b-first.yaml", "job-ns-job.yaml", "configmap-ns-a-last.yaml"],
      );
    });

    it("leave out what is only read, and what only Pulumi knows", async () => {
      const { resources } = await world(() => {
        k8s.core.v1.Namespace.get("existing", "existing");
        new k8s.Provider("cluster", {});
        const annotations = { "pulumi.com/skipAwait": "true", team: "data" };
        new k8s.core.v1.Service("service", { metadata: { name: "service", namespace: "ns", annotations } });
        const onlyPulumis = { "pulumi.com/skipAwait": "true" };
        new k8s.core.v1.Service("other", { metadata: { name: "other", namespace: "ns", annotations: onlyPulumis } });
      });
      const objects = manifests(resources).map(({ object }) => object["metadata"]);
      assert.deepEqual(objects, [
        { name: "other", namespace: "ns" },
        { name: "service", namespace: "ns", annotations: { team: "data" } },
      ]);
    });

    it("hold no secret, but the keys that one has to fill in", async () => {
      const { resources } = await world(() => {
        new k8s.core.v1.Secret("credentials", {
          metadata: { name: "credentials", namespace: "ns" },
          stringData: { password: pulumi.secret("hunter2") },
        });
        new k8s.core.v1.ConfigMap("leak", {
          metadata: { name: "leak", namespace: "ns" },
          data: { list: pulumi.secret("hunter2") },
        });
      });
      const text = manifests(resources)
        .map(({ object }) => manifestText(object))
        .join("---\n");
      assert.ok(!text.includes("hunter2"));
      assert.match(text, new RegExp(`password: ${REDACTED}`));
    });

    it("read as Kubernetes reads YAML: 1.1, identity first, text blocks as blocks", () => {
      const text = manifestText({
        spec: { b: "yes", a: "12:30:00", list: [{ value: 1, name: "x" }] },
        kind: "K",
        metadata: { labels: {}, name: "first" },
        apiVersion: "v1",
        data: { "file.txt": "one\ntwo\n" },
      });
      assert.equal(
        text,
        `apiVersion: v1
kind: K
metadata:
  name: first
  labels: {}
data:
  file.txt: |
    one
    two
spec:
  a: "12:30:00"
  b: "yes"
  list:
    - name: x
      value: 1
`,
      );
    });
  });

  describe("folder", () => {
    const [dev] = GOLDEN_STACKS;
    const write = async (path: string) => {
      assert.ok(dev);
      return writeManifests(path, await renderedManifests(dev), "The dev stack.");
    };

    it("holds a file each and a kustomization that lists all but the Secrets", async () => {
      const path = folder();
      const files = await write(path);
      assert.deepEqual([...files, ".rendered"].sort(), readdirSync(path).sort());
      const text = readFileSync(join(path, "kustomization.yaml"), "utf8");
      const { resources } = parse(text) as { resources: string[] };
      const secrets = files.filter((file) => file.startsWith("secret-"));
      assert.deepEqual(
        resources,
        files.filter((file) => file !== "kustomization.yaml" && !secrets.includes(file)),
      );
      assert.ok(secrets.length > 0);
      for (const secret of secrets) assert.ok(text.includes(`#   ${secret}`), secret);
    });

    it("is the same when rendered again, and loses files that are no longer rendered", async () => {
      const path = folder();
      const files = await write(path);
      const before = files.map((file) => readFileSync(join(path, file), "utf8"));
      assert.ok(dev);
      writeManifests(path, (await renderedManifests(dev)).slice(0, 3), "Less.");
      assert.equal(readdirSync(path).length, 5);
      await write(path);
      assert.deepEqual(
        files.map((file) => readFileSync(join(path, file), "utf8")),
        before,
      );
    });

    it("is refused when it holds files that no rendering wrote, and left as it is", async () => {
      const path = folder();
      writeFileSync(join(path, "mine.txt"), "mine");
      await assert.rejects(write(path), /found a folder with files that no rendering wrote/);
      assert.deepEqual(readdirSync(path), ["mine.txt"]);
    });

    it("keeps other files that were put into it later, and what lies outside of it", async () => {
      const outer = folder();
      const path = join(outer, "out");
      mkdirSync(path);
      await write(path);
      writeFileSync(join(path, "mine.txt"), "mine");
      writeFileSync(join(outer, "outside.txt"), "outside");
      writeFileSync(join(path, ".rendered"), "../outside.txt\nnamespace-kafka.yaml\n");
      await write(path);
      assert.ok(readdirSync(path).includes("mine.txt"));
      assert.equal(readFileSync(join(outer, "outside.txt"), "utf8"), "outside");
    });
  });

  describe("command", function () {
    this.timeout(60_000);
    const command = (...args: string[]) => run(process.execPath, ["deploy/render.ts", ...args]);

    it("writes a stack with the real agent, and a placeholder where the cluster id belongs", async () => {
      const path = join(folder(), "out");
      const { stdout } = await command("--stack", "dev", "--out", path);
      assert.match(stdout, /^\d+ files in /);
      const agent = readdirSync(path).find((file) => file.startsWith("configmap-kafka-kafka-agent-"));
      assert.ok(readFileSync(join(path, agent ?? ""), "utf8").length > 100_000);
      assert.match(readFileSync(join(path, "statefulset-kafka-kafka.yaml"), "utf8"), /value: REPLACE-WITH-CLUSTER-ID/);
      assert.match(
        readFileSync(join(path, "kustomization.yaml"), "utf8"),
        /# Before the first apply: put a cluster id/,
      );
    });

    it("takes settings and a cluster id on the command line", async () => {
      const path = join(folder(), "out");
      const id = "MkU3OEVBNTcwNTJENDM2Qk";
      await command("--stack", "dev", "--set", "namespace.name=other", "--cluster-id", id, "--out", path);
      assert.match(readFileSync(join(path, "statefulset-other-kafka.yaml"), "utf8"), new RegExp(`value: ${id}`));
      assert.doesNotMatch(readFileSync(join(path, "kustomization.yaml"), "utf8"), /cluster id/);
    });

    it("refuses wrong settings by rule, and to guess which stack is meant", async () => {
      const path = join(folder(), "out");
      const fails = async (expected: RegExp, ...args: string[]) => {
        await assert.rejects(command(...args, "--out", path), (error: { code: number; stderr: string }) => {
          assert.equal(error.code, 1);
          assert.match(error.stderr, expected);
          return true;
        });
      };
      await fails(/^1 problem in the settings\n\[[\w-]+\] /m, "--stack", "dev", "--set", "kafka.replicas=0");
      await fails(/name a stack with --stack/);
      assert.throws(() => readdirSync(path), /ENOENT/);
    });
  });
});
