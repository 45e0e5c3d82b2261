/** server.properties of Kafka nodes, from settings. Per-pod values stay placeholders, so one file serves every pod of a set. */
import { brokerKey } from "./catalogue/catalogue.ts";
import { type NodeCoordination, phaseFacts, usesZooKeeper } from "./coordination.ts";
import { type ExternalAccess, externalHost } from "./externalAccess.ts";
import { listenerProperties, type NodeRole, PLACEHOLDERS, podHost } from "./listeners.ts";
import { flatten, override, type Properties, type Property, type PropertyGroup } from "./properties.ts";
import * as groups from "./propertyGroups.ts";
import { listenerSets, securityGroups } from "./security.ts";
import { requireVersion } from "./versions.ts";

export { type PropertiesInput, replication } from "./propertyGroups.ts";

/** Combined nodes are voters too; on ZooKeeper, and on the way from it, there are none. */
export function brokerRole({
  coordination,
  controllers,
}: Pick<groups.PropertiesInput, "coordination" | "controllers">): "combined" | "broker" {
  return coordination.mode === "kraft" && controllers.mode === "combined" ? "combined" : "broker";
}

/** Properties of the nodes that hold partitions: combined nodes, brokers beside dedicated controllers, or on ZooKeeper. */
export function brokerProperties(input: groups.PropertiesInput): Properties {
  const node = phaseFacts(input.coordination).brokers;
  const properties = [
    ...common(input, brokerRole(input), node, input.names.headless),
    groups.rack(input),
    groups.internalTopics(input),
    groups.threads(input),
    groups.sockets(),
    groups.stopAndStart(),
  ];
  return override(properties, groups.ownConfig(input));
}

/**
 * Properties of dedicated controllers. They share the topic defaults: creating a topic and electing leaders is theirs. And
 * they start with every value that is also a cluster-wide one: those reach controllers as well, and a node refuses all of
 * them where one thread count is more than twice its own.
 */
export function controllerProperties(input: groups.PropertiesInput): Properties {
  const node = controllerCoordination(input);
  const properties = common(input, "controller", node, input.names.controllersHeadless);
  return override([...properties, groups.threads(input)], groups.ownConfig(input));
}

/** How dedicated controllers take part; ones that are stopped keep the properties that they ran with. */
export function controllerCoordination({ coordination }: groups.PropertiesInput): NodeCoordination {
  const { controllers } = phaseFacts(coordination);
  return controllers === "none" || controllers === "stopped" ? "kraft-dual-write" : controllers;
}

/**
 * Properties by what a change of them needs: a restart of the node, or only a request to the running cluster, which then
 * holds the value for all its nodes (KIP-226). What Kafka takes live for one broker at a time counts as a restart.
 */
export function splitDynamic(properties: Properties, version: string): { restart: Property[]; dynamic: Property[] } {
  const dynamic = ([key]: Property) => brokerKey(version, key)?.dynamic === "cluster-wide" && !AT_START_ONLY.has(key);
  const all = flatten(properties);
  return { restart: all.filter((property) => !dynamic(property)), dynamic: all.filter(dynamic) };
}

/** The cluster-wide configuration that a running cluster should hold, by key in the order of the alphabet. */
export function clusterWideConfig(input: groups.PropertiesInput): Record<string, string> {
  const { dynamic } = splitDynamic(brokerProperties(input), input.kafka.version);
  return Object.fromEntries([...dynamic].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Listed as cluster-wide by Kafka, but what it gives to other keys is looked up when a node starts. */
const AT_START_ONLY = new Set(["config.providers"]);

/** Each broker's own address: by its id in the host, and by its ordinal in the port where that is one of the nodes. */
function externalAddress(access: ExternalAccess): string {
  const port = access.type === "nodePort" ? PLACEHOLDERS.externalPort : String(access.port);
  return `${externalHost(access, PLACEHOLDERS.nodeId)}:${port}`;
}

function common(
  input: groups.PropertiesInput,
  role: NodeRole,
  node: NodeCoordination,
  headless: string,
): PropertyGroup[] {
  const host = podHost(PLACEHOLDERS.pod, headless, input.namespace.name);
  const decides = role !== "broker" || !requireVersion(input.kafka.version).controllerTopicDefaults;
  return [
    groups.identity(role, node),
    ...(node === "zookeeper" ? [] : [groups.quorum(input)]),
    ...(usesZooKeeper(node) ? [groups.zookeeper(input, node !== "zookeeper")] : []),
    {
      why: "Listeners: each pod advertises its own name, never the load-balanced Service.",
      entries: listenerProperties(role, host, listenerSets(input), node, externalAddress(input.externalAccess)),
    },
    ...securityGroups(input, role, node),
    groups.storage(node !== "zookeeper"),
    groups.durability(input, decides),
    groups.topicDefaults(input, decides),
    groups.balance(input),
  ];
}
