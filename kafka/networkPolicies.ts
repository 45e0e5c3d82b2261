/**
 * Kubernetes NetworkPolicies from the table of flows, as plain data. They govern what comes in. What goes out stays open:
 * name servers, the API server, remote clusters and object stores have no address that the program knows, and a pod that
 * may connect anywhere still gets into a platform pod by the table alone. Kubernetes always lets the node of a pod reach
 * it, so probes need no row, nor does the hook before a stop, which asks inside its pod.
 */
import { activeFlows, type PortsInput, type Source } from "./flows.ts";
import { type App, type Labels, selector } from "./labels.ts";

interface Selector {
  /** None selects everything. */
  readonly matchLabels?: Labels;
}
/** A NetworkPolicyPeer; a podSelector alone means the policy's own namespace. */
export interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string };
}
export interface IngressRule {
  /** Left out where anybody may. */
  readonly from?: Peer[];
  readonly ports: { readonly protocol: "TCP"; readonly port: number }[];
}
export interface NetworkPolicy {
  readonly name: string;
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes: "Ingress"[];
    readonly ingress?: IngressRule[];
  };
}

/** What the policies follow from; {@link Settings} fits. */
export interface PoliciesInput extends PortsInput {
  readonly namespace: {
    readonly name: string;
    /** False where the namespace is not the platform's own. */
    readonly create: boolean;
  };
  readonly clients: {
    readonly namespaces: Readonly<Record<string, ClientNamespaceLabels>>;
  };
  readonly monitoring: {
    /** Where Prometheus runs, null for nowhere, and the labels of its pods. */
    readonly prometheus: { readonly namespace: string | null; readonly labels: Labels };
  };
  readonly externalAccess: PortsInput["externalAccess"] & {
    readonly sourceRanges: readonly string[];
    readonly trafficPolicy: "Cluster" | "Local";
  };
}
interface ClientNamespaceLabels {
  readonly create?: boolean | undefined;
  readonly labels?: Labels | undefined;
}

export const DEFAULT_DENY = "default-deny-ingress";

/** Whether applications run beside the platform in its namespace. */
export function sharesNamespace({ namespace, clients }: Pick<PoliciesInput, "namespace" | "clients">): boolean {
  return !namespace.create || Object.hasOwn(clients.namespaces, namespace.name);
}

/**
 * The policies of a stack, by name. In a namespace of the platform's own everything else that comes in is refused as well;
 * in a shared one that would cut off the applications there.
 */
export function networkPolicies(input: PoliciesInput): NetworkPolicy[] {
  const policies = new Map<string, { to: App; ingress: IngressRule[] }>();
  for (const { from, to, ports, policy } of activeFlows(input)) {
    const ingress: IngressRule[] = policies.get(policy)?.ingress ?? [];
    const listed = ports.map((port) => ({ protocol: "TCP" as const, port }));
    const peers = from.map((source) => peersOf(source, input));
    const anyone = peers.includes("anyone");
    const named = peers.flatMap((some) => (some === "anyone" ? [] : some));
    // Kubernetes reads an empty list as one that lets everybody in.
    if (!anyone && named.length === 0) continue;
    ingress.push({ ...(anyone ? {} : { from: named }), ports: listed });
    policies.set(policy, { to, ingress });
  }
  const allowing = [...policies].map(([name, { to, ingress }]) => ({
    name,
    spec: { podSelector: { matchLabels: selector(to) }, policyTypes: ["Ingress"] as "Ingress"[], ingress },
  }));
  if (sharesNamespace(input)) return allowing;
  return [...allowing, { name: DEFAULT_DENY, spec: { podSelector: {}, policyTypes: ["Ingress"] } }];
}

function peersOf(source: Source, input: PoliciesInput): Peer[] | "anyone" {
  if (source === "clients") return clientPeers(input);
  if (source === "prometheus") {
    const { namespace, labels } = input.monitoring.prometheus;
    return namespace === null ? [] : [{ ...namespaceNamed(namespace), podSelector: { matchLabels: labels } }];
  }
  if (source !== "outside") return [{ podSelector: { matchLabels: selector(source) } }];
  // Under `Cluster` what arrives has the address of a node: only the load balancers can tell the ranges apart.
  const { sourceRanges, trafficPolicy } = input.externalAccess;
  if (trafficPolicy === "Cluster" || sourceRanges.length === 0) return "anyone";
  return sourceRanges.map((cidr) => ({ ipBlock: { cidr } }));
}

/**
 * Where the program makes a namespace with the label `name`, that label is selected, as clients' own policies know it. No
 * Kubernetes sets it by itself, so one that exists already is selected by the label that the API server sets and keeps.
 */
function clientPeers(input: PoliciesInput): Peer[] {
  const own = input.namespace.name;
  const others = Object.entries(input.clients.namespaces)
    .filter(([name]) => name !== own)
    .map(([name, client]) =>
      client.create === true && client.labels?.["name"] === name
        ? { namespaceSelector: { matchLabels: { name } } }
        : namespaceNamed(name),
    );
  return sharesNamespace(input) ? [{ podSelector: {} }, ...others] : others;
}

function namespaceNamed(name: string): { namespaceSelector: Selector } {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } };
}
