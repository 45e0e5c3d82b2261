/** The pod of a Kafka node: the sidecar, and the server, whose container prepares configuration and storage first. */
import type { types } from "@pulumi/kubernetes";
import { seconds } from "../kafka/availability.ts";
import { initEnvironment, serverEnvironment } from "../kafka/jvm.ts";
import type { Listener, ListenerPurpose } from "../kafka/listeners.ts";
import { NODE_PATHS } from "../kafka/paths.ts";
import { nodeProbes, stopGate } from "../kafka/probes.ts";
import type { Property } from "../kafka/properties.ts";
import { initCommand, startCommand } from "../kafka/startScripts.ts";
import { certificateVolume } from "./certificateVolume.ts";
import type { NodeSetArgs } from "./nodeSet.ts";
import { hardenedContainer, hardenedPod, placement, scratch } from "./pod.ts";
import { sidecarContainer, sidecarVolume } from "./sidecar.ts";
import { configVolume } from "./voters.ts";
import { zoneContainer, zoneVolume } from "./zone.ts";

/** Name of the ConfigMap that belongs to a set of nodes. */
export const configName = (set: string): string => `${set}-config`;

export function nodePod(args: NodeSetArgs): types.input.core.v1.PodSpec {
  const mounts = [
    { name: "data", mountPath: NODE_PATHS.data },
    { name: "logs", mountPath: NODE_PATHS.logs },
    { name: "config", mountPath: NODE_PATHS.config, readOnly: true },
    { name: "rendered", mountPath: NODE_PATHS.rendered },
    { name: "tmp", mountPath: NODE_PATHS.tmp },
    ...secretMounts(args),
  ];
  const zoneReader = args.zones === "node" ? args.zoneReader : undefined;
  return {
    ...hardenedPod,
    ...placement(args.scheduling, args.selector),
    serviceAccountName: args.name,
    terminationGracePeriodSeconds: seconds(args.terminationGrace),
    initContainers: zoneReader ? [zoneContainer(zoneReader)] : [],
    containers: [
      {
        ...hardenedContainer,
        name: "kafka",
        image: args.image,
        resources: args.resources,
        volumeMounts: mounts,
        // In one container, as each further one before the server's costs a start, and a roll, a second and more.
        command: [...forInitScript(args), ...initCommand(), ...forServer(args), ...startCommand(args.distribution)],
        lifecycle: stopGate(args.terminationGrace),
        env: [{ name: "CLUSTER_ID", value: args.clusterId }, ...environment(forEveryone(args))],
        ports: args.listeners.map((listener) => ({ name: portName(listener), containerPort: listener.port })),
        ...nodeProbes(portName(peerListener(args.listeners)), args.startupBudget),
      },
      sidecarContainer(args.sidecar, args.terminationGrace, secretMounts(args)),
    ],
    volumes: [
      configVolume(configName(args.name), args.voters),
      sidecarVolume(args.sidecar),
      ...secretVolumes(args),
      scratch("rendered", "1Mi"),
      scratch("tmp"),
      ...(args.storage.logs ? [] : [scratch("logs")]),
      ...(zoneReader ? [zoneVolume] : []),
    ],
  };
}

/** Whole folders: a file that is mounted by itself would never be brought up to date. */
const secretMounts = (args: NodeSetArgs) =>
  secretVolumes(args).map(({ name }) => ({ name, mountPath: NODE_PATHS[name], readOnly: true }));
const secretVolumes = ({ secret, certificate }: NodeSetArgs) => [
  ...(secret === undefined ? [] : [{ name: "secrets" as const, secret: { secretName: secret } }]),
  ...(certificate === undefined ? [] : [certificateVolume(certificate)]),
];

/** At most 15 characters, and a mesh reads the protocol from the prefix. */
const PORT_NAMES: Readonly<Record<ListenerPurpose, readonly [used: string, alongside: string]>> = {
  CLIENT: ["tcp-client", "tcp-client-2"],
  REPLICATION: ["tcp-replication", "tcp-replica-2"],
  CONTROLLER: ["tcp-controller", "tcp-control-2"],
  EXTERNAL: ["tcp-external", "tcp-external-2"],
};
export const portName = ({ purpose, used }: Pick<Listener, "purpose" | "used">): string =>
  PORT_NAMES[purpose][used ? 0 : 1];

/** The listener that peers use: the one that shows a node alive, whatever clients may do to theirs. */
const peerListener = (listeners: readonly Listener[]): Pick<Listener, "purpose" | "used"> => ({
  purpose: listeners.some(({ purpose }) => purpose === "REPLICATION") ? "REPLICATION" : "CONTROLLER",
  used: true,
});

export const logsOf = ({ version, storage, secret }: NodeSetArgs) => ({
  version,
  logVolume: Boolean(storage.logs),
  // Where nodes have passwords everybody logs in, and an authorizer decides.
  audit: secret !== undefined,
});

/**
 * Admin tools are run in the server's container (`kubectl exec`), share its memory and inherit its environment: with the
 * server's heap each of them would take as much again. So they get only the folder for logs, and their own small defaults.
 */
const forEveryone = (args: NodeSetArgs) => serverVariables(args).filter(([name]) => name === "LOG_DIR");
const forInitScript = (args: NodeSetArgs) => assigned(initEnvironment(logsOf(args)));
const forServer = (args: NodeSetArgs) => assigned(serverVariables(args));
const assigned = (variables: readonly Property[]) => [
  "env",
  ...variables.filter(([name]) => name !== "LOG_DIR").map(([name, value]) => `${name}=${value}`),
];
const serverVariables = (args: NodeSetArgs) => serverEnvironment({ ...args, ...logsOf(args) });

const environment = (variables: readonly Property[]) => variables.map(([name, value]) => ({ name, value }));
