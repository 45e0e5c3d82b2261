/** Versions of everything that the embedded cluster and engine are made of. A bump rebuilds only the part that it names. */
export const versions = {
  kubernetes: "1.34.2",
  coredns: "1.12.4",
  localPathProvisioner: "0.0.30",
  certManager: "1.21.2",
  /** For the tests alone. */
  cyclonus: "0.5.6",
  /** CLI; the newest Go module of it that holds the whole command line. Equals `@pulumi/pulumi` in package.json. */
  pulumi: "3.230.0",
  /** The newest Go module that still holds the Node.js language host. */
  pulumiLanguageHost: "3.68.0",
  /** Images of Kafka: the last line with ZooKeeper, and the current one. */
  kafka: ["3.9.2", "4.3.1"],
  /** Images of ZooKeeper: the one that Kafka 3.9 ships, and the one that a preset states. */
  zookeeper: ["3.8.4", "3.8.3"],
  node: "24.21.0",
  pause: "3.10",
  debian: "bookworm",
} as const;

/** Official names of the images, so that manifests written for them run on the embedded cluster unchanged. */
export const imageNames = {
  pause: `registry.k8s.io/pause:${versions.pause}`,
  kafka: (version: string): string => `docker.io/apache/kafka:${version}`,
  zookeeper: (version: string): string => `docker.io/library/zookeeper:${version}`,
  node: `docker.io/library/node:${versions.node}-bookworm-slim`,
};

/** Oldest Go that builds the tools. */
export const oldestGo = "1.25";
