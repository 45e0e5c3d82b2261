/** The pod of a ZooKeeper member: an init container that writes its id, then the server. */
import type { types } from "@pulumi/kubernetes";
import { seconds } from "../kafka/availability.ts";
import { ensembleTls } from "../kafka/ensembleTls.ts";
import { ensemblePorts, ZOOKEEPER_PATHS, type ZooKeeperPort } from "../kafka/zookeeper.ts";
import {
  ALIVE,
  ENSEMBLE_ENVIRONMENT,
  ENSEMBLE_START,
  ensembleInitCommand,
  SERVING,
} from "../kafka/zookeeperScripts.ts";
import { certificateMount, certificateVolume } from "./certificateVolume.ts";
import type { EnsembleSetArgs } from "./ensembleSet.ts";
import { configName } from "./nodePod.ts";
import { hardenedContainer, hardenedPod, placement, scratch } from "./pod.ts";
import { configVolume } from "./voters.ts";

/** A mesh reads the protocol from the name's prefix. */
export const ENSEMBLE_PORT_NAMES: Readonly<Record<ZooKeeperPort, string>> = {
  client: "tcp-client",
  secure: "tcp-secure",
  peer: "tcp-peer",
  election: "tcp-election",
  metrics: "http-metrics",
};

const PURPOSES = ["client", "secure", "peer", "election", "metrics"] as const;

/** Name and number of each port that members have, of those that are asked for. */
export function namedPorts({ security }: EnsembleSetArgs["ensemble"], purposes: readonly ZooKeeperPort[] = PURPOSES) {
  const open = ensemblePorts(ensembleTls({ security }));
  return purposes.flatMap((purpose) => {
    const port = open[purpose];
    return port === undefined ? [] : [{ name: ENSEMBLE_PORT_NAMES[purpose], port }];
  });
}

const PERIOD = 10;
/** Every start and every step of a roll waits for this probe to come round. */
const START_PERIOD = 2;

const probe = (command: readonly string[], failureThreshold: number, periodSeconds = PERIOD) => ({
  exec: { command: [...command] },
  periodSeconds,
  timeoutSeconds: 5,
  failureThreshold,
});

export function ensemblePod(args: EnsembleSetArgs): types.input.core.v1.PodSpec {
  const { log } = ZOOKEEPER_PATHS;
  const mounts = [
    { name: "data", mountPath: ZOOKEEPER_PATHS.data },
    ...(args.storage.logs ? [{ name: "logs", mountPath: log }] : []),
    { name: "config", mountPath: ZOOKEEPER_PATHS.config, readOnly: true },
    { name: "rendered", mountPath: ZOOKEEPER_PATHS.rendered },
    { name: "tmp", mountPath: "/tmp" },
    ...(args.certificate ? [certificateMount(ZOOKEEPER_PATHS.certificates)] : []),
  ];
  const shared = { ...hardenedContainer, image: args.image, resources: args.resources, volumeMounts: mounts };
  return {
    ...hardenedPod,
    ...placement(args.scheduling, args.selector),
    serviceAccountName: args.name,
    terminationGracePeriodSeconds: seconds(args.terminationGrace),
    initContainers: [{ ...shared, name: "prepare", command: ensembleInitCommand() }],
    containers: [
      {
        ...shared,
        name: "zookeeper",
        command: ENSEMBLE_START,
        env: Object.entries(ENSEMBLE_ENVIRONMENT).map(([name, value]) => ({ name, value })),
        ports: namedPorts(args.ensemble).map(({ name, port }) => ({ name, containerPort: port })),
        // Starting ends when the process answers: a member can serve only once a majority of them has started.
        startupProbe: probe(ALIVE, Math.ceil(seconds(args.startupBudget) / START_PERIOD), START_PERIOD),
        livenessProbe: probe(ALIVE, 6),
        readinessProbe: probe(SERVING, 2),
      },
    ],
    volumes: [
      configVolume(configName(args.name), args.voters),
      scratch("rendered", "1Mi"),
      scratch("tmp"),
      ...(args.certificate ? [certificateVolume(args.certificate)] : []),
    ],
  };
}
