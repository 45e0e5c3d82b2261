/**
 * What brokers, combined nodes and dedicated controllers share: the pods of a StatefulSet whose server.properties, identity
 * and storage an init script prepares, and which come up, stop and roll one at a time without losing data.
 */
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { awaitTimes, type NodeKind, type NodeTimes, seconds } from "../kafka/availability.ts";
import type { NodeCoordination } from "../kafka/coordination.ts";
import { defaultMetadataVersion } from "../kafka/features.ts";
import type { Labels } from "../kafka/labels.ts";
import type { Listener } from "../kafka/listeners.ts";
import { loggingConfig } from "../kafka/logging.ts";
import { FILES } from "../kafka/paths.ts";
import { type Properties, renderProperties } from "../kafka/properties.ts";
import { splitDynamic } from "../kafka/serverProperties.ts";
import { SIDECAR } from "../kafka/sidecar.ts";
import { initScript } from "../kafka/startScripts.ts";
import type { Distribution } from "../kafka/versions.ts";
import { type ZoneSource, zoneScript } from "../kafka/zone.ts";
import type { ZooKeeperAccess } from "../kafka/zookeeperStorage.ts";
import type { NodeCertificate } from "./certificates.ts";
import { shortDigest } from "./digest.ts";
import { logsOf, nodePod } from "./nodePod.ts";
import type { ContainerResources, Scheduling } from "./pod.ts";
import type { SidecarRuntime } from "./sidecar.ts";
import type { ZoneReader } from "./zone.ts";

export interface NodeSetArgs {
  /** Name of the StatefulSet; pods are `<name>-<ordinal>`. */
  readonly name: string;
  /** Name of its headless Service. */
  readonly headless: string;
  readonly replicas: number;
  /** node.id of the pod with ordinal 0. */
  readonly nodeIdBase: number;
  readonly kind: NodeKind;
  readonly labels: Labels;
  readonly selector: Labels;
  readonly distribution: Distribution;
  /** Kafka release, e.g. `4.3.1`. */
  readonly version: string;
  /** Level of `metadata.version`, e.g. `4.3-IV0`. */
  readonly metadataVersion: string;
  readonly image: pulumi.Input<string>;
  readonly clusterId: pulumi.Input<string>;
  /** How the nodes take part in coordination. */
  readonly node: NodeCoordination;
  /** How those that use ZooKeeper reach it. */
  readonly zookeeper: ZooKeeperAccess;
  readonly properties: Properties;
  /** Files for Kafka's own tools in the pod, by name. */
  readonly admin: Readonly<Record<string, Properties>>;
  readonly listeners: readonly Listener[];
  /** JVM heap, e.g. `4g`. */
  readonly heap: string;
  /** JVM flags after the program's own. */
  readonly jvmOptions: readonly string[];
  readonly resources: ContainerResources;
  readonly storage: NodeStorage;
  readonly scheduling: Scheduling;
  /** Port of a node that leads to the broker with ordinal 0; default: ports of nodes lead to none. */
  readonly externalPortBase?: number;
  /** Where a broker gets its zone from; default: it has none. */
  readonly zones?: ZoneSource;
  /** Reads the zone of a pod's node, where zones come from there. */
  readonly zoneReader?: ZoneReader;
  /** Time for a controlled shutdown, in milliseconds. */
  readonly terminationGrace: number;
  /** Time to come up, log recovery included, in milliseconds. */
  readonly startupBudget: number;
  readonly sidecar: SidecarRuntime;
  /** ConfigMap that says who has voted. */
  readonly voters: string;
  /** Secret with the passwords of the nodes; default: nobody logs in. */
  readonly secret?: string;
  /** Users that new storage knows from the start, with the files of their passwords in the Secret. */
  readonly firstUsers?: Readonly<Record<string, string>>;
  /** Certificate of the nodes; default: connections are not encrypted. */
  readonly certificate?: NodeCertificate;
}

export interface NodeStorage {
  /** StorageClass; null for the cluster's default. */
  readonly class: string | null;
  readonly data: string;
  /** A second volume for application, GC and audit logs; null for scratch space. */
  readonly logs?: string | null;
}

/** The ConfigMap's files: server.properties with placeholders, the init script and what else the server reads. */
export function nodeFiles(args: NodeSetArgs): Record<string, string> {
  const { distribution, nodeIdBase, node, zookeeper, zones, externalPortBase } = args;
  // Left out where it says nothing new, as some builds of Kafka know other names.
  const metadataVersion =
    args.metadataVersion === defaultMetadataVersion(args.version) ? undefined : args.metadataVersion;
  const logging = loggingConfig(logsOf(args));
  const firstUsers = votes(args) ? args.firstUsers : undefined;
  return {
    [FILES.properties]: renderProperties(args.properties),
    ...Object.fromEntries(Object.entries(args.admin).map(([file, text]) => [file, renderProperties(text)])),
    [FILES.init]: initScript({
      distribution,
      nodeIdBase,
      metadataVersion,
      zones,
      externalPortBase,
      node,
      zookeeper,
      firstUsers,
    }),
    ...(args.zones === "node" ? { [FILES.zoneScript]: zoneScript() } : {}),
    [logging.file]: logging.text,
  };
}

/** Voters keep what new storage begins with; on ZooKeeper any broker may write it there. */
const votes = ({ listeners, node }: NodeSetArgs): boolean =>
  node === "zookeeper" || listeners.some(({ purpose }) => purpose === "CONTROLLER");

export function nodeSetSpec(args: NodeSetArgs): types.input.apps.v1.StatefulSetSpec {
  return {
    replicas: args.replicas,
    serviceName: args.headless,
    selector: { matchLabels: args.selector },
    // A cold start needs peers, and one bad revision must not block the way to the next.
    podManagementPolicy: "Parallel",
    updateStrategy: { type: "RollingUpdate" },
    // No minReadySeconds: ready is in sync, and the gate before each stop asks all peers anew. A wait would only make a roll
    // longer, by more than it says (the controller counts in whole seconds and may sleep until something else happens).
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    template: {
      metadata: {
        labels: args.labels,
        annotations: {
          "kafka-platform/config": restartDigest(args),
          ...outsideMesh,
        },
      },
      spec: nodePod(args),
    },
    volumeClaimTemplates: claims(args.storage, args.selector),
  };
}

/** A mesh's proxy may leave as soon as its pod is told to stop: peers could no longer ask whose turn it is. */
const outsideMesh = {
  "traffic.sidecar.istio.io/excludeInboundPorts": String(SIDECAR.port),
  "traffic.sidecar.istio.io/excludeOutboundPorts": String(SIDECAR.port),
};

/**
 * Changes with what a running server reads at its start alone: its logging, and the properties that it does not take over
 * while it runs, whatever their order and comments. The init script does not count: it has done its work; nor do the files
 * for tools, which each of them reads anew.
 */
function restartDigest(args: NodeSetArgs): string {
  return shortDigest({
    properties: Object.fromEntries(splitDynamic(args.properties, args.version).restart),
    logging: loggingConfig(logsOf(args)).text,
  });
}

/**
 * Options of a StatefulSet that holds data.
 * @param deletionProtection refuse to delete or replace it
 */
export function nodeSetOptions(args: NodeTimes, deletionProtection: boolean): pulumi.CustomResourceOptions {
  const times = awaitTimes(args);
  return {
    protect: deletionProtection,
    // Claim templates cannot change in place, and replacing the set would stop every node at once: growing volumes is a
    // step of its own.
    ignoreChanges: ["spec.volumeClaimTemplates"],
    customTimeouts: {
      create: `${seconds(times.create)}s`,
      update: `${seconds(times.update)}s`,
      delete: `${seconds(times.delete)}s`,
    },
  };
}

/**
 * How a deletion of the StatefulSet treats its pods. Under protection they are left running, so that a set which must be
 * made anew (new claim templates) takes its own pods over; it counts only if it is on the old object already. Without
 * protection they go too, or `destroy` would leave them behind. Never `foreground`: some networks cut a pod off before it
 * has shut down (Strimzi proposal 139).
 */
export const deletionPropagation = (deletionProtection: boolean): Record<string, string> => ({
  "pulumi.com/deletionPropagationPolicy": deletionProtection ? "orphan" : "background",
});

/** The sizes that the settings ask for, so that an edit of them shows in the plan although claim templates are left alone. */
export const volumeSizes = (storage: NodeStorage): Record<string, string> => ({
  "kafka-platform/volumes": volumes(storage)
    .map(([name, size]) => `${name}=${size}`)
    .join(","),
});

/** Claim templates of a set's volumes. */
export function claims(storage: NodeStorage, labels: Labels): types.input.core.v1.PersistentVolumeClaim[] {
  return volumes(storage).map(([name, size]) => ({
    metadata: { name, labels },
    spec: {
      accessModes: ["ReadWriteOnce"],
      ...(storage.class === null ? {} : { storageClassName: storage.class }),
      resources: { requests: { storage: size } },
    },
  }));
}

export function volumes(storage: NodeStorage): (readonly [name: string, size: string])[] {
  return [["data", storage.data], ...(storage.logs ? [["logs", storage.logs] as const] : [])];
}
