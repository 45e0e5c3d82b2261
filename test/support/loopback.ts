/**
 * Pods of a rendered stack as plain processes on loopback: the very ConfigMaps that the program makes, each pod at an
 * address of its own in 127.0.0.0/8. It shows that Kafka and ZooKeeper take what is rendered, without a Kubernetes.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { kafkaOfImage, zookeeperOfImage } from "../../bench/tools.ts";
import { record } from "../../deploy/render/record.ts";
import { loggingConfig } from "../../kafka/logging.ts";
import { NODE_PATHS } from "../../kafka/paths.ts";
import { kafkaFiles } from "../../local/build/launchers.ts";
import { platform } from "../../stacks/platform.ts";
import { providers } from "../../stacks/provider.ts";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import { useHosts } from "./clusterDns.ts";
import { load } from "./settings.ts";
import { PROGRAMS as CLUSTER_PROGRAMS } from "./stacks.ts";
import { at, kindOf } from "./world.ts";

/** What runs, by the StatefulSet's name: how to start it, and the port that shows it up. */
const PROGRAMS = {
  zookeeper: { main: "org.apache.zookeeper.server.quorum.QuorumPeerMain", file: "zoo.cfg", port: 2181, from: 31 },
  "kafka-controller": { main: "kafka.Kafka", file: "server.properties", port: 9093, from: 21 },
  kafka: { main: "kafka.Kafka", file: "server.properties", port: 9092, from: 11 },
} as const;
export type SetName = keyof typeof PROGRAMS;

export type Files = Readonly<Record<SetName, Readonly<Record<string, string>>>>;

const CLUSTER_ID = "4L6g3nShT-eMCtK--X86sw";
const SECRETS = NODE_PATHS.secrets.slice(1);
const CERTIFICATES = NODE_PATHS.certificates.slice(1);
const PATHS = [
  ...["data", "datalog", "etc/kafka-platform", "run/kafka-platform", "var/lib/kafka/data", "var/log/kafka"],
  SECRETS,
  CERTIFICATES,
];

/** The files of each set's ConfigMap, as the program renders them for some settings. */
export async function renderedFiles(input: SettingsInput): Promise<Files> {
  const { settings } = load(input);
  const { resources } = await record(() => platform(settings, providers(settings), CLUSTER_PROGRAMS), { stack: "dev" });
  const files = (set: SetName): Record<string, string> => {
    const map = resources.find(
      (resource) => kindOf(resource) === "ConfigMap" && at(resource, "metadata.name") === `${set}-config`,
    );
    return (map ? at(map, "data") : {}) as Record<string, string>;
  };
  return { zookeeper: files("zookeeper"), "kafka-controller": files("kafka-controller"), kafka: files("kafka") };
}

/** What pods mount beside their ConfigMap: file → text. */
export interface Mounted {
  /** Of the Secret of the nodes. */
  readonly secret?: Readonly<Record<string, string>>;
  /** Of a certificate that all pods share, with whom to trust. */
  readonly certificates?: Readonly<Record<string, string>>;
}

export class Loopback {
  readonly folder: string;
  readonly #processes = new Map<string, ChildProcess>();
  readonly #namespace: string;
  readonly #restore: () => void;

  readonly #version: string;
  readonly #mounted: Mounted;
  /** Folder of the jars that members run; undefined for Kafka's. */
  readonly #ensemble: string | undefined;

  /**
   * A place for pods that run a version of Kafka in a namespace, by the embedded cluster's image of it.
   * @param zookeeper release of ZooKeeper; default the one that Kafka brings along
   */
  static async of(version: string, namespace: string, mounted: Mounted = {}, zookeeper?: string): Promise<Loopback> {
    const folder = mkdtempSync(join(tmpdir(), "rendered-"));
    const kafka = await kafkaOfImage(join(folder, "image"), version, console.log);
    const image = join(folder, "zookeeper");
    const ensemble =
      zookeeper === undefined ? undefined : join(await zookeeperOfImage(image, zookeeper, console.log), "lib");
    return new Loopback(folder, { kafka: join(kafka, "libs"), ensemble }, version, namespace, mounted);
  }

  private constructor(
    folder: string,
    libs: { readonly kafka: string; readonly ensemble: string | undefined },
    version: string,
    namespace: string,
    mounted: Mounted,
  ) {
    this.#ensemble = libs.ensemble;
    this.#mounted = mounted;
    this.#version = version;
    this.folder = folder;
    this.#namespace = namespace;
    for (const [file, content] of Object.entries(kafkaFiles(version))) {
      const path = join(folder, "opt/kafka", file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      chmodSync(path, 0o755);
    }
    symlinkSync(libs.kafka, join(folder, "opt/kafka/libs"));
    const names = (Object.keys(PROGRAMS) as SetName[]).flatMap((set) =>
      Array.from({ length: 9 }, (_, ordinal) => `${this.address(set, ordinal)} ${this.host(set, ordinal)}\n`),
    );
    // Whoever connects does so from 127.0.0.1, which members look up by reverse.
    writeFileSync(join(folder, "hosts"), [...names, "127.0.0.1 localhost\n"].join(""));
    this.#restore = useHosts(new Map(names.map((line) => line.trim().split(" ").reverse() as [string, string])));
  }

  address(set: SetName, ordinal: number): string {
    return `127.0.0.${PROGRAMS[set].from + ordinal}`;
  }

  host(set: SetName, ordinal: number): string {
    return `${set}-${ordinal}.${set === "zookeeper" ? set : `${set}-headless`}.${this.#namespace}.svc.cluster.local`;
  }

  /** Every broker's address for clients. */
  brokers(count: number): string[] {
    return Array.from({ length: count }, (_, ordinal) => `${this.host("kafka", ordinal)}:9092`);
  }

  /** Prepares the pod by its init script and starts the server; resolves when its port answers. */
  async start(set: SetName, ordinal: number, files: Files, heap = "256m"): Promise<string> {
    const { main, file, port } = PROGRAMS[set];
    const home = join(this.folder, `${set}-${ordinal}`);
    for (const path of [...PATHS, "opt"]) mkdirSync(dirname(join(home, path)), { recursive: true });
    for (const path of PATHS) mkdirSync(join(home, path), { recursive: true });
    for (const [name, text] of Object.entries(files[set])) {
      writeFileSync(join(home, "etc/kafka-platform", name), this.#moved(text, home, this.address(set, ordinal)));
    }
    const { secret = {}, certificates = {} } = this.#mounted;
    for (const [name, text] of Object.entries(secret)) writeFileSync(join(home, SECRETS, name), text);
    for (const [name, text] of Object.entries(certificates)) writeFileSync(join(home, CERTIFICATES, name), text);
    const prepared = spawnSync("sh", [join(home, "etc/kafka-platform/init.sh")], {
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        HOSTNAME: `${set}-${ordinal}`,
        CLUSTER_ID,
        TERMINATION_LOG: join(home, "why"),
        KAFKA_OPTS: this.#hosts,
        LOG_DIR: join(home, "var/log/kafka"),
      },
    });
    assert.equal(prepared.status, 0, `${set}-${ordinal}: ${prepared.stdout}${prepared.stderr}`);
    const log = openSync(join(home, "log"), "a");
    const rendered = join(home, "run/kafka-platform");
    const paths = { ...NODE_PATHS, config: join(home, "etc/kafka-platform") };
    const logging = loggingConfig({ version: this.#version, logVolume: false, paths }).option;
    const own = set === "zookeeper" ? this.#ensemble : undefined;
    const classpath = own === undefined ? `${join(this.folder, "opt/kafka/libs")}/*` : `${rendered}:${own}/*`;
    const args = [
      `-Xmx${heap}`,
      logging,
      this.#hosts,
      "-XX:+UseSerialGC",
      "-cp",
      classpath,
      main,
      join(rendered, file),
    ];
    const child = spawn("nice", ["java", ...args], { stdio: ["ignore", log, log] });
    this.#processes.set(`${set}-${ordinal}`, child);
    await answers(this.address(set, ordinal), port, child, join(home, "log"));
    return prepared.stdout;
  }

  /** Stops a pod: by SIGTERM, as Kubernetes does, or by SIGKILL. */
  async stop(set: SetName, ordinal: number, signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const child = this.#processes.get(`${set}-${ordinal}`);
    if (!child) return;
    this.#processes.delete(`${set}-${ordinal}`);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  /** What a pod wrote so far. */
  log(set: SetName, ordinal: number): string {
    return readFileSync(join(this.folder, `${set}-${ordinal}`, "log"), "utf8");
  }

  /** What a pod wrote into a file of its folder for logs so far. */
  logFile(set: SetName, ordinal: number, name: string): string {
    return readFileSync(join(this.folder, `${set}-${ordinal}${NODE_PATHS.logs}`, name), "utf8");
  }

  /** The server.properties that a pod runs with. */
  properties(set: SetName, ordinal: number): { readonly file: string; readonly text: string } {
    const file = join(this.folder, `${set}-${ordinal}`, "run/kafka-platform", PROGRAMS[set].file);
    return { file, text: readFileSync(file, "utf8") };
  }

  /** Answers of ZooKeeper to commands of its own client. */
  zookeeper(...commands: string[]): string {
    return this.#zookeeper([`${this.host("zookeeper", 0)}:2181`], commands);
  }

  /** Answers of ZooKeeper to commands of a client that connects as a broker does. */
  zookeeperAsBroker(ordinal: number, ...commands: string[]): string {
    const { file } = this.properties("kafka", ordinal);
    return this.#zookeeper([`${this.host("zookeeper", 0)}:2281`, "-zk-tls-config-file", file], commands);
  }

  #zookeeper(args: readonly string[], commands: readonly string[]): string {
    const shell = join(this.folder, "opt/kafka/bin/zookeeper-shell.sh");
    const { stdout } = spawnSync(shell, args, {
      timeout: 60_000,
      encoding: "utf8",
      input: `${[...commands, "quit"].join("\n")}\n`,
      env: { PATH: process.env["PATH"], KAFKA_OPTS: this.#hosts },
    });
    return stdout;
  }

  /** Ends what still runs and removes everything. */
  async close(): Promise<void> {
    this.#restore();
    for (const name of [...this.#processes.keys()]) {
      const [, set = "", ordinal = ""] = /^(.*)-(\d+)$/.exec(name) ?? [];
      await this.stop(set as SetName, Number(ordinal), "SIGKILL");
    }
    if (process.env["KEEP_LOOPBACK"] === undefined) rmSync(this.folder, { recursive: true, force: true });
  }

  get #hosts(): string {
    return `-Djdk.net.hosts.file=${join(this.folder, "hosts")}`;
  }

  /** The file with the pod's folders for the image's, and its own address for all of them. */
  #moved(text: string, home: string, address: string): string {
    const inside = new RegExp(`(^|[=' ":])/(${PATHS.join("|")})(?=[/' ":]|$)`, "gm");
    return text
      .replace(inside, `$1${home}/$2`)
      .replaceAll("'/opt/kafka/", `'${this.folder}/opt/kafka/`)
      .replace(/^listeners=.*$/m, (line) => line.replaceAll("://:", `://${address}:`))
      .replace("quorumListenOnAllIPs=true", `clientPortAddress=${address}`)
      .replace(/^secureClientPort=/m, `secureClientPortAddress=${address}\nsecureClientPort=`)
      .replace(/^metricsProvider\.(className|httpPort|export).*\n/gm, "");
  }
}

async function serves(socket: Socket): Promise<boolean> {
  socket.end("srvr");
  return (await text(socket)).includes("Mode: ");
}

async function answers(address: string, port: number, child: ChildProcess, log: string): Promise<void> {
  const limit = Date.now() + 90_000;
  while (Date.now() < limit && child.exitCode === null) {
    const socket = connect(port, address);
    // ZooKeeper opens its port before it serves.
    const ready = await once(socket, "connect")
      .then(() => (port === PROGRAMS.zookeeper.port ? serves(socket) : true))
      .catch(() => false);
    socket.destroy();
    if (ready) return;
    await sleep(100);
  }
  const written = existsSync(log) ? readFileSync(log, "utf8") : "";
  throw new Error(`nothing answers on ${address}:${port}; the end of the log:\n${written.slice(-3000)}`);
}
