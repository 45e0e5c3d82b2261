import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleAgent, bundleSidecar } from "../../agent/bundle.ts";

describe("agent bundle", () => {
  const bundle = bundleAgent();

  it("fits into a ConfigMap with room to spare: under 900,000 bytes", () => {
    assert.ok(Buffer.byteLength(bundle.code) < 900_000, `${Buffer.byteLength(bundle.code)} bytes`);
  });

  it("is the same each time, and its digest is of its code", () => {
    assert.deepEqual(bundleAgent(), bundle);
    assert.equal(bundle.digest, createHash("sha256").update(bundle.code).digest("hex"));
  });

  it("holds nothing of the machine that made it", () => {
    assert.ok(!bundle.code.includes(process.cwd()));
    assert.ok(!bundle.code.includes("node_modules/"));
  });

  it("runs from an empty folder, without packages", () => {
    const folder = mkdtempSync(join(tmpdir(), "bundle-"));
    try {
      writeFileSync(join(folder, "agent.mjs"), bundle.code);
      const node = (...args: string[]) =>
        execFileSync(process.execPath, ["agent.mjs", ...args], { cwd: folder, env: {}, encoding: "utf8" });
      assert.match(node("--help"), /reconcile .*verify/s);
      // A role that loads the client library and ends with the code of its failure.
      writeFileSync(join(folder, "client.properties"), "");
      assert.throws(() => node("reconcile", "--topics", ".", "--brokers", "127.0.0.1:1"), { status: 64 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("sidecar bundle", () => {
  it("is small, as it does without the client library: every Kafka pod holds it in memory", () => {
    const { code } = bundleSidecar();
    assert.ok(Buffer.byteLength(code) < 50_000, `${Buffer.byteLength(code)} bytes`);
  });
});
