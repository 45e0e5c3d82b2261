import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../run.ts";
import { controlGroup, net } from "./layout.ts";

/** Makes the node's address, the route that keeps Services on this machine, and the pods' control group. */
export async function makeNetwork(): Promise<void> {
  if (!existsSync(`/sys/class/net/${net.bridge}`)) {
    await run("ip", ["link", "add", net.bridge, "type", "bridge"]);
  }
  await run("ip", ["address", "replace", `${net.node}/24`, "dev", net.bridge]);
  await run("ip", ["link", "set", net.bridge, "up"]);
  // Packets for a Service without endpoints stay here instead of taking the machine's default route.
  await run("ip", ["route", "replace", net.services, "dev", "lo"]);
  writeFileSync("/proc/sys/net/ipv4/ip_forward", "1");
  for (const folder of controlGroupFolders()) mkdirSync(folder, { recursive: true });
}

/** Undoes {@link makeNetwork} and what kube-proxy and the pod network left. */
export async function removeNetwork(): Promise<void> {
  const quietly = (command: string, ...args: string[]): Promise<unknown> => run(command, args).catch(() => undefined);
  await quietly("ip", "link", "delete", net.bridge);
  await quietly("ip", "route", "delete", net.services, "dev", "lo");
  for (const family of ["ip", "ip6"]) await quietly("nft", "delete", "table", family, "kube-proxy");
}

/** The pods' control group in each hierarchy of this machine, be it version 1 or 2. */
export function controlGroupFolders(): string[] {
  const base = "/sys/fs/cgroup";
  if (existsSync(join(base, "cgroup.controllers"))) return [join(base, controlGroup)];
  return readdirSync(base, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(base, entry.name, controlGroup));
}
