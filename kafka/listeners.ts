/**
 * Listeners by purpose, their ports, and what each kind of node listens on and advertises. Addresses are pod names behind
 * the headless Service, never the load-balanced one: a client that was given a broker's address must reach that broker.
 */
import { type NodeCoordination, usesZooKeeper } from "./coordination.ts";
import type { Property } from "./properties.ts";

/** What a listener is for. Nodes find each other's by name, so the name follows from this and from the set. */
export type ListenerPurpose = "CLIENT" | "REPLICATION" | "CONTROLLER" | "EXTERNAL";
export type SecurityProtocol = "PLAINTEXT" | "SSL" | "SASL_PLAINTEXT" | "SASL_SSL";
/** combined: broker and voter in one process; broker and controller: one of the two. */
export type NodeRole = "combined" | "broker" | "controller";

export interface Listener {
  readonly purpose: ListenerPurpose;
  /** Kafka's name of it, e.g. `REPLICATION_TLS`. */
  readonly name: string;
  readonly port: number;
  readonly protocol: SecurityProtocol;
  /** False for one that is open beside those that nodes use, while a running cluster changes its mode. */
  readonly used: boolean;
}

/** Ports by listener; {@link Settings}.listeners fits. */
export interface ListenerPorts {
  readonly client: { readonly port: number };
  readonly replication: { readonly port: number };
  readonly controller: { readonly port: number };
}

/** Listeners that every cluster has, as settings name them. */
export const LISTENER_KEYS = [
  "client",
  "replication",
  "controller",
] as const satisfies readonly (keyof ListenerPorts)[];

/** Which protocol each listener speaks. Clients outside speak as those inside. */
export type ListenerProtocols = Readonly<Record<Exclude<ListenerPurpose, "EXTERNAL">, SecurityProtocol>>;

/** Listeners of one security mode. */
export interface ListenerSet {
  /** End of their names: no two modes share one, so that both can be open at a time. */
  readonly suffix: string;
  readonly ports: ListenerPorts;
  readonly protocols: ListenerProtocols;
  /** Port for clients outside the cluster; default: there is none. */
  readonly external?: number | undefined;
}
/** The set that nodes use, then those that are open beside it. */
export type ListenerSets = readonly [ListenerSet, ...ListenerSet[]];

const PURPOSES: Readonly<Record<NodeRole, readonly Exclude<ListenerPurpose, "EXTERNAL">[]>> = {
  combined: ["CLIENT", "REPLICATION", "CONTROLLER"],
  broker: ["CLIENT", "REPLICATION"],
  controller: ["CONTROLLER"],
};

/** What the init script puts in for each pod. */
export const PLACEHOLDERS = {
  nodeId: "@NODE_ID@",
  pod: "@POD@",
  zone: "@ZONE@",
  externalPort: "@EXTERNAL_PORT@",
} as const;

/** Name of a pod behind its headless Service, e.g. `kafka-0.kafka-headless.kafka.svc.cluster.local`. */
export function podHost(pod: string, headless: string, namespace: string): string {
  return `${pod}.${headless}.${namespace}.svc.cluster.local`;
}

/** The listeners of a node, in a fixed order. */
export function nodeListeners(role: NodeRole, sets: ListenerSets): Listener[] {
  return sets.flatMap((set, index) => {
    const { suffix, ports, protocols, external } = set;
    const used = index === 0;
    const port = { CLIENT: ports.client.port, REPLICATION: ports.replication.port, CONTROLLER: ports.controller.port };
    const own = PURPOSES[role].map((purpose): Listener => {
      const name = `${purpose}${suffix}`;
      return { purpose, name, port: port[purpose], protocol: protocols[purpose], used };
    });
    if (external === undefined || role === "controller") return own;
    return [...own, { purpose: "EXTERNAL", name: "EXTERNAL", port: external, protocol: protocols.CLIENT, used }];
  });
}

/**
 * The listener properties of a node. Each listener binds all interfaces, so that admin commands inside the pod work
 * against localhost, and advertises `host`; since 3.9 controllers advertise too (KIP-853).
 * @param external `host:port` that the external listener advertises
 */
export function listenerProperties(
  role: NodeRole,
  host: string,
  sets: ListenerSets,
  node: NodeCoordination = "kraft",
  external?: string,
): Property[] {
  const own = nodeListeners(role, sets);
  const address = ({ purpose, port }: Listener) => (purpose === "EXTERNAL" ? external : `${host}:${port}`);
  // A broker dials the controllers, so it needs their protocol too; a controller dials nobody but controllers, until it
  // leads brokers that are still on ZooKeeper: to those it sends requests.
  const controllersKnown = node !== "zookeeper";
  const brokersKnown = role !== "controller" || usesZooKeeper(node);
  const seenAs = brokersKnown && controllersKnown ? "combined" : role;
  const seen = nodeListeners(seenAs, sets);
  const named = (purpose: ListenerPurpose) => seen.filter((listener) => listener.purpose === purpose);
  // The first is the one that nodes dial; a broker that is no controller may name that one alone.
  const controllers = named("CONTROLLER").filter(({ used }) => used || role !== "broker");
  const properties: Property[] = [
    ["listeners", own.map(({ name, port }) => `${name}://:${port}`).join(",")],
    ["advertised.listeners", own.map((listener) => `${listener.name}://${address(listener)}`).join(",")],
    ["listener.security.protocol.map", seen.map(({ name, protocol }) => `${name}:${protocol}`).join(",")],
  ];
  if (controllersKnown) properties.push(["controller.listener.names", controllers.map(({ name }) => name).join(",")]);
  if (brokersKnown) properties.push(["inter.broker.listener.name", named("REPLICATION")[0]?.name ?? ""]);
  return properties;
}
