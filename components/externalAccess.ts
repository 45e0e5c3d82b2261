/** The Services by which clients outside the cluster reach the brokers: one to begin with, and one a broker. */

import type { types } from "@pulumi/kubernetes";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type ExternalAccess, externalHost, externalPort, externalService } from "../kafka/externalAccess.ts";
import type { Labels } from "../kafka/labels.ts";
import { withoutAwait } from "./nodeServices.ts";

export interface ExternalServices extends ExternalAccess {
  /** Host of the bootstrap Service; null for none that the program knows of. */
  readonly bootstrapHost: string | null;
  /** Annotations of every Service; `{host}` stands for the host that leads to it. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Networks that load balancers let in, as CIDR; empty for all. */
  readonly sourceRanges: readonly string[];
  /** Addresses to ask of the load balancers' provider; by ordinal. */
  readonly addresses: { readonly bootstrap: string | null; readonly brokers: readonly string[] };
  /** `Local` keeps the address of the client and saves a hop, where the balancer asks nodes whether they have the pod. */
  readonly trafficPolicy: "Cluster" | "Local";
}

export interface ExternalPlace {
  readonly parent: pulumi.Resource;
  readonly namespace: pulumi.Input<string>;
  readonly labels: Labels;
  /** Name of the client Service, and of the broker pods by ordinal. */
  readonly bootstrap: string;
  readonly pods: readonly string[];
  readonly nodeIdBase: number;
  /** Selects every broker. */
  readonly selector: Readonly<Record<string, string>>;
}

interface Target {
  readonly suffix: string;
  readonly service: string;
  readonly host: string | null;
  readonly address: string | null;
  readonly nodePort: number | null;
  readonly selector: Readonly<Record<string, string>>;
  /** A client that was sent to a broker must reach it, ready or not; one that looks for any wants a ready one. */
  readonly whenReadyOnly: boolean;
}

export function externalServices(name: string, access: ExternalServices, place: ExternalPlace): pulumi.Resource[] {
  const targets: Target[] = [
    {
      suffix: "external-bootstrap",
      service: externalService(place.bootstrap),
      host: access.bootstrapHost,
      address: access.addresses.bootstrap,
      nodePort: access.nodePorts.bootstrap,
      selector: place.selector,
      whenReadyOnly: true,
    },
    ...place.pods.map((pod, ordinal) => ({
      suffix: `external-broker-${ordinal}`,
      service: externalService(pod),
      host: externalHost(access, place.nodeIdBase + ordinal),
      address: access.addresses.brokers[ordinal] ?? null,
      nodePort: access.type === "nodePort" ? externalPort(access, ordinal) : null,
      selector: { "statefulset.kubernetes.io/pod-name": pod },
      whenReadyOnly: false,
    })),
  ];
  return targets.map(
    (target) =>
      new k8s.core.v1.Service(
        `${name}-${target.suffix}`,
        {
          metadata: {
            namespace: place.namespace,
            name: target.service,
            labels: place.labels,
            annotations: { ...annotations(access.annotations, target.host), ...withoutAwait },
          },
          spec: spec(access, target),
        },
        { parent: place.parent },
      ),
  );
}

function spec(access: ExternalServices, target: Target): types.input.core.v1.ServiceSpec {
  const balanced = access.type === "loadBalancer";
  const portOfNode = balanced || target.nodePort === null ? {} : { nodePort: target.nodePort };
  return {
    type: balanced ? "LoadBalancer" : "NodePort",
    externalTrafficPolicy: access.trafficPolicy,
    publishNotReadyAddresses: !target.whenReadyOnly,
    selector: target.selector,
    ports: [{ name: "tcp-external", port: access.port, targetPort: "tcp-external", protocol: "TCP", ...portOfNode }],
    ...(balanced && access.sourceRanges.length > 0 ? { loadBalancerSourceRanges: [...access.sourceRanges] } : {}),
    ...(balanced && target.address !== null ? { loadBalancerIP: target.address } : {}),
  };
}

/** Those that name the host, such as external-dns asks for, are left out where there is none. */
function annotations(stated: Readonly<Record<string, string>>, host: string | null): Record<string, string> {
  const kept = Object.entries(stated).filter(([, value]) => host !== null || !value.includes("{host}"));
  return Object.fromEntries(kept.map(([key, value]) => [key, value.replaceAll("{host}", host ?? "")]));
}
