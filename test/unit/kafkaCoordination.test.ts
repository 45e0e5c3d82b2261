/** The way from ZooKeeper to KRaft: its phases, what nodes are told in each, and the scripts between them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PHASES, type Phase, phaseFacts, STEPS, type Stage, stageAdvice, stageOf } from "../../kafka/coordination.ts";
import { copiedScript, returnScript } from "../../kafka/migrationScripts.ts";
import { flatten } from "../../kafka/properties.ts";
import { brokerProperties, controllerProperties } from "../../kafka/serverProperties.ts";
import { withKafka } from "./kafkaInput.ts";

const input = (phase: Phase | "done") =>
  withKafka(
    { version: "3.9.2" },
    {
      coordination: phase === "done" ? { mode: "kraft", phase: "kraft" } : { mode: "zookeeper", phase },
      controllers: { mode: "dedicated", replicas: 3 },
    },
  );
const broker = (phase: Phase | "done") => new Map(flatten(brokerProperties(input(phase))));
const controller = (phase: Phase | "done") => new Map(flatten(controllerProperties(input(phase))));

describe("the way from ZooKeeper to KRaft", () => {
  it("R-CRD-30 R-CRD-31 is a sequence of phases, each a setting, that ends without ZooKeeper", () => {
    const way: Stage[] = [];
    for (let at: Stage | undefined = "zookeeper"; at !== undefined; at = STEPS[at].forward) way.push(at);
    assert.deepEqual(way, ["zookeeper", "controllers", "dual-write", "brokers-kraft", "kraft", "done"]);
    assert.deepEqual(Object.keys(STEPS).sort(), [...PHASES, "done"].sort());
    assert.equal(phaseFacts({ mode: "kraft", phase: "kraft" }).ensemble, false);
    for (const phase of PHASES) assert.equal(phaseFacts({ mode: "zookeeper", phase }).ensemble, true, phase);
  });

  it("R-CRD-33 leads back to ZooKeeper from every phase before the last but one, and says where that ends", () => {
    const home = (from: Stage): boolean => {
      const seen = new Set<Stage>();
      for (let at: Stage | undefined = from; at !== undefined && !seen.has(at); ) {
        if (at === "zookeeper") return true;
        seen.add(at);
        at = STEPS[at].back ?? (at === "rollback" ? STEPS[at].forward : undefined);
      }
      return false;
    };
    assert.deepEqual(PHASES.filter(home), ["zookeeper", "controllers", "dual-write", "brokers-kraft", "rollback"]);
    assert.deepEqual(
      PHASES.filter((phase) => STEPS[phase].forGood),
      ["brokers-kraft"],
    );
    assert.equal(
      stageAdvice("brokers-kraft"),
      "brokers-kraft; next coordination.phase=kraft, the point of no return: from there on nothing leads back to ZooKeeper; back coordination.phase=dual-write",
    );
    assert.equal(stageAdvice("kraft"), "kraft; next coordination.mode=kraft");
  });

  it("counts a stack of before the phases as one at the start", () => {
    assert.equal(stageOf({ mode: "zookeeper" }), "zookeeper");
    assert.equal(stageOf({ mode: "kraft" }), "done");
  });

  it("starts controllers that know ZooKeeper and the brokers' listener, while brokers stay as they are", () => {
    assert.deepEqual(broker("controllers"), broker("zookeeper"));
    const found = controller("controllers");
    assert.equal(found.get("zookeeper.metadata.migration.enable"), "true");
    assert.match(found.get("zookeeper.connect") ?? "", /^zookeeper-0\..*:2181$/);
    assert.equal(found.get("process.roles"), "controller");
    assert.equal(found.get("inter.broker.listener.name"), "REPLICATION");
    assert.match(found.get("listener.security.protocol.map") ?? "", /REPLICATION:PLAINTEXT/);
  });

  it("tells brokers of both in dual write, and leaves the controllers alone", () => {
    assert.deepEqual(controller("dual-write"), controller("controllers"));
    const found = broker("dual-write");
    assert.equal(found.get("broker.id"), "@NODE_ID@");
    assert.equal(found.get("process.roles"), undefined);
    assert.equal(found.get("zookeeper.metadata.migration.enable"), "true");
    assert.match(found.get("controller.quorum.voters") ?? "", /^100@kafka-controller-0\./);
    assert.equal(found.get("controller.listener.names"), "CONTROLLER");
    assert.ok(found.has("metadata.log.dir"));
  });

  it("takes ZooKeeper from the brokers, then from the controllers, and nothing more when it goes", () => {
    assert.deepEqual(controller("brokers-kraft"), controller("dual-write"));
    const onQuorum = broker("brokers-kraft");
    assert.equal(onQuorum.get("process.roles"), "broker");
    assert.equal(onQuorum.get("node.id"), "@NODE_ID@");
    assert.deepEqual(
      [...onQuorum.keys()].filter((key) => key.startsWith("zookeeper.")),
      [],
    );
    assert.deepEqual(broker("kraft"), onQuorum);
    assert.deepEqual(
      [...controller("kraft").keys()].filter((key) => key.startsWith("zookeeper.")),
      [],
    );
    assert.deepEqual(broker("done"), broker("kraft"));
    assert.deepEqual(controller("done"), controller("kraft"));
  });

  it("puts brokers back to what they were when it is given up", () => {
    assert.deepEqual(broker("rollback"), broker("zookeeper"));
    assert.equal(phaseFacts({ mode: "zookeeper", phase: "rollback" }).controllers, "stopped");
  });
});

describe("the scripts between two phases", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "migration-scripts-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  /** @param shell stands in for ZooKeeper's client; it reads commands and notes them in `commands` */
  const run = (script: typeof copiedScript, shell: string, commands: Record<string, string> = {}) => {
    const tools = {
      "shell.sh": `#!/bin/sh\ntee -a ${root}/commands | { ${shell} ; }\n`,
      sleep: "#!/bin/sh\n",
      ...commands,
    };
    for (const [name, text] of Object.entries(tools)) writeFileSync(join(root, name), text, { mode: 0o755 });
    const access = { servers: "zookeeper-0:2181", chroot: "/kafka", shell: join(root, "shell.sh") };
    const controllers = ["controller-0.example", "controller-1.example"];
    const text = script({ distribution: "apache", access, controllers, patience: 20 });
    const env = { PATH: `${root}:${process.env["PATH"] ?? ""}` };
    const result = spawnSync("sh", ["-c", text], { encoding: "utf8", env });
    return { ...result, commands: readFileSync(join(root, "commands"), "utf8") };
  };
  const migration = (offset: number) => `{"version":0,"kraft_metadata_offset":${offset},"kraft_controller_id":100}`;
  const gone = { getent: "#!/bin/sh\nexit 2\n" };

  it("R-CRD-30 wait until the quorum holds a copy of the metadata", () => {
    const copied = run(copiedScript, `cat > /dev/null; echo '${migration(238)}'`);
    assert.equal(copied.status, 0, copied.stderr);
    assert.equal(copied.stdout, "metadata is copied, up to offset 238 of the quorum's log\n");
    assert.match(copied.commands, /^get \/kafka\/migration$/m);
    const waiting = run(copiedScript, `cat > /dev/null; echo '${migration(-1)}'`);
    assert.equal(waiting.status, 1);
    assert.match(waiting.stderr, /has copied no metadata after 20 s/);
    assert.equal(run(copiedScript, "cat > /dev/null; echo 'Node does not exist: /kafka/migration'").status, 1);
  });

  it("R-CRD-33 give ZooKeeper the cluster back once no controller is left", () => {
    const claim = `cat > /dev/null; echo '{"version":2,"brokerid":1,"timestamp":"17952","kraftControllerEpoch":-1}'`;
    const back = run(returnScript, claim, gone);
    assert.equal(back.status, 0, back.stderr);
    assert.match(back.stdout, /broker 1 is the controller\n$/);
    assert.match(back.commands, /^deleteall \/kafka\/controller\ndeleteall \/kafka\/migration$/m);
    const there = { getent: "#!/bin/sh\n[ $2 = controller-1.example ]\n" };
    rmSync(join(root, "commands"));
    writeFileSync(join(root, "commands"), "");
    const early = run(returnScript, claim, there);
    assert.equal(early.status, 1);
    assert.match(early.stderr, /controller-1\.example is still there/);
    assert.equal(early.commands, "", "nothing was touched");
  });

  it("say so when no broker takes over", () => {
    const nobody = run(returnScript, "cat > /dev/null; echo 'Node does not exist: /kafka/controller'", gone);
    assert.equal(nobody.status, 1);
    assert.match(nobody.stderr, /no broker has become the controller/);
  });
});
