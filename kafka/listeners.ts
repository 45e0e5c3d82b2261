/**
 * Listeners by purpose, their ports, and what each kind of node listens on and advertises. Addresses are pod names behind
 * the headless Service, never the load-balanced one: a client that was given a broker's address must reach that broker.
 */
import { type NodeCoordination, usesZooKeeper } from "./coordination.ts";
import type { Property } from "./properties.ts";

export type ListenerName = "CLIENT" | "REPLICATION" | "CONTROLLER" | "EXTERNAL";
export type SecurityProtocol = "PLAINTEXT" | "SSL" | "SASL_PLAINTEXT" | "SASL_SSL";
/** combined: broker and voter in one process; broker and controller: one of the two. */
export type NodeRole = "combined" | "broker" | "controller";

export interface Listener {
  readonly name: ListenerName;
  readonly port: number;
  readonly protocol: SecurityProtocol;
}

/** Ports by listener; {@link Settings}.listeners fits. */
export interface ListenerPorts {
  readonly client: { readonly port: number };
  readonly replication: { readonly port: number };
  readonly controller: { readonly port: number };
  /** For clients outside the cluster; default: there is none. */
  readonly external?: { readonly port: number } | undefined;
}

/** Which protocol each listener speaks: the one place that a security mode changes. Clients outside speak as those inside. */
export type ListenerProtocols = Readonly<Record<Exclude<ListenerName, "EXTERNAL">, SecurityProtocol>>;
export const PLAINTEXT: ListenerProtocols = { CLIENT: "PLAINTEXT", REPLICATION: "PLAINTEXT", CONTROLLER: "PLAINTEXT" };

const NAMES: Readonly<Record<NodeRole, readonly Exclude<ListenerName, "EXTERNAL">[]>> = {
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
export function nodeListeners(role: NodeRole, ports: ListenerPorts, protocols = PLAINTEXT): Listener[] {
  const port = { CLIENT: ports.client.port, REPLICATION: ports.replication.port, CONTROLLER: ports.controller.port };
  const own: Listener[] = NAMES[role].map((name) => ({ name, port: port[name], protocol: protocols[name] }));
  if (ports.external === undefined || role === "controller") return own;
  return [...own, { name: "EXTERNAL", port: ports.external.port, protocol: protocols.CLIENT }];
}

/**
 * The listener properties of a node. Each listener binds all interfaces, so that admin commands inside the pod work
 * against localhost, and advertises `host`; since 3.9 controllers advertise too (KIP-853).
 * @param external `host:port` that the external listener advertises
 */
export function listenerProperties(
  role: NodeRole,
  host: string,
  ports: ListenerPorts,
  protocols = PLAINTEXT,
  node: NodeCoordination = "kraft",
  external?: string,
): Property[] {
  const own = nodeListeners(role, ports, protocols);
  const address = ({ name, port }: Listener) => (name === "EXTERNAL" ? external : `${host}:${port}`);
  // A broker dials the controllers, so it needs their protocol too; a controller dials nobody but controllers, until it
  // leads brokers that are still on ZooKeeper: to those it sends requests.
  const controllersKnown = node !== "zookeeper";
  const brokersKnown = role !== "controller" || usesZooKeeper(node);
  const seenAs = brokersKnown && controllersKnown ? "combined" : role;
  const seen = nodeListeners(seenAs, ports, protocols);
  const properties: Property[] = [
    ["listeners", own.map(({ name, port }) => `${name}://:${port}`).join(",")],
    ["advertised.listeners", own.map((listener) => `${listener.name}://${address(listener)}`).join(",")],
    ["listener.security.protocol.map", seen.map(({ name, protocol }) => `${name}:${protocol}`).join(",")],
  ];
  if (controllersKnown) properties.push(["controller.listener.names", "CONTROLLER"]);
  if (brokersKnown) properties.push(["inter.broker.listener.name", "REPLICATION"]);
  return properties;
}
