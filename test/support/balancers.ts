/**
 * Stands in for a cloud's load balancers: gives each Service of that type an address, which kube-proxy then serves. The
 * addresses are of the cluster's own range for Services, so that no packet leaves this machine.
 */
import { execFileSync } from "node:child_process";
import type { CoreV1Api, V1ServiceStatus } from "@kubernetes/client-node";

const address = (index: number): string => `10.96.250.${index + 1}`;

/** The address of this machine that packets to a load balancer come from. */
export function sourceAddress(): string {
  const [route] = JSON.parse(execFileSync("ip", ["-json", "route", "get", address(0)], { encoding: "utf8" })) as {
    prefsrc: string;
  }[];
  if (!route) throw new Error(`no route to ${address(0)}`);
  return route.prefsrc;
}

/** @returns address by name of the Service */
export async function balance(core: CoreV1Api, namespace: string): Promise<Map<string, string>> {
  const { items } = await core.listNamespacedService({ namespace });
  const balanced = items.filter(({ spec }) => spec?.type === "LoadBalancer");
  const given = new Map<string, string>();
  for (const [index, service] of balanced.entries()) {
    const name = service.metadata?.name ?? "";
    const status: unknown = { loadBalancer: { ingress: [{ ip: address(index) }] } };
    service.status = status as V1ServiceStatus;
    await core.replaceNamespacedServiceStatus({ namespace, name, body: service });
    given.set(name, address(index));
  }
  return given;
}
