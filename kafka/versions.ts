/**
 * What differs between the Kafka lines that the program deploys. One row a line; anything that depends on a version asks
 * this table. `metadataVersion` and the catalogue of keys are checked against the jars by kafka/catalogue/generate.ts.
 */

/** A minor line of Apache Kafka. The table ends at 3.9: older lines are out of support and would need other key sets. */
export type VersionLine = "3.9" | "4.0" | "4.1" | "4.2" | "4.3";
export type CoordinationMode = "kraft" | "zookeeper";
export type Distribution = "apache" | "confluent";

export interface VersionFacts {
  readonly line: VersionLine;
  /** Newest patch of the line that was known when the table was made. */
  readonly newest: string;
  /** Where cluster metadata may live; ZooKeeper left with 4.0 (KIP-896, KIP-500). */
  readonly coordination: readonly CoordinationMode[];
  /** `metadata.version` that this line formats new storage with. */
  readonly metadataVersion: string;
  /** Lowest Java that the server runs on (KIP-1013 for 4.0). */
  readonly javaMinimum: number;
  /** log4j 1 properties until 3.9, log4j 2 YAML from 4.0 (KIP-653). */
  readonly logging: "log4j" | "log4j2";
  /** Confluent Platform line that carries this Kafka. */
  readonly confluentPlatform: string;
  /** Consumer groups by the new protocol are production ready and on (KIP-848). */
  readonly consumerProtocol: boolean;
  /** New clusters elect from eligible leader replicas; minISR becomes a cluster config at format time (KIP-966). */
  readonly eligibleLeaderReplicas: boolean;
  /** Share groups are production ready and on (KIP-932). */
  readonly shareGroups: boolean;
  /** Partitions and replicas of auto-created topics come from the controllers; brokers that set them warn (KAFKA-19655). */
  readonly controllerTopicDefaults: boolean;
}

const KRAFT = ["kraft"] as const;
const JAVA_17 = { coordination: KRAFT, javaMinimum: 17, logging: "log4j2", consumerProtocol: true } as const;

const LINES: Readonly<Record<VersionLine, VersionFacts>> = {
  "3.9": {
    line: "3.9",
    newest: "3.9.2",
    coordination: ["kraft", "zookeeper"],
    metadataVersion: "3.9-IV0",
    javaMinimum: 8,
    logging: "log4j",
    confluentPlatform: "7.9",
    consumerProtocol: false,
    eligibleLeaderReplicas: false,
    shareGroups: false,
    controllerTopicDefaults: false,
  },
  "4.0": {
    ...JAVA_17,
    line: "4.0",
    newest: "4.0.2",
    metadataVersion: "4.0-IV3",
    confluentPlatform: "8.0",
    eligibleLeaderReplicas: false,
    shareGroups: false,
    controllerTopicDefaults: false,
  },
  "4.1": {
    ...JAVA_17,
    line: "4.1",
    newest: "4.1.2",
    metadataVersion: "4.1-IV1",
    confluentPlatform: "8.1",
    eligibleLeaderReplicas: true,
    shareGroups: false,
    controllerTopicDefaults: false,
  },
  "4.2": {
    ...JAVA_17,
    line: "4.2",
    newest: "4.2.1",
    metadataVersion: "4.2-IV1",
    confluentPlatform: "8.2",
    eligibleLeaderReplicas: true,
    shareGroups: true,
    controllerTopicDefaults: false,
  },
  "4.3": {
    ...JAVA_17,
    line: "4.3",
    newest: "4.3.1",
    metadataVersion: "4.3-IV0",
    confluentPlatform: "8.3",
    eligibleLeaderReplicas: true,
    shareGroups: true,
    controllerTopicDefaults: true,
  },
};

/** Every known line, oldest first. */
export const VERSION_LINES: readonly VersionLine[] = ["3.9", "4.0", "4.1", "4.2", "4.3"];

/** The facts of a release such as `4.3.1`; any patch of a known line. `undefined` for an unknown line or another form. */
export function versionFacts(version: string): VersionFacts | undefined {
  const line = /^(\d+\.\d+)\.\d+$/.exec(version)?.[1];
  return VERSION_LINES.includes(line as VersionLine) ? LINES[line as VersionLine] : undefined;
}

/**
 * As {@link versionFacts}, for code that runs after validation.
 * @throws RangeError for a version that the table does not know.
 */
export function requireVersion(version: string): VersionFacts {
  const facts = versionFacts(version);
  if (facts) return facts;
  const known = VERSION_LINES.map((line) => LINES[line].newest).join(", ");
  throw new RangeError(`kafka.version: found "${version}", expected a release of a known line, e.g. ${known}`);
}

/** The release that a stack gets when it names none: the newest one that can run in the mode. */
export function defaultVersion(mode: CoordinationMode): string {
  const line = VERSION_LINES.findLast((candidate) => LINES[candidate].coordination.includes(mode)) ?? "4.3";
  return LINES[line].newest;
}

/**
 * Image of a release by distribution. Apache tags images by Kafka release; Confluent by its own platform release, whose
 * patches are counted apart, so the first one of the line is the default.
 */
export function defaultImage(distribution: Distribution, version: string): string {
  return distribution === "apache"
    ? `docker.io/apache/kafka:${version}`
    : `docker.io/confluentinc/cp-kafka:${requireVersion(version).confluentPlatform}.0`;
}

/** Where things are inside an image, and as whom it runs. */
export interface ImagePaths {
  /** Storage formatter. */
  readonly storage: string;
  /** Runs any class of Kafka. */
  readonly runClass: string;
  /** ZooKeeper's command line client; Kafka ships it until 3.9. */
  readonly zookeeperShell: string;
  /** Server launcher; it ends in `exec java`. */
  readonly serverStart: string;
  /** Folder of the command line tools, and how their file names end. */
  readonly bin: string;
  readonly suffix: string;
  readonly uid: number;
  readonly gid: number;
}

const PATHS: Readonly<Record<Distribution, Pick<ImagePaths, "bin" | "suffix">>> = {
  apache: { bin: "/opt/kafka/bin", suffix: ".sh" },
  confluent: { bin: "/usr/bin", suffix: "" },
};

/** Paths inside a distribution's image. Both images make their user `appuser` with id 1000. */
export function imagePaths(distribution: Distribution): ImagePaths {
  const { bin, suffix } = PATHS[distribution];
  return {
    bin,
    suffix,
    storage: `${bin}/kafka-storage${suffix}`,
    runClass: `${bin}/kafka-run-class${suffix}`,
    zookeeperShell: `${bin}/zookeeper-shell${suffix}`,
    serverStart: `${bin}/kafka-server-start${suffix}`,
    uid: 1000,
    gid: 1000,
  };
}
