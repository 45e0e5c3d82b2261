import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Layout, layout } from "../../local/cluster/layout.ts";
import type { Part } from "../../local/cluster/parts.ts";
import { endProcess, runningPid, since, start, stop, untilHealthy } from "../../local/cluster/processes.ts";

describe("local processes: only what was started is ended", () => {
  let root: string;
  let at: Layout;
  const part = (...args: string[]): Part => ({ name: "part", command: "/bin/sh", args, files: [join(root, "config")] });
  const sleeper = (): Part => part("-c", "exec sleep 30");

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "local-processes-"));
    at = layout(root);
    mkdirSync(at.logs, { recursive: true });
    writeFileSync(join(root, "config"), "1");
  });
  afterEach(async () => {
    await stop(at, "part");
    rmSync(root, { recursive: true });
  });

  it("starts once, and again when it died", async () => {
    assert.equal(await start(at, sleeper()), true);
    const pid = runningPid(at, "part");
    assert.ok(pid);
    assert.equal(await start(at, sleeper()), false);
    assert.equal(runningPid(at, "part"), pid);
    await endProcess(pid, ["SIGKILL"]);
    assert.equal(runningPid(at, "part"), undefined);
    assert.equal(await start(at, sleeper()), true);
  });

  it("starts again when its configuration or its command line changed", async () => {
    await start(at, sleeper());
    writeFileSync(join(root, "config"), "2");
    assert.equal(await start(at, sleeper()), true);
    assert.equal(await start(at, part("-c", "exec sleep 31")), true);
  });

  it("runs in a session of its own", async () => {
    await start(at, sleeper());
    const pid = runningPid(at, "part") ?? 0;
    const session = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[3];
    assert.equal(session, String(pid));
  });

  it("never takes another process with the same pid for its own", async () => {
    const other = spawn("sleep", ["30"]);
    const pid = other.pid ?? 0;
    mkdirSync(at.pids, { recursive: true });
    writeFileSync(join(at.pids, "part.json"), JSON.stringify({ pid, since: "another boot 1", recipe: "" }));
    assert.equal(runningPid(at, "part"), undefined);
    await stop(at, "part");
    assert.ok(since(pid), "the other process still runs");
    await endProcess(pid, ["SIGKILL"]);
  });

  it("explains a part that ends by the end of its log and where it is", async () => {
    const failing = part("-c", "echo port 6443 is taken; exit 1");
    await start(at, failing);
    await assert.rejects(untilHealthy(at, { ...failing, healthy: () => Promise.resolve(false) }), (error: Error) => {
      assert.match(error.message, /part ended right after its start/);
      assert.match(error.message, /port 6443 is taken/);
      assert.ok(error.message.includes(join(at.logs, "part.log")));
      return true;
    });
  });

  it("explains a part that does not answer in time", async () => {
    await start(at, sleeper());
    const deaf = { ...sleeper(), healthy: () => Promise.resolve(false) };
    await assert.rejects(untilHealthy(at, deaf, undefined, 0.3), /part did not become healthy within 0\.3 s/);
  });
});
