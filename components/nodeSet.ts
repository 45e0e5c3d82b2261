/**
 * What brokers, combined nodes and dedicated controllers share: the pods of a StatefulSet whose server.properties, identity
 * and storage an init script prepares, and which come up, stop and roll one at a time without losing data.
 */
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { awaitTimes, type NodeKind, seconds } from "../kafka/availability.ts";
import { initEnvironment, serverEnvironment } from "../kafka/jvm.ts";
import type { Labels } from "../kafka/labels.ts";
import type { Listener } from "../kafka/listeners.ts";
import { loggingConfig } from "../kafka/logging.ts";
import { FILES, NODE_PATHS } from "../kafka/paths.ts";
import { nodeProbes } from "../kafka/probes.ts";
import { flatten, type Properties, type Property, renderProperties } from "../kafka/properties.ts";
import { initCommand, initScript, startCommand } from "../kafka/startScripts.ts";
import type { Distribution } from "../kafka/versions.ts";
import { shortDigest } from "./digest.ts";
import { type ContainerResources, hardenedContainer, hardenedPod, placement, type Scheduling, scratch } from "./pod.ts";

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
  readonly image: pulumi.Input<string>;
  readonly clusterId: pulumi.Input<string>;
  readonly properties: Properties;
  readonly listeners: readonly Listener[];
  /** JVM heap, e.g. `4g`. */
  readonly heap: string;
  /** JVM flags after the program's own. */
  readonly jvmOptions: readonly string[];
  readonly resources: ContainerResources;
  readonly storage: NodeStorage;
  readonly scheduling: Scheduling;
  /** Time for a controlled shutdown, in milliseconds. */
  readonly terminationGrace: number;
  /** Time to come up, log recovery included, in milliseconds. */
  readonly startupBudget: number;
  /** How long a pod that is to stop goes on serving first, in milliseconds. Default 0. */
  readonly stopDelay?: number;
}

export interface NodeStorage {
  /** StorageClass; null for the cluster's default. */
  readonly class: string | null;
  readonly data: string;
  /** A second volume for application, GC and audit logs; null for scratch space. */
  readonly logs?: string | null;
}

/** Damps a readiness that flaps: a roll goes on only after this. */
const MIN_READY_SECONDS = 10;

/** Name of the ConfigMap that belongs to a set of nodes. */
export const configName = (set: string): string => `${set}-config`;

/** The ConfigMap's files: server.properties with placeholders, the init script and what else the server reads. */
export function nodeFiles(args: NodeSetArgs): Record<string, string> {
  const { distribution, nodeIdBase } = args;
  const logging = loggingConfig(logs(args));
  return {
    [FILES.properties]: renderProperties(args.properties),
    [FILES.init]: initScript({ distribution, nodeIdBase }),
    [logging.file]: logging.text,
  };
}

export function nodeSetSpec(args: NodeSetArgs): types.input.apps.v1.StatefulSetSpec {
  return {
    replicas: args.replicas,
    serviceName: args.headless,
    selector: { matchLabels: args.selector },
    // A cold start needs peers, and one bad revision must not block the way to the next.
    podManagementPolicy: "Parallel",
    updateStrategy: { type: "RollingUpdate" },
    minReadySeconds: MIN_READY_SECONDS,
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    template: {
      metadata: {
        labels: args.labels,
        annotations: {
          "kafka-platform/config": restartDigest(args),
        },
      },
      spec: podSpec(args),
    },
    volumeClaimTemplates: claims(args.storage).map(([name, size]) => ({
      metadata: { name, labels: args.selector },
      spec: {
        accessModes: ["ReadWriteOnce"],
        ...(args.storage.class === null ? {} : { storageClassName: args.storage.class }),
        resources: { requests: { storage: size } },
      },
    })),
  };
}

/**
 * Changes with what a running server reads at its start alone: its properties, whatever their order and comments, and its
 * logging. Nothing applies a dynamic property to a running server yet, so all of them count. The init script does not: it
 * has done its work.
 */
function restartDigest(args: NodeSetArgs): string {
  return shortDigest({
    properties: Object.fromEntries(flatten(args.properties)),
    logging: loggingConfig(logs(args)).text,
  });
}

/**
 * Options of a StatefulSet that holds data.
 * @param deletionProtection refuse to delete or replace it
 */
export function nodeSetOptions(args: NodeSetArgs, deletionProtection: boolean): pulumi.CustomResourceOptions {
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
  "kafka-platform/volumes": claims(storage)
    .map(([name, size]) => `${name}=${size}`)
    .join(","),
});

function claims(storage: NodeStorage): (readonly [name: string, size: string])[] {
  return [["data", storage.data], ...(storage.logs ? [["logs", storage.logs] as const] : [])];
}

function podSpec(args: NodeSetArgs): types.input.core.v1.PodSpec {
  const mounts = [
    { name: "data", mountPath: NODE_PATHS.data },
    { name: "logs", mountPath: NODE_PATHS.logs },
    { name: "config", mountPath: NODE_PATHS.config, readOnly: true },
    { name: "rendered", mountPath: NODE_PATHS.rendered },
    { name: "tmp", mountPath: NODE_PATHS.tmp },
  ];
  const shared = { ...hardenedContainer, image: args.image, resources: args.resources, volumeMounts: mounts };
  return {
    ...hardenedPod,
    ...placement(args.scheduling, args.selector),
    serviceAccountName: args.name,
    terminationGracePeriodSeconds: seconds(args.terminationGrace),
    initContainers: [
      {
        ...shared,
        name: "prepare",
        command: initCommand(),
        env: [{ name: "CLUSTER_ID", value: args.clusterId }, ...environment(initEnvironment(logs(args)))],
      },
    ],
    containers: [
      {
        ...shared,
        name: "kafka",
        command: [...forServerAlone(args), ...startCommand(args.distribution)],
        ...(args.stopDelay === undefined
          ? {}
          : { lifecycle: { preStop: { exec: { command: ["sleep", String(seconds(args.stopDelay))] } } } }),
        env: environment(forEveryone(args)),
        ports: args.listeners.map((listener) => ({ name: portName(listener), containerPort: listener.port })),
        ...nodeProbes(portName(peerListener(args.listeners)), args.startupBudget),
      },
    ],
    volumes: [
      { name: "config", configMap: { name: configName(args.name) } },
      scratch("rendered", "1Mi"),
      scratch("tmp"),
      ...(args.storage.logs ? [] : [scratch("logs")]),
    ],
  };
}

/** A mesh reads the protocol from the name's prefix. */
export const portName = (listener: Pick<Listener, "name">): string => `tcp-${listener.name.toLowerCase()}`;

/** The listener that peers use: the one that shows a node alive, whatever clients may do to theirs. */
function peerListener(listeners: readonly Listener[]): Pick<Listener, "name"> {
  return listeners.find(({ name }) => name === "REPLICATION") ?? { name: "CONTROLLER" };
}

const logs = (args: NodeSetArgs) => ({ version: args.version, logVolume: Boolean(args.storage.logs) });

/**
 * Admin tools are run in the server's container (`kubectl exec`), share its memory and inherit its environment: with the
 * server's heap each of them would take as much again. So they get only the folder for logs, and their own small defaults.
 */
const forEveryone = (args: NodeSetArgs) => serverVariables(args).filter(([name]) => name === "LOG_DIR");
const forServerAlone = (args: NodeSetArgs) => [
  "env",
  ...serverVariables(args)
    .filter(([name]) => name !== "LOG_DIR")
    .map(([name, value]) => `${name}=${value}`),
];
const serverVariables = (args: NodeSetArgs) => serverEnvironment({ ...args, ...logs(args) });

const environment = (variables: readonly Property[]) => variables.map(([name, value]) => ({ name, value }));
