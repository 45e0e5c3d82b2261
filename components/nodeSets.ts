/** Which sets of Kafka nodes a cluster has: their arguments, as pure functions, and what tells that pods will change. */
import { adminFiles } from "../kafka/adminProperties.ts";
import { phaseFacts } from "../kafka/coordination.ts";
import { externalPort } from "../kafka/externalAccess.ts";
import { type Labels, selector } from "../kafka/labels.ts";
import { nodeListeners, podHost } from "../kafka/listeners.ts";
import { nodeIdBase } from "../kafka/quorum.ts";
import { encrypts, firstUsers, listenerSets, logsIn } from "../kafka/security.ts";
import {
  brokerProperties,
  brokerRole,
  controllerCoordination,
  controllerProperties,
} from "../kafka/serverProperties.ts";
import { zookeeperAccess } from "../kafka/zookeeperStorage.ts";
import type { KafkaBrokersArgs } from "./brokers.ts";
import { nodeCertificate } from "./certificates.ts";
import type { ClusterShape } from "./cluster.ts";
import type { KafkaControllersArgs } from "./controllers.ts";
import { shortDigest } from "./digest.ts";
import { type NodeSetArgs, nodeSetSpec } from "./nodeSet.ts";
import { platformSecrets } from "./platformLogins.ts";
import { votersName } from "./voters.ts";

/** Controllers stop in seconds, once they may: half of it is for waiting. Milliseconds. */
const TERMINATION_GRACE = 120_000;
/** They hold metadata alone: there is no log of records to recover. Milliseconds. */
const STARTUP_BUDGET = 300_000;

type Of<Args> = Pick<
  Args,
  Extract<keyof Args, "clusterId" | "cluster" | "resources" | "scheduling" | "sidecar" | "zoneReader">
> & {
  readonly labels: Labels;
};

/** The brokers, or the combined nodes. */
export function brokerNodes(args: Of<KafkaBrokersArgs>): NodeSetArgs {
  const { cluster } = args;
  const { externalAccess, rackAwareness } = cluster;
  const zones = rackAwareness.zones.length > 0 ? rackAwareness.zones : "node";
  return {
    ...cluster.kafka,
    node: phaseFacts(cluster.coordination).brokers,
    zookeeper: zookeeperAccess(cluster),
    name: cluster.names.brokers,
    voters: votersName(cluster.names.brokers),
    headless: cluster.names.headless,
    nodeIdBase: nodeIdBase("brokers"),
    kind: "broker",
    labels: args.labels,
    selector: selector("kafka"),
    clusterId: args.clusterId,
    properties: brokerProperties(cluster),
    admin: adminFiles(cluster, brokerRole(cluster)),
    listeners: nodeListeners(brokerRole(cluster), listenerSets(cluster)),
    resources: args.resources,
    scheduling: args.scheduling,
    sidecar: args.sidecar,
    ...nodeSecrets(cluster, cluster.names.brokers),
    ...(externalAccess.enabled && externalAccess.type === "nodePort"
      ? { externalPortBase: externalPort(externalAccess, 0) }
      : {}),
    ...(rackAwareness.enabled ? { zones, zoneReader: args.zoneReader } : {}),
  };
}

/** The dedicated controllers. */
export function controllerNodes(args: Of<KafkaControllersArgs>): NodeSetArgs {
  const { kafka, controllers, names } = args.cluster;
  return {
    name: names.controllers,
    voters: votersName(names.brokers),
    headless: names.controllersHeadless,
    replicas: phaseFacts(args.cluster.coordination).controllers === "stopped" ? 0 : controllers.replicas,
    nodeIdBase: nodeIdBase("controllers"),
    kind: "ensemble",
    node: controllerCoordination(args.cluster),
    zookeeper: zookeeperAccess(args.cluster),
    labels: args.labels,
    selector: selector("kafka-controller"),
    distribution: kafka.distribution,
    version: kafka.version,
    metadataVersion: kafka.metadataVersion,
    image: kafka.image,
    clusterId: args.clusterId,
    properties: controllerProperties(args.cluster),
    admin: adminFiles(args.cluster, "controller"),
    listeners: nodeListeners("controller", listenerSets(args.cluster)),
    heap: controllers.heap,
    jvmOptions: kafka.jvmOptions,
    resources: args.resources,
    storage: controllers.storage,
    scheduling: args.scheduling,
    terminationGrace: TERMINATION_GRACE,
    startupBudget: STARTUP_BUDGET,
    sidecar: args.sidecar,
    ...nodeSecrets(args.cluster, names.controllers),
  };
}

const nodeSecrets = (
  cluster: ClusterShape,
  set: string,
): Pick<NodeSetArgs, "secret" | "firstUsers" | "certificate"> => ({
  ...(logsIn(cluster) ? { secret: platformSecrets(cluster.names.brokers).nodes, firstUsers: firstUsers(cluster) } : {}),
  ...(encrypts(cluster) ? { certificate: nodeCertificate(set, cluster.names.brokers, cluster.certificates) } : {}),
});

/**
 * Every broker, `host:port` separated by commas: what clients should be given.
 * @param port default that of the client listener in use
 */
export function brokerAddresses(cluster: ClusterShape, port = cluster.listeners.client.port): string {
  const { names, namespace, kafka } = cluster;
  const hosts = Array.from({ length: kafka.replicas }, (_, ordinal) =>
    podHost(`${names.brokers}-${ordinal}`, names.headless, namespace.name),
  );
  return hosts.map((host) => `${host}:${port}`).join(",");
}

/** Changes when pods of any of the sets are to be replaced, added or taken away, and only then. */
export function rollDigest(sets: readonly NodeSetArgs[]): string {
  // The cluster id never changes; in a first preview it is not known.
  return shortDigest(
    sets.map((set) => {
      const { replicas, template } = nodeSetSpec({ ...set, clusterId: "" });
      return { name: set.name, replicas, template };
    }),
  );
}
