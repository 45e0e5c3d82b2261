import { strict as assert } from "node:assert";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { javaEnv } from "../../kafka/zookeeper.ts";
import { ENSEMBLE_START } from "../../kafka/zookeeperScripts.ts";
import { archiveOf, type Image, imageKey, makeLayer } from "../../local/build/archive.ts";
import { kafkaFiles } from "../../local/build/launchers.ts";
import { zookeeperArtifacts, zookeeperFiles } from "../../local/build/zookeeper.ts";

/** A folder for the test that runs. */
let root: string;
const inFolder = (): void => {
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "local-images-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });
};

describe("local images: docker-archives", () => {
  inFolder();

  const layer = (name: string, files: Record<string, string>, exclude: string[] = []): Promise<string> =>
    makeLayer(
      join(root, name),
      (folder) => {
        for (const [file, content] of Object.entries(files)) {
          mkdirSync(dirname(join(folder, file)), { recursive: true });
          writeFileSync(join(folder, file), content);
        }
        return Promise.resolve();
      },
      exclude,
    );
  const names = (tar: string): string[] => execFileSync("tar", ["-tf", tar], { encoding: "utf8" }).trim().split("\n");

  it("packs several images with a shared layer once, by digests that hold", async () => {
    const base = await layer("base", { "etc/os": "debian", "usr/share/doc/x": "left out" }, ["./usr/share/doc/*"]);
    const top = await layer("top", { "opt/app": "1" });
    const images: Image[] = [
      { name: "docker.io/example/one:1", layers: [base, top], config: { User: "app" } },
      { name: "docker.io/example/two:1", layers: [base], config: { Cmd: ["sh"] } },
    ];
    const stage = join(root, "stage");
    mkdirSync(stage);
    const archive = archiveOf(images, stage);
    assert.ok(archive.stdout);
    const file = join(root, "archive.tar");
    await pipeline(archive.stdout, createWriteStream(file));

    assert.equal(names(file).filter((name) => name.endsWith(".tar")).length, 2);
    const unpacked = join(root, "unpacked");
    mkdirSync(unpacked);
    execFileSync("tar", ["-C", unpacked, "-xf", file]);
    const index = JSON.parse(readFileSync(join(unpacked, "manifest.json"), "utf8")) as {
      Config: string;
      RepoTags: string[];
      Layers: string[];
    }[];
    assert.deepEqual(
      index.map(({ RepoTags }) => RepoTags),
      [["docker.io/example/one:1"], ["docker.io/example/two:1"]],
    );
    for (const { Config, Layers } of index) {
      const config = JSON.parse(readFileSync(join(unpacked, Config), "utf8")) as { rootfs: { diff_ids: string[] } };
      const digests = Layers.map((name) =>
        createHash("sha256")
          .update(readFileSync(join(unpacked, name)))
          .digest("hex"),
      );
      assert.deepEqual(
        config.rootfs.diff_ids,
        digests.map((digest) => `sha256:${digest}`),
      );
    }
    assert.deepEqual(names(join(unpacked, index[1]?.Layers[0] ?? "")), [
      "./",
      "./etc/",
      "./etc/os",
      "./usr/",
      "./usr/share/",
      "./usr/share/doc/",
    ]);
  });

  it("gives the same content the same key, and another one another", async () => {
    const one = await layer("one", { file: "same" });
    const two = await layer("two", { file: "same" });
    const three = await layer("three", { file: "other" });
    const key = (path: string): string => imageKey({ name: "x:1", layers: [path], config: {} });
    assert.equal(key(one), key(two));
    assert.notEqual(key(one), key(three));
  });
});

describe("local images: Kafka's launchers read the environment as the official ones do", () => {
  inFolder();

  /** Installs a version's files with a `java` that prints its arguments, and runs one of the launchers. */
  const launch = (version: string, script: string, env: Record<string, string> = {}, args: string[] = ["--x"]) => {
    for (const [file, content] of Object.entries(kafkaFiles(version))) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), content);
      chmodSync(join(root, file), 0o755);
    }
    writeFileSync(join(root, "java"), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
    const path = `${root}:${process.env["PATH"] ?? ""}`;
    const result = spawnSync(join(root, "bin", script), args, { env: { PATH: path, ...env }, encoding: "utf8" });
    assert.equal(result.status, 0, result.stderr);
    return result.stdout.trim().split("\n");
  };

  it("start a broker with the official defaults", () => {
    const java = launch("3.9.2", "kafka-server-start.sh", { LOG_DIR: join(root, "log") });
    assert.ok(java.includes("-Xmx1G") && java.includes("-Xms1G"));
    assert.ok(java.some((option) => option.startsWith(`-Xlog:gc*:file=${root}/log/kafkaServer-gc.log`)));
    assert.ok(java.some((option) => /^-Dlog4j\.configuration=file:.*\/config\/log4j\.properties$/.test(option)));
    assert.deepEqual(java.slice(-2), ["kafka.Kafka", "--x"]);
  });

  it("take heap, JVM flags, logging, options and arguments from the environment", () => {
    const java = launch("4.3.1", "kafka-server-start.sh", {
      KAFKA_HEAP_OPTS: "-Xmx384m",
      KAFKA_JVM_PERFORMANCE_OPTS: "-XX:+UseZGC",
      KAFKA_LOG4J_OPTS: "-Dlog4j2.configurationFile=/etc/own.yaml",
      KAFKA_OPTS: "-Dmine=1",
      EXTRA_ARGS: "-name broker",
      LOG_DIR: join(root, "log"),
      JMX_PORT: "9999",
    });
    assert.deepEqual(java.slice(0, 2), ["-Xmx384m", "-XX:+UseZGC"]);
    for (const option of ["-Dlog4j2.configurationFile=/etc/own.yaml", "-Dmine=1", `-Dkafka.logs.dir=${root}/log`]) {
      assert.ok(java.includes(option), option);
    }
    assert.ok(java.includes("-Dcom.sun.management.jmxremote.port=9999"));
    assert.ok(!java.some((option) => option.startsWith("-Xlog:gc") || option === "-name"));
  });

  it("run the tools of each line by their own classes, quietly", () => {
    const last = (version: string, script: string) => launch(version, script).at(-2);
    assert.equal(last("3.9.2", "kafka-acls.sh"), "kafka.admin.AclCommand");
    assert.equal(last("4.3.1", "kafka-acls.sh"), "org.apache.kafka.tools.AclCommand");
    assert.equal(last("4.3.1", "kafka-topics.sh"), "org.apache.kafka.tools.TopicCommand");
    assert.ok(launch("4.3.1", "kafka-topics.sh").some((option) => option.endsWith("/config/tools-log4j2.yaml")));
    assert.ok(launch("4.3.1", "kafka-topics.sh").includes("-Xmx256M"));
  });

  it("hold ZooKeeper in 3.9 alone", () => {
    assert.ok("bin/zookeeper-server-start.sh" in kafkaFiles("3.9.2"));
    assert.ok(!("bin/zookeeper-server-start.sh" in kafkaFiles("4.3.1")));
    const zookeeper = launch("3.9.2", "zookeeper-server-start.sh", { EXTRA_ARGS: "" }).at(-2);
    assert.equal(zookeeper, "org.apache.zookeeper.server.quorum.QuorumPeerMain");
  });
});

describe("local images: ZooKeeper's launcher reads what the official one does", () => {
  inFolder();

  it("takes configuration and JVM settings from ZOOCFGDIR, with an own -Xmx last, and ends in java", () => {
    for (const [file, content] of Object.entries(zookeeperFiles)) {
      mkdirSync(dirname(join(root, "zookeeper", file)), { recursive: true });
      writeFileSync(join(root, "zookeeper", file), content, { mode: 0o755 });
    }
    mkdirSync(join(root, "conf"));
    writeFileSync(join(root, "conf/java.env"), javaEnv("96m"));
    writeFileSync(join(root, "java"), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
    const [script = "", ...args] = ENSEMBLE_START;
    const env = { PATH: `${root}:${process.env["PATH"] ?? ""}`, ZOOCFGDIR: join(root, "conf"), ZOO_LOG_DIR: "/tmp" };
    const { status, stdout } = spawnSync(join(root, "zookeeper/bin", script), args, { env, encoding: "utf8" });
    assert.equal(status, 0);
    const java = stdout.trim().split("\n");
    assert.ok(java.lastIndexOf("-Xmx96m") > 0 && !java.includes("-Xmx1000m"));
    assert.ok(java.includes("-XX:+UseG1GC") && !java.some((option) => option.includes("jmxremote")));
    assert.deepEqual(java.slice(-2), ["org.apache.zookeeper.server.quorum.QuorumPeerMain", join(root, "conf/zoo.cfg")]);
  });

  it("brings the module for Prometheus with every release", () => {
    for (const version of ["3.8.3", "3.8.4"]) {
      assert.ok(zookeeperArtifacts(version).some(([, name]) => name === "zookeeper-prometheus-metrics"));
    }
  });
});
