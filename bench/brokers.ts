/**
 * Real KRaft brokers as plain processes on loopback, for measurements that a Kubernetes in between would blur. The first
 * node is also the controller.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface BrokerOptions {
  /** Folder that takes data and logs; emptied first and removed by `stop`. */
  readonly folder: string;
  /** Folder of Kafka's jars. */
  readonly libs: string;
  /** Nodes; default 1. */
  readonly count?: number;
  /** JVM heap of a node; default `1g`. */
  readonly heap?: string;
  /** Further broker properties. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Further listeners by name, each with its protocol; default none. */
  readonly listeners?: Readonly<Record<string, string>>;
  /** Level of `metadata.version` that the storage starts with; default that of the jars. */
  readonly metadataVersion?: string;
  /** Names and passwords that may log in by SCRAM-SHA-512 from the first start on; default none. */
  readonly users?: Readonly<Record<string, string>>;
}

export interface Brokers {
  /** `host:port` of every node, by ordinal. */
  readonly addresses: readonly string[];
  /** The same of each further listener, by its name. */
  readonly further: Readonly<Record<string, readonly string[]>>;
  readonly processes: readonly ChildProcess[];
  /** Starts a node again on its old data. */
  start(ordinal: number): Promise<void>;
  /** Ends all nodes and removes their data. */
  stop(): Promise<void>;
}

const clusterId = "4L6g3nShT-eMCtK--X86sw";

/** Formats and starts the nodes and waits until each one's port answers. */
export async function startBrokers(options: BrokerOptions): Promise<Brokers> {
  const { folder, libs, count = 1, heap = "1g" } = options;
  rmSync(folder, { recursive: true, force: true });
  const names = Object.keys(options.listeners ?? {});
  const [controller = 0, ...free] = await freePorts(1 + count * (1 + names.length));
  const ports = free.slice(0, count);
  const addresses = ports.map((port) => `127.0.0.1:${port}`);
  const further = Object.fromEntries(
    names.map((name, index) => [
      name,
      free.slice(count * (index + 1), count * (index + 2)).map((port) => `127.0.0.1:${port}`),
    ]),
  );
  const processes: ChildProcess[] = [];
  const classpath = `${libs}/*`;

  async function start(ordinal: number): Promise<void> {
    const home = join(folder, String(ordinal));
    const log = openSync(join(home, "log"), "a");
    const file = join(home, "server.properties");
    const child = spawn("java", [`-Xmx${heap}`, "-cp", classpath, "kafka.Kafka", file], {
      stdio: ["ignore", log, log],
    });
    processes[ordinal] = child;
    await answers(ports[ordinal] ?? 0, child, join(home, "log"));
  }

  async function stop(): Promise<void> {
    for (const child of processes) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  }

  try {
    for (const ordinal of ports.keys()) {
      const home = join(folder, String(ordinal));
      mkdirSync(home, { recursive: true });
      const properties = nodeProperties(ordinal, home, addresses, controller, {
        ...withListeners(ordinal, addresses, controller, further, options.listeners ?? {}),
        ...options.properties,
      });
      writeFileSync(join(home, "server.properties"), properties);
      format(classpath, home, options);
    }
    await Promise.all(ports.map((_, ordinal) => start(ordinal)));
  } catch (error) {
    await stop();
    throw error;
  }
  return { addresses, further, processes, start, stop };
}

function nodeProperties(
  ordinal: number,
  home: string,
  addresses: readonly string[],
  controller: number,
  further: Readonly<Record<string, string>>,
): string {
  const combined = ordinal === 0;
  const client = `CLIENT://${addresses[ordinal] ?? ""}`;
  const factor = String(Math.min(3, addresses.length));
  const properties: Record<string, string> = {
    "process.roles": combined ? "broker,controller" : "broker",
    "node.id": String(ordinal),
    "controller.quorum.voters": `0@127.0.0.1:${controller}`,
    listeners: combined ? `${client},CONTROLLER://127.0.0.1:${controller}` : client,
    "advertised.listeners": client,
    "inter.broker.listener.name": "CLIENT",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,CLIENT:PLAINTEXT",
    "log.dirs": join(home, "data"),
    "offsets.topic.replication.factor": factor,
    "offsets.topic.num.partitions": "3",
    "transaction.state.log.replication.factor": factor,
    "transaction.state.log.num.partitions": "3",
    "transaction.state.log.min.isr": String(Math.max(1, Number(factor) - 1)),
    "group.initial.rebalance.delay.ms": "0",
    "auto.create.topics.enable": "false",
    ...further,
  };
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}

/** The properties of listeners, where there are further ones. */
function withListeners(
  ordinal: number,
  addresses: readonly string[],
  controller: number,
  further: Brokers["further"],
  protocols: Readonly<Record<string, string>>,
): Record<string, string> {
  if (Object.keys(further).length === 0) return {};
  const own = Object.entries({ CLIENT: addresses, ...further }).map(([name, all]) => `${name}://${all[ordinal] ?? ""}`);
  const map = Object.entries({ CONTROLLER: "PLAINTEXT", CLIENT: "PLAINTEXT", ...protocols });
  return {
    listeners: [...own, ...(ordinal === 0 ? [`CONTROLLER://127.0.0.1:${controller}`] : [])].join(","),
    "advertised.listeners": own.join(","),
    "listener.security.protocol.map": map.map((entry) => entry.join(":")).join(","),
  };
}

function format(classpath: string, home: string, { metadataVersion, users = {} }: BrokerOptions): void {
  const release = metadataVersion === undefined ? [] : ["--release-version", metadataVersion];
  const scram = Object.entries(users).flatMap(([name, password]) => [
    "--add-scram",
    `SCRAM-SHA-512=[name=${name},password=${password}]`,
  ]);
  const args = ["format", "-t", clusterId, "-c", join(home, "server.properties"), ...release, ...scram];
  const { status, stdout, stderr } = spawnSync("java", ["-cp", classpath, "kafka.tools.StorageTool", ...args], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`Kafka's StorageTool could not format ${home}: ${stdout}${stderr}`);
}

async function answers(port: number, child: ChildProcess, log: string): Promise<void> {
  const limit = Date.now() + 60_000;
  while (Date.now() < limit) {
    if (child.exitCode !== null) break;
    const socket = connect(port, "127.0.0.1");
    const open = await Promise.race([
      once(socket, "connect").then(() => true),
      once(socket, "error").then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (open) return;
    await sleep(100);
  }
  throw new Error(`no broker on 127.0.0.1:${port}; the end of its log:\n${readFileSync(log, "utf8").slice(-2000)}`);
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}
