import { strict as assert } from "node:assert";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { goToolsFolder, stagingReplacements } from "../../local/build/go.ts";
import { cacheFolder, cacheKey, locked, once } from "../../local/cache.ts";

describe("local cache: built once, never half", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "local-cache-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it("is where the user wants it", () => {
    assert.equal(cacheFolder({ KAFKA_PLATFORM_CACHE: "/own", XDG_CACHE_HOME: "/xdg" }), "/own");
    assert.equal(cacheFolder({ KAFKA_PLATFORM_CACHE: "", XDG_CACHE_HOME: "/xdg" }), "/xdg/kafka-platform");
    assert.match(cacheFolder({}), /\/\.cache\/kafka-platform$/);
  });

  it("has keys that show the version and change with version and recipe alone", () => {
    const key = cacheKey("pulumi", "3.230.0", { flags: 1 });
    assert.match(key, /^pulumi-3\.230\.0-[0-9a-f]{8}$/);
    assert.equal(key, cacheKey("pulumi", "3.230.0", { flags: 1 }));
    assert.notEqual(key, cacheKey("pulumi", "3.231.0", { flags: 1 }));
    assert.notEqual(key, cacheKey("pulumi", "3.230.0", { flags: 2 }));
  });

  it("names each tool's folder by its own version", () => {
    assert.match(goToolsFolder("/cache", "kubernetes"), /^\/cache\/tools\/kubernetes-1\.34\.2-[0-9a-f]{8}\/bin$/);
    assert.match(goToolsFolder("/cache", "coredns"), /^\/cache\/tools\/coredns-1\.12\.4-[0-9a-f]{8}\/bin$/);
  });

  it("builds what is missing, once", async () => {
    let builds = 0;
    const build = (folder: string): Promise<void> => {
      builds += 1;
      writeFileSync(join(folder, "tool"), "");
      return Promise.resolve();
    };
    await once(join(root, "a/b"), build);
    await once(join(root, "a/b"), build);
    assert.equal(builds, 1);
    assert.deepEqual(readdirSync(join(root, "a/b")), ["tool"]);
  });

  it("leaves nothing of a build that failed, and builds again", async () => {
    const folder = join(root, "tool");
    const failing = once(folder, (temporary) => {
      writeFileSync(join(temporary, "half"), "");
      return Promise.reject(new Error("disk full"));
    });
    await assert.rejects(failing, /disk full/);
    assert.deepEqual(readdirSync(root), []);
    await once(folder, () => Promise.resolve());
    assert.ok(existsSync(folder));
  });

  it("removes what a build that was killed left behind", async () => {
    mkdirSync(join(root, ".tool.x1y2z3"));
    mkdirSync(join(root, ".toolbox.x1y2z3"));
    await once(join(root, "tool"), () => Promise.resolve());
    assert.deepEqual(readdirSync(root).sort(), [".toolbox.x1y2z3", "tool"]);
  });

  it("lets one run at a time hold the lock, and frees it after a failure", async () => {
    const order: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      order.push(`${name} begins`);
      await sleep(50);
      order.push(`${name} ends`);
    };
    await assert.rejects(
      locked(
        root,
        () => undefined,
        () => Promise.reject(new Error("no")),
      ),
      /^Error: no$/,
    );
    await Promise.all([locked(root, () => undefined, work("one")), locked(root, () => undefined, work("two"))]);
    assert.equal(order[0]?.split(" ")[0], order[1]?.split(" ")[0]);
    assert.equal(order[2]?.split(" ")[0], order[3]?.split(" ")[0]);
    assert.equal(order.length, 4);
  });

  it("repeats Kubernetes' replacements by published versions", () => {
    const goMod =
      "replace (\n\tk8s.io/api => ./staging/src/k8s.io/api\n\tk8s.io/cri-api => ./staging/src/k8s.io/cri-api\n)\n";
    assert.deepEqual(stagingReplacements(goMod, "1.34.2"), [
      "replace k8s.io/api => k8s.io/api v0.34.2",
      "replace k8s.io/cri-api => k8s.io/cri-api v0.34.2",
    ]);
  });
});
