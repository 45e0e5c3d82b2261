/**
 * What NetworkPolicies let through, as Kubernetes defines it: a pod that no policy selects takes everything; for any other
 * one some policy has to allow what comes in, and the same for what goes out. Source: the API reference of
 * networking.k8s.io/v1. What the platform does not use (named ports) throws rather than being read wrongly.
 */
import { BlockList, isIP } from "node:net";

export type Labels = Readonly<Record<string, string>>;

export interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    readonly values?: readonly string[];
  }[];
}
export interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}
interface Port {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}
export interface Policy {
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes?: readonly ("Ingress" | "Egress")[];
    readonly ingress?: readonly { readonly from?: readonly Peer[]; readonly ports?: readonly Port[] }[];
    readonly egress?: readonly { readonly to?: readonly Peer[]; readonly ports?: readonly Port[] }[];
  };
}

export interface Pod {
  readonly namespace: string;
  readonly namespaceLabels: Labels;
  readonly labels: Labels;
  readonly ip: string;
}
/** A pod, or a host that is none. */
export type Endpoint = Pod | { readonly ip: string };
type Direction = "Ingress" | "Egress";

const isPod = (endpoint: Endpoint): endpoint is Pod => "namespace" in endpoint;

/** Whether a TCP connection is let through, at both of its ends. */
export function allows(policies: readonly Policy[], from: Endpoint, to: Endpoint, port: number): boolean {
  return letsThrough(policies, "Egress", from, to, port) && letsThrough(policies, "Ingress", to, from, port);
}

function letsThrough(
  policies: readonly Policy[],
  direction: Direction,
  subject: Endpoint,
  other: Endpoint,
  port: number,
): boolean {
  if (!isPod(subject)) return true;
  const governing = policies.filter(
    (policy) =>
      policy.metadata.namespace === subject.namespace &&
      typesOf(policy).includes(direction) &&
      matches(policy.spec.podSelector, subject.labels),
  );
  if (governing.length === 0) return true;
  return governing.some(({ metadata, spec }) => {
    const rules =
      direction === "Ingress"
        ? (spec.ingress ?? []).map(({ from: peers, ports }) => ({ peers, ports }))
        : (spec.egress ?? []).map(({ to: peers, ports }) => ({ peers, ports }));
    return rules.some(
      ({ peers = [], ports = [] }) =>
        (ports.length === 0 || ports.some((one) => covers(one, port))) &&
        (peers.length === 0 || peers.some((peer) => isPeer(peer, other, metadata.namespace))),
    );
  });
}

function typesOf({ spec }: Policy): readonly Direction[] {
  return spec.policyTypes ?? (spec.egress ? ["Ingress", "Egress"] : ["Ingress"]);
}

function covers({ protocol = "TCP", port, endPort }: Port, asked: number): boolean {
  if (typeof port === "string") throw new Error(`found the named port ${port}, expected a number`);
  if (protocol !== "TCP") return false;
  return port === undefined || (asked >= port && asked <= (endPort ?? port));
}

function isPeer({ ipBlock, podSelector, namespaceSelector }: Peer, other: Endpoint, namespace: string): boolean {
  if (ipBlock) return within(ipBlock.cidr, other.ip) && !(ipBlock.except ?? []).some((cidr) => within(cidr, other.ip));
  if (!isPod(other) || !(podSelector ?? namespaceSelector)) return false;
  const there = namespaceSelector ? matches(namespaceSelector, other.namespaceLabels) : other.namespace === namespace;
  return there && matches(podSelector ?? {}, other.labels);
}

export function matches({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "Exists") return value !== undefined;
      if (operator === "DoesNotExist") return value === undefined;
      const listed = value !== undefined && values.includes(value);
      return operator === "In" ? listed : !listed;
    })
  );
}

function within(cidr: string, ip: string): boolean {
  const [net = "", prefix = ""] = cidr.split("/");
  const family = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");
  const block = new BlockList();
  block.addSubnet(net, Number(prefix), family(net));
  return block.check(ip, family(ip));
}
