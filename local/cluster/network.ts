import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { run } from "../run.ts";
import { controlGroup, net, runFolder } from "./layout.ts";

/** Kernel settings that the network and the kubelet change, kept to be put back. */
const kernelSettings = [
  "net/ipv4/ip_forward",
  "vm/overcommit_memory",
  "vm/panic_on_oom",
  "kernel/panic",
  "kernel/panic_on_oops",
  "kernel/keys/root_maxkeys",
  "kernel/keys/root_maxbytes",
];
/** There is one of it at the root of version 2, and none in version 1. */
const controllers = "/sys/fs/cgroup/cgroup.controllers";
const keptSettings = join(runFolder, "kernel-settings.json");
const settingFile = (setting: string): string => join("/proc/sys", setting);

/** Makes the node's address, the route that keeps Services on this machine, and the pods' control group. */
export async function makeNetwork(): Promise<void> {
  if (!existsSync(keptSettings)) {
    const values = kernelSettings.map((setting) => [setting, readFileSync(settingFile(setting), "utf8").trim()]);
    writeFileSync(keptSettings, JSON.stringify(Object.fromEntries(values)));
  }
  if (!existsSync(`/sys/class/net/${net.bridge}`)) {
    await run("ip", ["link", "add", net.bridge, "type", "bridge"]);
  }
  await run("ip", ["address", "replace", `${net.node}/24`, "dev", net.bridge]);
  await run("ip", ["link", "set", net.bridge, "up"]);
  // Packets for a Service without endpoints stay here instead of taking the machine's default route.
  await run("ip", ["route", "replace", net.services, "dev", "lo"]);
  writeFileSync(settingFile("net/ipv4/ip_forward"), "1");
  for (const folder of controlGroupFolders()) mkdirSync(folder, { recursive: true });
  if (existsSync(controllers)) await enableControllers();
}

/** In version 2 a group has only the controllers that its parent hands down; the kubelet wants all that there are. */
async function enableControllers(): Promise<void> {
  for (const name of readFileSync(controllers, "utf8").trim().split(" ")) {
    await writeFile(join(dirname(controllers), "cgroup.subtree_control"), `+${name}`).catch(() => undefined);
  }
}

/** Undoes {@link makeNetwork} and what kube-proxy and the pod network left. */
export async function removeNetwork(): Promise<void> {
  const quietly = (command: string, ...args: string[]): Promise<unknown> => run(command, args).catch(() => undefined);
  await quietly("ip", "link", "delete", net.bridge);
  await quietly("ip", "route", "delete", net.services, "dev", "lo");
  for (const family of ["ip", "ip6"]) await quietly("nft", "delete", "table", family, "kube-proxy");
}

/** Gives the kernel settings the values that they had before the cluster came. */
export function restoreKernelSettings(): void {
  if (!existsSync(keptSettings)) return;
  const values = JSON.parse(readFileSync(keptSettings, "utf8")) as Record<string, string>;
  for (const [setting, value] of Object.entries(values)) writeFileSync(settingFile(setting), value);
}

/** The pods' control group in each hierarchy of this machine, be it version 1 or 2. */
export function controlGroupFolders(): string[] {
  const base = dirname(controllers);
  if (existsSync(controllers)) return [join(base, controlGroup)];
  return readdirSync(base, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(base, entry.name, controlGroup));
}
