/** Services of a set of Kafka nodes. */
import type { types } from "@pulumi/kubernetes";
import type { Listener } from "../kafka/listeners.ts";
import { portName } from "./nodePod.ts";

type ServiceSpec = types.input.core.v1.ServiceSpec;

/**
 * Pulumi would wait for ready pods behind a Service; its pods are made after it, so the wait could only end in a time-out.
 * The StatefulSet is waited for.
 */
export const withoutAwait = { "pulumi.com/skipAwait": "true" };

/** Names of single pods: nodes must find each other before any of them is ready. */
export function headlessService(
  selector: Readonly<Record<string, string>>,
  listeners: readonly Listener[],
): ServiceSpec {
  return { clusterIP: "None", publishNotReadyAddresses: true, selector, ports: ports(listeners.filter(inside)) };
}

/** The address for clients: the only one that readiness filters. */
export function clientService(selector: Readonly<Record<string, string>>, listeners: readonly Listener[]): ServiceSpec {
  return { type: "ClusterIP", selector, ports: ports(clientPorts(listeners)) };
}

/** The address of one broker, ready or not: a client that was told to go there must be able to. */
export function brokerService(pod: string, listeners: readonly Listener[]): ServiceSpec {
  return {
    type: "ClusterIP",
    publishNotReadyAddresses: true,
    selector: { "statefulset.kubernetes.io/pod-name": pod },
    ports: ports(clientPorts(listeners)),
  };
}

/** What is for clients outside has Services of its own. */
const inside = ({ purpose }: Listener) => purpose !== "EXTERNAL";
const clientPorts = (listeners: readonly Listener[]) => listeners.filter(({ purpose }) => purpose === "CLIENT");

function ports(listeners: readonly Listener[]): types.input.core.v1.ServicePort[] {
  return listeners.map((listener) => ({
    name: portName(listener),
    port: listener.port,
    // By number: in a roll that changes which listeners are in use, a name means another port from pod to pod.
    targetPort: listener.port,
    protocol: "TCP",
  }));
}
