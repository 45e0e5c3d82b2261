/**
 * Access from outside the cluster: a listener of its own, and for each broker a Service of its own, as a client must reach
 * the very broker that leads a partition. Addresses of load balancers are unknown before they exist, so brokers advertise
 * names by a template, and DNS leads those to the Services.
 */

export type ExternalType = "loadBalancer" | "nodePort";

/** Settings of the access; {@link Settings}.externalAccess fits. */
export interface ExternalAccess {
  readonly enabled: boolean;
  readonly type: ExternalType;
  /** Port of the listener in each pod, and of load balancers. */
  readonly port: number;
  /** Host that a broker advertises; `{id}` stands for its node id. Null only where access is off. */
  readonly hostTemplate: string | null;
  /** Ports of the nodes: of the bootstrap Service, and of broker 0, from which the others count. */
  readonly nodePorts: { readonly bootstrap: number | null; readonly first: number | null };
}

const ID = "{id}";

/** Whether the template gives each broker a host of its own. */
export const hostsDiffer = (template: string): boolean => template.includes(ID);

/** Host that a broker advertises. @param id its node id, or what will be replaced by it */
export const externalHost = (access: ExternalAccess, id: number | string): string =>
  (access.hostTemplate ?? "").replaceAll(ID, String(id));

/** Port that a broker advertises, which clients dial. @param ordinal of its pod */
export function externalPort(access: ExternalAccess, ordinal: number): number {
  return access.type === "nodePort" ? (access.nodePorts.first ?? 0) + ordinal : access.port;
}

/** All brokers as clients outside dial them, `host:port` separated by commas. @param nodeIdBase id of ordinal 0 */
export function externalBrokers(access: ExternalAccess, replicas: number, nodeIdBase: number): string {
  return Array.from(
    { length: replicas },
    (_, ordinal) => `${externalHost(access, nodeIdBase + ordinal)}:${externalPort(access, ordinal)}`,
  ).join(",");
}

/** Names of the Services: the bootstrap one, or that of a broker's pod. */
export const externalService = (of: string): string => `${of}-external`;
