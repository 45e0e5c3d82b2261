/**
 * The agent's bundle, as the Job runs it, against real brokers: those of $KAFKA_BROKERS, else one that the test starts on
 * loopback. Topics carry a name of this run and are deleted at its end; what else the cluster holds is only looked at.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { bundleAgent } from "../../agent/bundle.ts";
import { type Brokers, startBrokers } from "../../bench/brokers.ts";
import { kafkaHome } from "../../bench/tools.ts";
import { renderBrokerConfig } from "../../kafka/brokerConfigFile.ts";
import { renderTopicFile, type TopicSpec } from "../../kafka/topicFile.ts";
import { renderVerifySpec } from "../../kafka/verifySpec.ts";

const PREFIX = `agent-test-${process.pid}-${Date.now()}`;

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly lines: readonly string[];
}

describe("agent against real brokers", function () {
  this.timeout(120_000);
  let folder: string;
  let brokers: string;
  let own: Brokers | undefined;

  const declare = (...specs: (Partial<TopicSpec> & { name: string })[]): string => {
    const topics = join(folder, "topics");
    rmSync(topics, { recursive: true, force: true });
    mkdirSync(topics);
    for (const spec of specs) {
      const name = `${PREFIX}.${spec.name}`;
      const base: TopicSpec = {
        name,
        partitions: 3,
        replicationFactor: 1,
        config: {},
        state: "present",
        recreate: false,
      };
      writeFileSync(join(topics, name), renderTopicFile({ ...base, ...spec, name }));
    }
    return topics;
  };
  const agent = async (...args: string[]): Promise<Run> => {
    const log = join(folder, "termination-log");
    const child = spawn(process.execPath, ["agent.mjs", ...args, "--timeout", "60s", "--termination-log", log], {
      cwd: folder,
      env: { KAFKA_BROKERS: brokers },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [stdout] = await Promise.all([text(child.stdout), once(child, "exit")]);
    return { code: child.exitCode, stdout, lines: stdout.trimEnd().split("\n") };
  };
  const ownLines = ({ lines }: Run) => lines.filter((line) => line.includes(PREFIX) && !line.includes("unmanaged"));
  const reconcile = (topics: string, ...args: string[]) => agent("reconcile", "--topics", topics, ...args);

  const BOTH = [{ name: "a", partitions: 2 }, { name: "b" }];
  /** Asserts that the cluster passes every check, and gives what it was held to. */
  const verified = async () => {
    const topics = declare(...BOTH);
    assert.equal((await reconcile(topics)).code, 0);
    const [host = "", port = ""] = (brokers.split(",")[0] ?? "").split(":");
    const spec = join(folder, "spec.json");
    const controllers = (process.env["KAFKA_CONTROLLERS"] ?? "0").split(",").map(Number);
    const expected = {
      mode: "kraft",
      brokers: brokers.split(",").length,
      controllers,
      services: [{ name: "bootstrap", host, port: Number(port) }],
      criticalTopics: [{ name: `${PREFIX}.a`, replicationFactor: 1, minInSyncReplicas: 1 }],
      roundTripTopic: `${PREFIX}.b`,
    } as const;
    writeFileSync(spec, renderVerifySpec(expected));
    const trip = ["--round-trip", `${PREFIX}.a`, "--records", "10"];
    const good = await agent("verify", "--spec", spec, "--topics", topics, ...trip);
    assert.equal(good.code, 0, good.stdout);
    assert.match(good.stdout, new RegExp(`^ok .*wrote 10, read 10 on ${PREFIX}\\.a`, "m"));
    for (const id of ["R-VAL-02", "R-VAL-03", "R-VAL-06", "R-VAL-07", "R-VAL-08", "R-VAL-12", "R-VAL-13", "R-VAL-15"]) {
      assert.match(good.stdout, new RegExp(`^ok    ${id} `, "m"));
    }
    return { spec, expected };
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "agent-cluster-"));
    brokers = process.env["KAFKA_BROKERS"] ?? "";
    if (brokers === "") {
      const libs = join(await kafkaHome(join(folder, "kafka"), console.log), "libs");
      own = await startBrokers({ folder: join(folder, "brokers"), libs, heap: "320m", metadataVersion: "3.9-IV0" });
      brokers = own.addresses.join(",");
    }
    writeFileSync(join(folder, "agent.mjs"), bundleAgent().code);
    writeFileSync(join(folder, "termination-log"), "");
  });
  after(async () => {
    if (!folder) return;
    const gone = await reconcile(declare({ name: "a", state: "absent" }, { name: "b", state: "absent" }));
    await own?.stop();
    assert.equal(gone.code, 0, gone.stdout);
    rmSync(folder, { recursive: true });
  });

  it("R-TOP-05 creates topics as declared; run again, finds nothing to do; brokers come from KAFKA_BROKERS", async () => {
    const topics = declare(
      { name: "a", config: { "retention.ms": "604800000", "min.insync.replicas": "1" } },
      { name: "b" },
    );
    const check = await reconcile(topics, "--check");
    assert.equal(check.code, 2, check.stdout);
    const first = await reconcile(topics);
    assert.equal(first.code, 0, first.stdout);
    assert.deepEqual(ownLines(first), [
      `+ create ${PREFIX}.a  3 partitions × 1  min.insync.replicas=1  retention.ms=604800000`,
      `+ create ${PREFIX}.b  3 partitions × 1`,
    ]);
    const second = await reconcile(topics);
    assert.deepEqual([second.code, ownLines(second)], [0, []]);
    assert.match(second.lines.at(-1) ?? "", /^no drift: 2 topics as declared/);
  });

  it("R-TOP-09 grows partitions and refuses to take them away, with nothing else applied", async () => {
    const grown = await reconcile(declare({ name: "a", partitions: 6, config: {} }, { name: "b" }));
    assert.equal(grown.code, 0, grown.stdout);
    assert.ok(ownLines(grown).includes(`~ grow ${PREFIX}.a  3 → 6 partitions`));
    const refused = await reconcile(declare({ name: "a" }, { name: "b", partitions: 9 }));
    assert.equal(refused.code, 3, refused.stdout);
    assert.match(readFileSync(join(folder, "termination-log"), "utf8"), /! refuse .*\.a {2}partitions 6 → 3/);
    const unchanged = await reconcile(declare({ name: "a", partitions: 6 }, { name: "b" }), "--check");
    assert.equal(unchanged.code, 0, unchanged.stdout);
  });

  it("R-TOP-10 applies changed configs to an existing topic and resets stray ones", async () => {
    const config = { "compression.type": "snappy", "retention.ms": "86400000" };
    const altered = await reconcile(declare({ name: "b", config }));
    assert.deepEqual(ownLines(altered), [
      `~ alter ${PREFIX}.b  compression.type default → snappy, retention.ms default → 86400000`,
    ]);
    const reset = await reconcile(declare({ name: "b", config: { "retention.ms": "86400000" } }));
    assert.deepEqual(ownLines(reset), [`~ alter ${PREFIX}.b  compression.type snappy → default`]);
    assert.equal((await reconcile(declare({ name: "b", config: { "retention.ms": "86400000" } }), "--check")).code, 0);
  });

  it("fails with the broker's own message and leaves the good half of the change alone", async () => {
    const failed = await reconcile(
      declare({ name: "b", partitions: 4, config: {} }, { name: "c", config: { nonsense: "1" } }),
    );
    assert.equal(failed.code, 1, failed.stdout);
    assert.match(failed.stdout, /^x .*\.c {2}INVALID_CONFIG: Unknown topic config name: nonsense$/m);
    assert.match(readFileSync(join(folder, "termination-log"), "utf8"), /Unknown topic config name: nonsense/);
    const document = await reconcile(declare({ name: "b", partitions: 3 }), "--check", "--json");
    const { plan } = JSON.parse(document.stdout) as { plan: { actions: { kind: string }[] } };
    assert.deepEqual(
      plan.actions.map((action) => action.kind),
      ["alter"],
    );
  });

  it("R-TOP-11 leaves a topic that is no longer declared, recreates and deletes only with the opt-in", async () => {
    const undeclared = await reconcile(declare({ name: "a", partitions: 6 }));
    assert.match(undeclared.stdout, new RegExp(`unmanaged, left alone: .*${PREFIX}\\.b`));
    const recreated = await reconcile(declare({ name: "a", partitions: 2, recreate: true }));
    assert.equal(recreated.code, 0, recreated.stdout);
    const deleted = await reconcile(declare({ name: "a", partitions: 2 }, { name: "b", state: "absent" }));
    assert.deepEqual(
      [deleted.code, ownLines(deleted)],
      [0, [`- delete ${PREFIX}.b  3 partitions and the data in them`]],
    );
  });

  it("keeps the cluster-wide configuration of running brokers, thread counts in steps, and gives it back", async function () {
    // Brokers that somebody else uses keep what they have.
    if (own === undefined) this.skip();
    const topics = declare({ name: "a", partitions: 2 });
    const file = join(folder, "broker-config.json");
    const configure = (config: Record<string, string>, ...args: string[]) => {
      writeFileSync(file, renderBrokerConfig(config));
      return reconcile(topics, "--broker-config", file, ...args);
    };
    const wanted = {
      "min.insync.replicas": "1",
      "num.io.threads": "40",
      "num.network.threads": "2",
      "log.cleaner.threads": "2",
      "log.retention.ms": "3600000",
    };
    const drift = await configure(wanted, "--check");
    assert.equal(drift.code, 2, drift.stdout);
    const set = await configure(wanted);
    assert.equal(set.code, 0, set.stdout);
    assert.match(set.stdout, /^~ configure brokers .*num\.io\.threads default → 40/m);
    assert.match(set.stdout, /^brokers: num\.io\.threads at 16 on its way to 40$/m);
    assert.equal((await configure(wanted, "--check")).code, 0);
    const refused = await configure({ ...wanted, "log.cleaner.threads": "none" });
    assert.equal(refused.code, 1, refused.stdout);
    assert.match(refused.stdout, /^x brokers {2}INVALID_REQUEST: .*log\.cleaner\.threads/m);
    const { "min.insync.replicas": floor } = wanted;
    const reset = await configure({ "min.insync.replicas": floor });
    assert.equal(reset.code, 0, reset.stdout);
    assert.match(reset.stdout, /num\.io\.threads 40 → default/);
    assert.equal((await configure({ "min.insync.replicas": floor }, "--check")).code, 0);
  });

  it("passes brokers whose binaries are new and whose metadata is not yet", async function () {
    if (own === undefined) this.skip();
    await verified();
  });

  it("finalises the metadata version upwards, and only once", async function () {
    if (own === undefined) this.skip();
    const topics = declare({ name: "a", partitions: 2 });
    const at = (level: string, ...args: string[]) => reconcile(topics, "--metadata-version", level, ...args);
    assert.equal((await at("4.2-IV0", "--check")).code, 2);
    const raised = await at("4.2-IV0");
    assert.equal(raised.code, 0, raised.stdout);
    assert.match(
      raised.stdout,
      /^\^ finalise metadata.version 3.9-IV0 → 4.2-IV0, group.version 0 → 1, transaction.version 0 → 2, eligible.leader/m,
    );
    const again = await at("4.2-IV0");
    assert.deepEqual([again.code, /finalise/.test(again.stdout)], [0, false], again.stdout);
    const lower = await at("4.0-IV3");
    assert.deepEqual([lower.code, /finalise/.test(lower.stdout)], [0, false], lower.stdout);
    assert.equal((await at("4.3-IV0")).code, 0);
  });

  it("R-VAL-08 R-VAL-12 R-VAL-13 verifies the cluster and moves records through a topic and back", async () => {
    const { spec, expected } = await verified();
    writeFileSync(spec, renderVerifySpec({ ...expected, controllers: [9_999] }));
    const bad = await agent("verify", "--spec", spec, "--topics", declare({ name: "a", partitions: 5 }), "--json");
    assert.equal(bad.code, 1);
    const { checks } = JSON.parse(bad.stdout) as { checks: { id: string; state: string }[] };
    const failed = checks.filter((check) => check.state === "FAIL").map((check) => check.id);
    assert.ok(failed.includes("R-VAL-02") && failed.includes("R-VAL-08"), failed.join());
  });
});
