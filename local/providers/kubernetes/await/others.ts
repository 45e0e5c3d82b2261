/** When Services, volumes, claims, quotas and token Secrets count as ready. */
import { at, dropped, list, same, text, type Values } from "../../values.ts";
import type { Awaiter, State } from "./state.ts";

/** Whether a Service has to find pods: not a headless or external one, nor one without a selector. */
function needsPods(service: Values): boolean {
  if (text(service, "spec", "type") === "ExternalName" || text(service, "spec", "clusterIP") === "None") return false;
  return !dropped(at(service, "spec", "selector"));
}

/** At least one pod behind it, and an address if it is a load balancer. */
export function serviceState(service: Values, slices: readonly Values[]): State {
  const pods = !needsPods(service) || slices.some((slice) => list(slice, "endpoints").length > 0);
  const balancer = text(service, "spec", "type") === "LoadBalancer";
  const address = !balancer || list(service, "status", "loadBalancer", "ingress").length > 0;
  return {
    ready: pods && address,
    status: pods ? "Waiting for an address" : "Waiting for pods to direct traffic to",
    problems: [
      ...(pods
        ? []
        : [
            "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match labels on any Pods",
          ]),
      ...(address ? [] : ["Service was not allocated an IP address; does your cloud provider support this?"]),
    ],
  };
}

const phase = (object: Values): string => text(object, "status", "phase");

export function volumeState(volume: Values): State {
  const ready = ["Available", "Bound"].includes(phase(volume));
  return { ready, status: "Waiting for the volume", problems: ready ? [] : [`phase ${phase(volume) || "not set"}`] };
}

/** Bound; or waiting for its first pod, where the storage class binds only then. */
export function claimState(claim: Values, classes: readonly Values[]): State {
  const lazy = classes.some((storageClass) => storageClass["volumeBindingMode"] === "WaitForFirstConsumer");
  const ready = phase(claim) === "Bound" || (lazy && phase(claim) === "Pending");
  return {
    ready,
    status: "Waiting for the claim to be bound",
    problems: ready ? [] : [`phase ${phase(claim) || "not set"}`],
  };
}

export function quotaState(quota: Values): State {
  const ready = same(at(quota, "spec", "hard"), at(quota, "status", "hard"));
  return {
    ready,
    status: "Waiting for the quota to take effect",
    problems: ready ? [] : ["status.hard differs from spec.hard"],
  };
}

export function secretState(secret: Values): State {
  const ready = text(secret, "type") !== "kubernetes.io/service-account-token" || !dropped(secret["data"]);
  return { ready, status: "Waiting for the token", problems: ready ? [] : ["the token was not issued"] };
}

export const service: Awaiter = {
  timeout: 600,
  onRead: true,
  related: (object) =>
    needsPods(object)
      ? {
          apiVersion: "discovery.k8s.io/v1",
          kind: "EndpointSlice",
          labels: `kubernetes.io/service-name=${text(object, "metadata", "name")}`,
        }
      : undefined,
  state: serviceState,
};

export const claim: Awaiter = {
  timeout: 300,
  onRead: false,
  related: (object) => {
    const name = text(object, "spec", "storageClassName");
    return name === "" ? undefined : { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", name };
  },
  state: claimState,
};

export const volume: Awaiter = { timeout: 300, onRead: false, state: volumeState };
export const quota: Awaiter = { timeout: 60, onRead: false, state: quotaState };
export const tokenSecret: Awaiter = { timeout: 300, onRead: false, state: secretState };
