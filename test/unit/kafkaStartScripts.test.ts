import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataDirectories, NODE_PATHS, type NodePaths } from "../../kafka/paths.ts";
import { renderProperties } from "../../kafka/properties.ts";
import { brokerProperties } from "../../kafka/serverProperties.ts";
import { initCommand, initScript, startCommand } from "../../kafka/startScripts.ts";
import type { ZoneSource } from "../../kafka/zone.ts";
import { pathsIn } from "../support/nodePaths.ts";
import { INPUT } from "./kafkaInput.ts";

const CLUSTER = "-kU3OEVBNTcwNTJENDM2Qg";

/** Stands in for Kafka's formatter: notes its arguments and writes what the real one writes into empty directories. */
const TOOL = `#!/bin/sh
echo "$@" >> calls
[ ! -e fail ] || { echo "StorageTool says why" >&2; exit 1; }
echo "SCRAM stored key" # what the real one prints must not reach the log
for directory in data/kafka-metadata data/kafka-log0; do
  mkdir -p "$directory"
  [ -e "$directory/meta.properties" ] || printf 'version=1\\ncluster.id=%s\\nnode.id=%s\\n' "${CLUSTER}" "$(sed -n 's/^node.id=//p' rendered/server.properties)" > "$directory/meta.properties"
done
`;

describe("init script", () => {
  let root: string;
  let paths: NodePaths;
  const at = (...parts: string[]) => join(root, ...parts);

  const run = (
    env: Record<string, string> = {},
    nodeIdBase = 0,
    zones?: ZoneSource,
    externalPortBase?: number,
    then: string[] = [],
  ) => {
    writeFileSync(
      at("init.sh"),
      initScript({ distribution: "apache", nodeIdBase, paths, storageTool: at("storage.sh"), zones, externalPortBase }),
    );
    const variables = {
      PATH: process.env["PATH"],
      HOSTNAME: "kafka-2",
      CLUSTER_ID: CLUSTER,
      TERMINATION_LOG: at("why"),
    };
    const result = spawnSync("sh", ["init.sh", ...then], {
      cwd: root,
      encoding: "utf8",
      env: { ...variables, ...env },
    });
    const read = (file: string) => (existsSync(at(file)) ? readFileSync(at(file), "utf8") : "");
    return { ...result, why: read("why"), calls: read("calls").trim().split("\n").filter(Boolean) };
  };
  const refused = (result: ReturnType<typeof run>, why: RegExp) => {
    assert.equal(result.status, 1, result.stderr);
    assert.match(result.stderr, why);
    assert.match(result.why, why);
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "kafka-init-"));
    paths = pathsIn(root);
    for (const directory of Object.values(paths) as string[]) mkdirSync(directory);
    writeFileSync(at("config/server.properties"), renderProperties(brokerProperties(INPUT)));
    writeFileSync(at("storage.sh"), TOOL, { mode: 0o755 });
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it("becomes the command that it is given, once the node is prepared and not before", () => {
    const handedOver = (clusterId: string) =>
      run({ CLUSTER_ID: clusterId }, 0, undefined, undefined, ["sh", "-c", 'echo "$PPID $0 $1"', "server", "its file"]);
    const { stdout, status } = handedOver(CLUSTER);
    assert.equal(status, 0);
    assert.equal(
      stdout.trim().split("\n").at(-1),
      `${process.pid} server its file`,
      "a child of the caller: no shell between",
    );
    assert.doesNotMatch(handedOver("another").stdout, /server its file/);
  });

  it("R-LSN-08 gives each broker the port of the nodes that leads to it", () => {
    const access = {
      ...INPUT.externalAccess,
      enabled: true,
      type: "nodePort" as const,
      hostTemplate: "n{id}.corp.test",
    };
    const input = { ...INPUT, externalAccess: { ...access, nodePorts: { bootstrap: null, first: 30_092 } } };
    writeFileSync(at("config/server.properties"), renderProperties(brokerProperties(input)));
    assert.equal(run({}, 0, undefined, 30_092).status, 0);
    assert.match(readFileSync(at("rendered/server.properties"), "utf8"), /EXTERNAL:\/\/n2\.corp\.test:30094$/m);
  });

  describe("with users from the start", () => {
    /** Stands in for kafka-run-class.sh, and for the JVM's reading of an argument file. */
    const RUN_CLASS = `#!/bin/sh
echo "$@" > seen
file=\${1#@}
cat "$file" > arguments
eval "set -- $(tr '\\n' ' ' < "$file")"
[ "$1" = kafka.tools.StorageTool ] && shift
exec ./storage.sh "$@"
`;
    const format = () => {
      writeFileSync(at("run-class.sh"), RUN_CLASS, { mode: 0o755 });
      writeFileSync(at("secrets/broker-password"), "s3cret");
      const script = initScript({
        distribution: "apache",
        nodeIdBase: 0,
        paths,
        runClass: at("run-class.sh"),
        firstUsers: { "kafka-broker": "broker-password" },
      });
      writeFileSync(at("init.sh"), script);
      const env = { PATH: process.env["PATH"], HOSTNAME: "kafka-2", CLUSTER_ID: CLUSTER, TERMINATION_LOG: at("why") };
      return spawnSync("sh", ["init.sh"], { cwd: root, encoding: "utf8", env });
    };

    it("R-CRD-27 gives the formatter their passwords by a file that is gone afterwards", () => {
      const { status, stdout, stderr } = format();
      assert.equal(status, 0, stderr);
      assert.match(stdout, /formatted its storage/);
      assert.equal(readFileSync(at("seen"), "utf8"), `@${at("rendered/arguments")}\n`);
      const given = readFileSync(at("arguments"), "utf8").trimEnd().split("\n");
      assert.deepEqual(given.slice(0, 4), [
        '"kafka.tools.StorageTool"',
        '"format"',
        '"--ignore-formatted"',
        `"--cluster-id=${CLUSTER}"`,
      ]);
      assert.deepEqual(given.slice(-2), ['"--add-scram"', '"SCRAM-SHA-512=[name=kafka-broker,password=s3cret]"']);
      assert.equal(existsSync(at("rendered/arguments")), false);
      assert.ok(!`${stdout}${stderr}`.includes("s3cret"));
    });

    it("R-CRD-27 leaves no password behind where formatting fails", () => {
      writeFileSync(at("fail"), "");
      const { status, stderr } = format();
      assert.equal(status, 1);
      assert.match(stderr, /formatting the storage failed: StorageTool says why/);
      assert.equal(existsSync(at("rendered/arguments")), false);
    });
  });

  describe("with zones", () => {
    const rackOf = () => /^broker.rack=(.*)$/m.exec(readFileSync(at("rendered/server.properties"), "utf8"))?.[1];
    beforeEach(() => {
      const properties = brokerProperties({ ...INPUT, rackAwareness: { enabled: true } });
      writeFileSync(at("config/server.properties"), renderProperties(properties));
    });

    it("R-BRK-17 gives a broker the zone that was read from its node", () => {
      writeFileSync(at("rendered/zone"), "eu-central-1b");
      assert.equal(run({}, 0, "node").status, 0);
      assert.equal(rackOf(), "eu-central-1b");
    });

    it("refuses to start a broker without a zone", () => {
      refused(run({}, 0, "node"), /rendered\/zone is missing/);
    });

    it("R-BRK-18 gives zones of the settings by ordinal, in turn", () => {
      const racks = ["kafka-0", "kafka-1", "kafka-2", "kafka-3"].map((pod) => {
        rmSync(at("data"), { recursive: true });
        mkdirSync(at("data"));
        assert.equal(run({ HOSTNAME: pod }, 0, ["a", "b", "c"]).status, 0);
        return rackOf();
      });
      assert.deepEqual(racks, ["a", "b", "c", "a"]);
    });
  });

  it("starts new storage at the metadata version that is asked for, else at Kafka's own", () => {
    const script = (metadataVersion?: string) => initScript({ distribution: "apache", nodeIdBase: 0, metadataVersion });
    assert.match(script("4.2-IV1"), /"--config=\$properties" --release-version=4.2-IV1 2>&1/);
    assert.ok(!script().includes("--release-version"));
  });

  it("R-LSN-11 puts the pod's id and name into its server.properties", () => {
    assert.equal(run().status, 0);
    const text = readFileSync(at("rendered/server.properties"), "utf8");
    assert.match(text, /^node\.id=2$/m);
    assert.match(text, /CLIENT:\/\/kafka-2\.kafka-headless\.kafka\.svc\.cluster\.local:9092/);
    assert.doesNotMatch(text, /@[A-Z_]+@/);
  });

  it("counts the ids of dedicated controllers from their base", () => {
    run({ HOSTNAME: "kafka-controller-1" }, 100);
    assert.match(readFileSync(at("rendered/server.properties"), "utf8"), /^node\.id=101$/m);
  });

  it("R-CRD-26 formats an empty volume once, with the stack's cluster id, and skips the JVM from then on", () => {
    assert.equal(run().status, 0);
    const again = run();
    assert.equal(again.status, 0, again.stderr);
    assert.deepEqual(again.calls, [
      `format --ignore-formatted --cluster-id=${CLUSTER} --config=${at("rendered/server.properties")}`,
    ]);
    assert.ok(!existsSync(at("data/.formatting")));
  });

  it("keeps what the formatter prints out of the log", () => {
    const { stdout, stderr } = run();
    assert.doesNotMatch(stdout + stderr, /SCRAM/);
  });

  it("R-CRD-26 refuses the volume of another cluster or node, and changes nothing", () => {
    run();
    const meta = readFileSync(at("data/kafka-log0/meta.properties"), "utf8");
    refused(run({ CLUSTER_ID: "another" }), /cluster\.id '-kU3.*expected 'another'.*another cluster/);
    refused(run({ HOSTNAME: "kafka-0" }), /node\.id '2', expected '0'.*another node/);
    assert.equal(readFileSync(at("data/kafka-log0/meta.properties"), "utf8"), meta);
    assert.equal(run().calls.length, 1);
  });

  it("refuses data without identity, and a volume of which a part is gone", () => {
    run();
    rmSync(at("data/kafka-log0/meta.properties"));
    writeFileSync(at("data/kafka-log0/topic-0"), "");
    refused(run(), /has data but no meta\.properties/);
    rmSync(at("data/kafka-log0"), { recursive: true });
    refused(run(), /only part of a node's storage/);
  });

  it("refuses an empty volume of a node that has voted, and of no other", () => {
    writeFileSync(at("config/voted"), "kafka-1\nkafka-20\n");
    assert.equal(run().status, 0);
    for (const directory of ["kafka-log0", "kafka-metadata"]) rmSync(at("data", directory), { recursive: true });
    writeFileSync(at("config/voted"), "kafka-1\nkafka-2\n");
    const lost = run();
    refused(lost, /has voted before.*Nothing was changed.*emptyVoters: \[kafka-2\]/s);
    assert.equal(lost.calls.length, 1, "nothing is formatted");
    assert.ok(!existsSync(at("data/.formatting")));
  });

  it("finishes a format that was cut short, of a node that has voted meanwhile too", () => {
    writeFileSync(at("fail"), "");
    refused(run(), /formatting the storage failed: StorageTool says why/);
    mkdirSync(at("data/kafka-metadata"));
    writeFileSync(at("data/kafka-metadata/bootstrap.checkpoint"), "half");
    rmSync(at("fail"));
    writeFileSync(at("config/voted"), "kafka-2\n");
    assert.equal(run().status, 0);
    assert.ok(existsSync(at("data/kafka-metadata/meta.properties")));
  });

  for (const pod of ["", "kafka", "kafka-", "kafka-x", "kafka-01", "kafka-1x"])
    it(`refuses the pod name '${pod}', which has no ordinal`, () => {
      refused(run({ HOSTNAME: pod }), /has no ordinal/);
    });

  it("refuses to start without cluster id, template or a writable volume", () => {
    refused(run({ CLUSTER_ID: "" }), /CLUSTER_ID is not set/);
    rmSync(at("rendered"), { recursive: true });
    refused(run(), /cannot write to .*rendered/);
    rmSync(at("config/server.properties"));
    refused(run(), /server\.properties is missing/);
  });
});

describe("start command", () => {
  it("runs the image's own launcher on the rendered file, by distribution", () => {
    assert.deepEqual(startCommand("apache"), [
      "/opt/kafka/bin/kafka-server-start.sh",
      "/run/kafka-platform/server.properties",
    ]);
    assert.equal(startCommand("confluent")[0], "/usr/bin/kafka-server-start");
    assert.deepEqual(initCommand(), ["/bin/sh", "/etc/kafka-platform/init.sh"]);
    assert.match(initScript({ distribution: "confluent", nodeIdBase: 0 }), /storage_tool='\/usr\/bin\/kafka-storage'/);
  });

  it("keeps partitions and metadata in sub-directories of the volume", () => {
    assert.deepEqual(Object.values(dataDirectories()), [
      `${NODE_PATHS.data}/kafka-log0`,
      `${NODE_PATHS.data}/kafka-metadata`,
    ]);
  });
});
