/** The init script of a broker on ZooKeeper, and of a controller that is about to take over from it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NodeCoordination } from "../../kafka/coordination.ts";
import type { NodePaths } from "../../kafka/paths.ts";
import { initScript } from "../../kafka/startScripts.ts";
import { pathsIn } from "../support/nodePaths.ts";

const CLUSTER = "-kU3OEVBNTcwNTJENDM2Qg";

/** Stands in for ZooKeeper and its client: nodes are files, and it answers as the real client does. */
const SHELL = `#!/bin/sh
[ ! -e away ] || { echo "KeeperErrorCode = ConnectionLoss for /cluster"; exit 1; }
echo "Connecting to $1"
while read -r command path value; do
  file="nodes$(printf '%s' "$path" | tr / _)"
  case "$command" in
    create) if [ -e "$file" ]; then echo "Node already exists: $path"; else printf '%s' "$value" > "$file"; echo "Created $path"; fi ;;
    get) if [ -e "$file" ]; then cat "$file"; echo; else echo "Node does not exist: $path"; fi ;;
  esac
done
`;

describe("init script of a node that uses ZooKeeper", () => {
  let root: string;
  let paths: NodePaths;
  const at = (...parts: string[]) => join(root, ...parts);
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "zookeeper-storage-"));
    paths = pathsIn(root);
    for (const path of Object.values(paths)) mkdirSync(String(path));
    writeFileSync(at("config/server.properties"), "broker.id=@NODE_ID@\n");
    writeFileSync(at("shell.sh"), SHELL, { mode: 0o755 });
    writeFileSync(at("storage.sh"), "#!/bin/sh\necho formatted >> formatted\n", { mode: 0o755 });
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const run = (node: NodeCoordination = "zookeeper", chroot = "") => {
    const zookeeper = { servers: "zookeeper-0:2181", chroot, shell: at("shell.sh") };
    const input = {
      distribution: "apache",
      nodeIdBase: 0,
      paths,
      storageTool: at("storage.sh"),
      node,
      zookeeper,
    } as const;
    writeFileSync(at("init.sh"), initScript(input));
    const env = { PATH: process.env["PATH"], HOSTNAME: "kafka-2", CLUSTER_ID: CLUSTER, TERMINATION_LOG: at("why") };
    return spawnSync("sh", ["init.sh"], { cwd: root, encoding: "utf8", env });
  };
  const inZooKeeper = (file: string) => (existsSync(at(file)) ? readFileSync(at(file), "utf8") : undefined);
  const hasData = (id = CLUSTER, node = "broker.id=2") => {
    mkdirSync(at("data/kafka-log0/t-0"), { recursive: true });
    writeFileSync(at("data/kafka-log0/meta.properties"), `version=0\ncluster.id=${id}\n${node}\n`);
  };
  const hasMetadata = () => mkdirSync(at("data/kafka-metadata/__cluster_metadata-0"), { recursive: true });
  const zooKeeperHas = (id = CLUSTER) => {
    writeFileSync(at("nodes_cluster_id"), `{"version":"1","id":"${id}"}`);
  };

  it("R-CRD-26 gives ZooKeeper the cluster id of the stack before a broker could draw one, and formats nothing", () => {
    const { status, stderr } = run();
    assert.equal(status, 0, stderr);
    assert.equal(inZooKeeper("nodes_cluster_id"), `{"version":"1","id":"${CLUSTER}"}`);
    assert.equal(readFileSync(at("rendered/server.properties"), "utf8"), "broker.id=2\n");
    assert.equal(existsSync(at("formatted")), false);
    assert.equal(run().status, 0, "a second broker finds the id");
  });

  it("makes every level of a path of its own", () => {
    assert.equal(run("zookeeper", "/kafka/one").status, 0);
    for (const node of ["nodes_kafka", "nodes_kafka_one", "nodes_kafka_one_cluster"]) assert.ok(existsSync(at(node)));
    assert.match(inZooKeeper("nodes_kafka_one_cluster_id") ?? "", new RegExp(CLUSTER));
  });

  it("refuses another cluster's ZooKeeper, volume and node, and says when ZooKeeper does not answer", () => {
    zooKeeperHas("other");
    assert.match(run().stderr, /ZooKeeper belongs to cluster 'other'.*zookeeper\.chroot/s);
    writeFileSync(at("away"), "");
    assert.match(run().stderr, /does not answer: KeeperErrorCode = ConnectionLoss/);
    rmSync(at("away"));
    hasData("other");
    assert.match(run().stderr, /has cluster\.id 'other'/);
    hasData(CLUSTER, "broker.id=1");
    assert.match(run().stderr, /has broker\.id '1', expected '2'/);
    rmSync(at("data/kafka-log0/meta.properties"));
    assert.match(run().stderr, /lost its identity/);
  });

  it("asks nobody when the volume says whose it is", () => {
    hasData();
    writeFileSync(at("away"), "");
    assert.equal(run().status, 0);
    hasData(CLUSTER, "node.id=2");
    assert.equal(run().status, 0, "a volume that was on KRaft for a while");
  });

  it("R-CRD-33 removes what a given-up attempt left on a broker, once ZooKeeper has said that it owns the cluster", () => {
    hasData();
    hasMetadata();
    assert.equal(run().status, 1, "ZooKeeper knows nothing of the cluster");
    assert.ok(existsSync(at("data/kafka-metadata")));
    zooKeeperHas();
    assert.equal(run().status, 0);
    assert.equal(existsSync(at("data/kafka-metadata")), false);
    assert.ok(existsSync(at("data/kafka-log0/t-0")), "records are left alone");
  });

  it("R-CRD-31 refuses to go back to ZooKeeper alone while a quorum leads, and changes nothing", () => {
    hasData();
    hasMetadata();
    zooKeeperHas();
    const controller = (epoch: number) =>
      `{"version":2,"brokerid":100,"timestamp":"1","kraftControllerEpoch":${epoch}}`;
    const migration = (offset: number) => `{"version":0,"kraft_controller_id":100,"kraft_metadata_offset":${offset}}`;
    for (const [node, text, refused] of [
      ["nodes_controller", controller(4), true],
      ["nodes_migration", migration(12), true],
      ["nodes_controller", controller(-1), false],
      ["nodes_migration", migration(-1), false],
    ] as const) {
      hasMetadata();
      writeFileSync(at(node), text);
      const { status, stderr } = run();
      rmSync(at(node));
      assert.equal(status, refused ? 1 : 0, `${text}: ${stderr}`);
      assert.equal(existsSync(at("data/kafka-metadata")), refused, text);
      if (refused) assert.match(stderr, /a quorum of controllers leads this cluster[^]*coordination\.phase=dual-write/);
    }
  });

  it("leaves a broker's metadata alone while it takes part in the copying", () => {
    hasData();
    hasMetadata();
    assert.equal(run("zookeeper-migrating").status, 0);
    assert.ok(existsSync(at("data/kafka-metadata")));
  });

  it("takes a volume that came from ZooKeeper over to KRaft", () => {
    hasData();
    mkdirSync(at("data/kafka-metadata"));
    writeFileSync(at("data/kafka-metadata/meta.properties"), `version=0\ncluster.id=${CLUSTER}\nbroker.id=2\n`);
    const { status, stdout } = run("kraft");
    assert.equal(status, 0);
    assert.match(stdout, /storage is formatted/);
  });

  describe("of a controller on the way", () => {
    const formatted = () => {
      for (const folder of ["data/kafka-metadata", "data/kafka-log0"]) {
        mkdirSync(at(folder), { recursive: true });
        writeFileSync(at(folder, "meta.properties"), `version=1\ncluster.id=${CLUSTER}\nnode.id=2\n`);
      }
    };

    it("begins anew where ZooKeeper knows of no migration, before brokers hear of it", () => {
      zooKeeperHas();
      formatted();
      const { stdout, stderr } = run("kraft-waiting");
      assert.match(stdout, /removed the metadata of an attempt that was given up/, stderr);
      assert.equal(readFileSync(at("formatted"), "utf8"), "formatted\n");
    });

    it("keeps its log once a migration has begun, and where ZooKeeper does not answer", () => {
      zooKeeperHas();
      formatted();
      writeFileSync(at("nodes_migration"), '{"version":0,"kraft_metadata_offset":12}');
      assert.equal(run("kraft-waiting").status, 0);
      rmSync(at("nodes_migration"));
      writeFileSync(at("away"), "");
      assert.equal(run("kraft-waiting").status, 1);
      assert.ok(existsSync(at("data/kafka-metadata/meta.properties")));
      assert.equal(existsSync(at("formatted")), false);
    });

    it("R-CRD-31 refuses to lead brokers by the log of an attempt that was given up", () => {
      zooKeeperHas();
      formatted();
      assert.match(run("kraft-dual-write").stderr, /an attempt that was given up[^]*coordination\.phase=rollback/);
      assert.ok(existsSync(at("data/kafka-metadata/meta.properties")));
      writeFileSync(at("nodes_migration"), '{"version":0,"kraft_metadata_offset":12}');
      assert.equal(run("kraft-dual-write").status, 0);
    });
  });
});
