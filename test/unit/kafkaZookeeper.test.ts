/** A ZooKeeper ensemble's configuration and scripts, and what brokers on it are told. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { flatten } from "../../kafka/properties.ts";
import { brokerProperties } from "../../kafka/serverProperties.ts";
import {
  type EnsembleInput,
  ensembleServers,
  javaEnv,
  members,
  ZOOKEEPER_PORTS,
  type ZooKeeperPaths,
  zooCfg,
  zookeeperConnect,
  zookeeperImage,
} from "../../kafka/zookeeper.ts";
import { ALIVE, ensembleInitScript, SERVING } from "../../kafka/zookeeperScripts.ts";
import { INPUT, withKafka } from "./kafkaInput.ts";

const ensemble = (
  replicas = 3,
  chroot: string | null = null,
  mode: EnsembleInput["security"]["mode"] = "plaintext",
): EnsembleInput => ({
  namespace: { name: "kafka" },
  security: { mode, betweenNodes: "tls" },
  names: { zookeeper: "zookeeper" },
  zookeeper: { replicas, chroot },
});
const lines = (input: EnsembleInput, logVolume = false) => zooCfg(input, logVolume).split("\n");

describe("a ZooKeeper ensemble", () => {
  it("R-CRD-04 R-CRD-09 lists its members by pod name, with ids that follow from the ordinals", () => {
    assert.deepEqual(
      members(ensemble()).map(({ id, pod, host }) => [id, pod, host]),
      [0, 1, 2].map((n) => [100 - n, `zookeeper-${n}`, `zookeeper-${n}.zookeeper.kafka.svc.cluster.local`]),
    );
    assert.deepEqual(
      lines(ensemble()).filter((line) => line.startsWith("server.")),
      [0, 1, 2].map((n) => `server.${100 - n}=zookeeper-${n}.zookeeper.kafka.svc.cluster.local:2888:3888`),
    );
  });

  it("R-CRD-11 R-LSN-13 listens on 2181, 2888, 3888 and, for metrics, 7070", () => {
    assert.deepEqual(ZOOKEEPER_PORTS, { client: 2181, secure: 2281, peer: 2888, election: 3888, metrics: 7070 });
    assert.ok(lines(ensemble()).includes("clientPort=2181"));
    assert.ok(lines(ensemble()).includes("admin.enableServer=false"), "8080 belongs to others");
  });

  it("R-CRD-14 answers ruok, srvr, stat and mntr, and no other four-letter word", () => {
    assert.ok(lines(ensemble()).includes("4lw.commands.whitelist=ruok,srvr,stat,mntr"));
  });

  it("R-CRD-17 shows its metrics to Prometheus", () => {
    const provider = "org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider";
    assert.ok(lines(ensemble()).includes(`metricsProvider.className=${provider}`));
    assert.ok(lines(ensemble()).includes("metricsProvider.httpPort=7070"));
  });

  it("R-CRD-20 keeps the transaction log on the second volume where there is one, else beside the snapshots", () => {
    const directories = (logVolume: boolean) => lines(ensemble(), logVolume).filter((line) => /^data.*Dir=/.test(line));
    assert.deepEqual(directories(true), ["dataDir=/data/zookeeper", "dataLogDir=/datalog/zookeeper"]);
    assert.deepEqual(directories(false), ["dataDir=/data/zookeeper", "dataLogDir=/data/zookeeper"]);
  });

  it("removes old snapshots, which ZooKeeper by itself keeps for ever", () => {
    assert.ok(lines(ensemble()).includes("autopurge.purgeInterval=1"));
  });

  it("R-CRD-08 runs on the stated heap with G1", () => {
    assert.match(
      javaEnv("3g"),
      /^ZK_SERVER_HEAP=3072\nSERVER_JVMFLAGS="-Xms3g -Xmx3g -XX:\+UseG1GC .*"\nJMXDISABLE=true\n$/,
    );
  });

  it("R-CRD-18 is the official image of the stated version", () => {
    assert.equal(zookeeperImage("3.8.3"), "docker.io/library/zookeeper:3.8.3");
  });

  it("asks a member's own server on loopback, by means that the image has", () => {
    for (const [command, word] of [
      [ALIVE, "ruok"],
      [SERVING, "srvr"],
    ] as const) {
      assert.equal(command[0], "bash");
      assert.match(command[2] ?? "", new RegExp(`/dev/tcp/127\\.0\\.0\\.1/2181 && echo ${word} `));
    }
  });
});

describe("a member's init script", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "zookeeper-init-"));
    for (const folder of ["data", "log", "config", "rendered"]) mkdirSync(join(root, folder));
    for (const file of ["zoo.cfg", "java.env", "logback.xml"]) writeFileSync(join(root, "config", file), file);
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const run = (pod = "zookeeper-2") => {
    const paths = Object.fromEntries(
      ["data", "log", "config", "rendered", "certificates"].map((name) => [name, join(root, name)]),
    ) as unknown as ZooKeeperPaths;
    const script = join(root, "init.sh");
    writeFileSync(script, ensembleInitScript(true, paths));
    const path = `${root}:${process.env["PATH"] ?? ""}`;
    const env = { PATH: path, HOSTNAME: pod, TERMINATION_LOG: join(root, "why") };
    return spawnSync("sh", [script], { encoding: "utf8", env });
  };
  const myid = () => readFileSync(join(root, "data/zookeeper/myid"), "utf8").trim();

  it("R-CRD-09 writes the id that follows from the pod's ordinal, and keeps the configuration of its start", () => {
    assert.equal(run().status, 0);
    assert.equal(myid(), "98");
    assert.ok(existsSync(join(root, "log/zookeeper")));
    assert.equal(readFileSync(join(root, "rendered/zoo.cfg"), "utf8"), "zoo.cfg");
    assert.equal(run().status, 0, "again, on its own data");
  });

  it("refuses another member's volume, and data without an identity", () => {
    assert.equal(run("zookeeper-0").status, 0);
    const other = run("zookeeper-1");
    assert.equal(other.status, 1);
    assert.match(other.stderr, /myid is '100', expected '99'/);
    mkdirSync(join(root, "data/zookeeper/version-2"));
    rmSync(join(root, "data/zookeeper/myid"));
    assert.match(run("zookeeper-0").stderr, /lost its identity/);
    assert.match(readFileSync(join(root, "why"), "utf8"), /lost its identity/);
  });

  describe("of a member that is new", () => {
    const list = (members: number) =>
      Array.from(
        { length: members },
        (_, n) => `server.${100 - n}=zookeeper-${n}.zookeeper.kafka.svc:2888:3888\n`,
      ).join("");
    /** What members answer to mntr; whoever is not named does not answer. A pause ends the script. */
    const answers = (of: Record<string, string>) => {
      const cases = Object.entries(of).map(([pod, text]) => `${pod}.*) printf '${text}' ;;`);
      writeFileSync(join(root, "timeout"), `#!/bin/sh\ncase "$5" in ${cases.join(" ")} *) exit 1 ;; esac\n`, {
        mode: 0o755,
      });
      writeFileSync(join(root, "sleep"), "#!/bin/sh\nkill $PPID\n", { mode: 0o755 });
    };
    const leads = (quorum: number) => `zk_server_state\\tleader\\nzk_quorum_size\\t${quorum}\\n`;

    it("R-CRD-19 waits in a running ensemble until the pod leads that a roll restarts last", () => {
      writeFileSync(join(root, "config/zoo.cfg"), list(5));
      answers({ "zookeeper-0": "zk_server_state\\tfollower\\n", "zookeeper-2": leads(3) });
      const waits = run("zookeeper-4");
      assert.match(waits.stdout, /waits until zookeeper-0 leads: delete pod zookeeper-2/);
      assert.equal(existsSync(join(root, "data/zookeeper/myid")), false);
      answers({ "zookeeper-0": leads(3) });
      assert.equal(run("zookeeper-4").status, 0);
      assert.equal(myid(), "96");
    });

    it("starts at once in an ensemble that is new too, or that has its list already", () => {
      writeFileSync(join(root, "config/zoo.cfg"), list(3));
      answers({});
      assert.equal(run().status, 0);
      rmSync(join(root, "data/zookeeper"), { recursive: true });
      answers({ "zookeeper-1": leads(3) });
      assert.equal(run().status, 0, "a volume that was emptied");
    });

    it("waits for a leader where it has voted before and has lost its data, and starts as soon as one answers", () => {
      writeFileSync(join(root, "config/zoo.cfg"), list(3));
      writeFileSync(join(root, "config/voted"), "zookeeper-1\nzookeeper-2\n");
      answers({ "zookeeper-0": "This ZooKeeper instance is not currently serving requests\n" });
      assert.match(run().stdout, /waits for a leader to copy from.*emptyVoters: \[zookeeper-2\]/s);
      assert.equal(existsSync(join(root, "data/zookeeper/myid")), false);
      answers({ "zookeeper-1": leads(3) });
      assert.equal(run().status, 0);
      assert.equal(myid(), "98");
    });
  });

  it("refuses a pod without an ordinal", () => {
    for (const pod of ["zookeeper", "zookeeper-01", "zookeeper-x", ""]) assert.equal(run(pod).status, 1, pod);
  });
});

describe("brokers on ZooKeeper", () => {
  const onZooKeeper = (chroot: string | null = null) =>
    withKafka(
      { version: "3.9.2" },
      {
        coordination: { mode: "zookeeper", phase: "zookeeper" },
        zookeeper: { replicas: 3, chroot },
        controllers: { mode: "combined", replicas: 3 },
      },
    );
  const properties = (chroot: string | null = null) => new Map(flatten(brokerProperties(onZooKeeper(chroot))));

  it("R-CRD-01 have a broker id and the ensemble's addresses, and nothing of KRaft", () => {
    const found = properties();
    assert.equal(found.get("broker.id"), "@NODE_ID@");
    assert.equal(found.get("zookeeper.connect"), ensembleServers(ensemble()));
    const kraft = [...found.keys()].filter((key) => /^(node\.id|process\.roles|controller\.|metadata\.)/.test(key));
    assert.deepEqual(kraft, []);
    assert.equal(found.get("listeners"), "CLIENT://:9092,REPLICATION://:9091");
    assert.equal(found.get("listener.security.protocol.map"), "CLIENT:PLAINTEXT,REPLICATION:PLAINTEXT");
    assert.equal(found.get("inter.broker.listener.name"), "REPLICATION");
  });

  it("keep their nodes under a path of their own where the stack says so", () => {
    assert.equal(properties("/kafka/one").get("zookeeper.connect"), zookeeperConnect(ensemble(3, "/kafka/one")));
    assert.match(zookeeperConnect(ensemble(3, "/kafka/one")), /:2181\/kafka\/one$/);
  });

  it("R-CRD-01 R-BRK-09 replicate, balance and expire as brokers on KRaft do", () => {
    const kraft = new Map(flatten(brokerProperties(withKafka({ version: "3.9.2" }))));
    const differs = [...kraft].filter(([key, value]) => properties().get(key) !== value).map(([key]) => key);
    assert.deepEqual(differs.sort(), [
      "advertised.listeners",
      "controller.listener.names",
      "controller.quorum.fetch.timeout.ms",
      "controller.quorum.voters",
      "listener.security.protocol.map",
      "listeners",
      "metadata.log.dir",
      "node.id",
      "process.roles",
    ]);
    assert.equal(INPUT.coordination.mode, "kraft");
  });
});
