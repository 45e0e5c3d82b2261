/** A ZooKeeper ensemble: its ports, who is in it, and its configuration. Source: ZooKeeper's administrator's guide. */
import { ENSEMBLE_TLS, type EnsembleTls, ensembleTls, usesEnsembleTls } from "./ensembleTls.ts";
import { podHost } from "./listeners.ts";
import { NODE_PATHS } from "./paths.ts";
import type { SecurityInput } from "./security.ts";
import { heapBytes } from "./units.ts";
import { memberTls, SECURE_CLIENT_PORT } from "./zookeeperTls.ts";

/** What the ensemble follows from; {@link Settings} fits. */
export interface EnsembleInput extends Pick<SecurityInput, "security"> {
  readonly namespace: {
    readonly name: string;
    /** Whether Istio's proxies stand between members. Default false. */
    readonly istioInjection?: boolean;
  };
  readonly names: { readonly zookeeper: string };
  readonly zookeeper: { readonly replicas: number; readonly chroot: string | null };
}

/** The official image of a release. */
export function zookeeperImage(version: string): string {
  return `docker.io/library/zookeeper:${version}`;
}

export type ZooKeeperPort = "client" | "secure" | "peer" | "election" | "metrics";
export const ZOOKEEPER_PORTS: Readonly<Record<ZooKeeperPort, number>> = {
  client: 2181,
  secure: SECURE_CLIENT_PORT,
  peer: 2888,
  election: 3888,
  metrics: 7070,
};

/** The ports that members listen on. */
export function ensemblePorts(tls: EnsembleTls): Partial<Record<ZooKeeperPort, number>> {
  const { secure, ...plain } = ZOOKEEPER_PORTS;
  return ENSEMBLE_TLS[tls].certified ? { ...plain, secure } : plain;
}

/** Commands that the client port answers without a session: all of them read, and none names a client. */
export const FOUR_LETTER_WORDS = ["ruok", "srvr", "stat", "mntr"] as const;

/** Where an ensemble's pods keep what they write. */
export interface ZooKeeperPaths {
  /** Volume of the snapshots. */
  readonly data: string;
  /** Volume of the transaction log, where a stack has a second one. */
  readonly log: string;
  /** The ConfigMap. Read-only. */
  readonly config: string;
  /** Scratch space for the configuration that this pod started with. */
  readonly rendered: string;
  /** The Secret of the members' certificate. Read-only. */
  readonly certificates: string;
}
export const ZOOKEEPER_PATHS: ZooKeeperPaths = {
  data: "/data",
  log: "/datalog",
  config: "/etc/kafka-platform",
  rendered: "/run/kafka-platform",
  certificates: NODE_PATHS.certificates,
};

/**
 * Id of the first pod; the others count down. Among members that know as much the highest id wins an election, and a roll
 * begins at the highest ordinal. So the leader is the last to restart: a roll has one election, and a list of members is
 * never changed under a leader that the others are about to replace.
 */
export const HIGHEST_ID = 100;

export interface Member {
  /** `myid`; see {@link HIGHEST_ID}. */
  readonly id: number;
  readonly pod: string;
  readonly host: string;
}

/** The members, by id. */
export function members({ namespace, names, zookeeper }: EnsembleInput): Member[] {
  return Array.from({ length: zookeeper.replicas }, (_, ordinal) => {
    const pod = `${names.zookeeper}-${ordinal}`;
    return { id: HIGHEST_ID - ordinal, pod, host: podHost(pod, names.zookeeper, namespace.name) };
  });
}

/** Every member's address for brokers, `host:port` separated by commas. */
export function ensembleServers(input: EnsembleInput): string {
  const port = ZOOKEEPER_PORTS[usesEnsembleTls(input) ? "secure" : "client"];
  return members(input)
    .map(({ host }) => `${host}:${port}`)
    .join(",");
}

/** `zookeeper.connect`: the members, then the path that the cluster keeps its nodes under. */
export function zookeeperConnect(input: EnsembleInput): string {
  return `${ensembleServers(input)}${input.zookeeper.chroot ?? ""}`;
}

/** A sub-directory of each volume, so that lost+found does not lie beside the data. */
export function ensembleDirectories(logVolume: boolean, paths = ZOOKEEPER_PATHS): { data: string; log: string } {
  const data = `${paths.data}/zookeeper`;
  return { data, log: logVolume ? `${paths.log}/zookeeper` : data };
}

/** Text of zoo.cfg. The list of servers is static: a new member is a new list for all of them, and a roll. */
export function zooCfg(input: EnsembleInput, logVolume: boolean, tls = ensembleTls(input)): string {
  const directories = ensembleDirectories(logVolume);
  const { certificates } = ZOOKEEPER_PATHS;
  const { client, peer, election, metrics } = ZOOKEEPER_PORTS;
  const groups: [why: string, lines: string[]][] = [
    [
      "Time: a tick in milliseconds, and how many of them a follower may take to join and to answer.",
      ["tickTime=2000", "initLimit=10", "syncLimit=5"],
    ],
    [
      "Storage: snapshots and, on a volume of its own where there is one, the transaction log. Old ones are removed hourly.",
      [
        `dataDir=${directories.data}`,
        `dataLogDir=${directories.log}`,
        "autopurge.snapRetainCount=3",
        "autopurge.purgeInterval=1",
      ],
    ],
    [
      "Clients. The admin server would open 8080.",
      [
        `clientPort=${client}`,
        "maxClientCnxns=60",
        `4lw.commands.whitelist=${FOUR_LETTER_WORDS.join(",")}`,
        "admin.enableServer=false",
      ],
    ],
    ...memberTls(tls, { certificates, seesPeers: input.namespace.istioInjection !== true }),
    [
      "Metrics.",
      [
        "metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider",
        `metricsProvider.httpPort=${metrics}`,
        "metricsProvider.exportJvmInfo=true",
      ],
    ],
    [
      "Ensemble: members by pod name, with ids that make the first pod the leader, which a roll restarts last.",
      [
        "standaloneEnabled=false",
        "reconfigEnabled=false",
        "quorumListenOnAllIPs=true",
        ...members(input).map(({ id, host }) => `server.${id}=${host}:${peer}:${election}`),
      ],
    ],
  ];
  return `${groups.map(([why, lines]) => [`# ${why}`, ...lines].join("\n")).join("\n\n")}\n`;
}

/** Text of java.env, which ZooKeeper's launcher sources. A JVM out of memory ends, so that its pod restarts. */
export function javaEnv(heap: string): string {
  const mebibytes = Math.floor((heapBytes(heap) ?? 0) / 2 ** 20);
  const flags = [
    `-Xms${heap}`,
    `-Xmx${heap}`,
    "-XX:+UseG1GC",
    "-XX:MaxGCPauseMillis=50",
    "-XX:+ExplicitGCInvokesConcurrent",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true",
    "-Djava.io.tmpdir=/tmp",
  ];
  return `ZK_SERVER_HEAP=${mebibytes}\nSERVER_JVMFLAGS="${flags.join(" ")}"\nJMXDISABLE=true\n`;
}

/** Text of logback.xml: one appender, the console. ZooKeeper logs by logback since 3.8. */
export const LOGBACK = `<configuration>
  <appender name="console" class="ch.qos.logback.core.ConsoleAppender">
    <encoder>
      <pattern>[%d{ISO8601}] %level %msg \\(%logger{0}\\)%n</pattern>
    </encoder>
  </appender>
  <root level="INFO">
    <appender-ref ref="console"/>
  </root>
</configuration>
`;
