/** Where the Kafka pods keep what they write; everything else is a read-only root file system. */
export interface NodePaths {
  /** Volume of the node; logs and metadata are sub-directories, so that lost+found is never taken for a partition. */
  readonly data: string;
  /** Application, GC and audit logs; the second volume where a stack has one, else scratch space. */
  readonly logs: string;
  /** The ConfigMap: server.properties with placeholders, log4j config, scripts. Read-only. */
  readonly config: string;
  /** Scratch space for server.properties with this pod's values. */
  readonly rendered: string;
  /** The Secret of the nodes: one file a password. Read-only. */
  readonly secrets: string;
  /** The Secret of the set's certificate, which changes while the node runs. Read-only. */
  readonly certificates: string;
  /** Scratch space for the JVM: native libraries of the codecs are unpacked there, so it must allow execution. */
  readonly tmp: string;
}

export const NODE_PATHS: NodePaths = {
  data: "/var/lib/kafka/data",
  logs: "/var/log/kafka",
  config: "/etc/kafka-platform",
  rendered: "/run/kafka-platform",
  secrets: "/run/secrets/kafka-platform/nodes",
  certificates: "/run/secrets/kafka-platform/certificates",
  tmp: "/tmp",
};

/** Directory of the partitions, and the own one of the metadata log: a volume can be put under it later. */
export function dataDirectories(paths: NodePaths = NODE_PATHS): { log: string; metadata: string } {
  return { log: `${paths.data}/kafka-log0`, metadata: `${paths.data}/kafka-metadata` };
}

/** File names inside the ConfigMap and the rendered directory. */
export const FILES = {
  properties: "server.properties",
  init: "init.sh",
  zoneScript: "zone.mjs",
  /** Pods that have voted, a line each; see components/voters.ts. */
  voted: "voted",
  /** The zone of the pod's node, once it has been asked for. */
  zone: "zone",
} as const;

/** Where a Job of the agent that talks to the API server finds token, certificate and namespace. */
export const API_ACCESS = "/run/secrets/kafka-platform/api";
