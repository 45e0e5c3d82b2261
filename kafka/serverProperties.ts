/** server.properties of KRaft nodes, from settings. Per-pod values stay placeholders, so one file serves every pod of a set. */
import { brokerKey } from "./catalogue/catalogue.ts";
import { listenerProperties, type NodeRole, PLACEHOLDERS, PLAINTEXT, podHost } from "./listeners.ts";
import { flatten, override, type Properties, type Property, type PropertyGroup } from "./properties.ts";
import * as groups from "./propertyGroups.ts";
import { requireVersion } from "./versions.ts";

export { type PropertiesInput, replication } from "./propertyGroups.ts";

/** Properties of the nodes that hold partitions: combined nodes, or brokers beside dedicated controllers. */
export function brokerProperties(input: groups.PropertiesInput, protocols = PLAINTEXT): Properties {
  const role: NodeRole = input.controllers.mode === "combined" ? "combined" : "broker";
  const properties = [
    ...common(input, role, input.names.headless, protocols),
    groups.internalTopics(input),
    groups.threads(input),
    groups.sockets(),
    groups.recovery(input),
    groups.startup(),
  ];
  return override(properties, groups.ownConfig(input));
}

/** Properties of dedicated controllers. They share the topic defaults: creating a topic and electing leaders is theirs. */
export function controllerProperties(input: groups.PropertiesInput, protocols = PLAINTEXT): Properties {
  return override(common(input, "controller", input.names.controllersHeadless, protocols), groups.ownConfig(input));
}

/** Properties by what a change of them needs: a restart of the node, or only a request to the running cluster (KIP-226). */
export function splitDynamic(properties: Properties, version: string): { restart: Property[]; dynamic: Property[] } {
  const dynamic = ([key]: Property) => (brokerKey(version, key)?.dynamic ?? "read-only") !== "read-only";
  const all = flatten(properties);
  return { restart: all.filter((property) => !dynamic(property)), dynamic: all.filter(dynamic) };
}

function common(
  input: groups.PropertiesInput,
  role: NodeRole,
  headless: string,
  protocols: typeof PLAINTEXT,
): PropertyGroup[] {
  const host = podHost(PLACEHOLDERS.pod, headless, input.namespace.name);
  const decides = role !== "broker" || !requireVersion(input.kafka.version).controllerTopicDefaults;
  return [
    groups.identity(role),
    groups.quorum(input),
    {
      why: "Listeners: each pod advertises its own name, never the load-balanced Service.",
      entries: listenerProperties(role, host, input.listeners, protocols),
    },
    groups.storage(),
    groups.durability(input, decides),
    groups.topicDefaults(input, decides),
    groups.balance(input),
  ];
}
