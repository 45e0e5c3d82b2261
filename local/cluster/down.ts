import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { Progress } from "../cache.ts";
import { LocalError } from "../errors.ts";
import { run } from "../run.ts";
import { containerdSocket, type Layout, layout, net, runFolder } from "./layout.ts";
import { controlGroupFolders, removeNetwork, restoreKernelSettings } from "./network.ts";
import { refuseOthers } from "./owner.ts";
import { connects, partNames } from "./parts.ts";
import { endProcess, stop } from "./processes.ts";

/** Ends the cluster and removes its data: processes, pods, mounts, network, files. The build cache stays. */
export async function takeDown(cache: string, progress: Progress): Promise<void> {
  const at = layout(cache);
  if (!existsSync(at.root) && !existsSync(runFolder)) return;
  if (process.geteuid?.() !== 0) throw new LocalError("The cluster runs as root; ending it takes root too.");
  refuseOthers(at);
  // First what would start pods again, then the pods, then what they lived on.
  progress("ending the node");
  await Promise.all(partNames.filter((name) => name !== "containerd" && name !== "etcd").map((name) => stop(at, name)));
  progress("ending the pods");
  await endPods();
  progress("ending containerd and etcd");
  await Promise.all([stop(at, "containerd"), stop(at, "etcd")]);
  for (const pid of processesWith(`-address ${containerdSocket}`)) await endProcess(pid, ["SIGKILL"]);
  progress("removing mounts, network and data");
  await removeMounts(at);
  await removeNetwork();
  for (const folder of controlGroupFolders()) removeControlGroup(folder);
  restoreKernelSettings();
  await removeTraces(at);
}

/** Ends every process in the pods' control group, however deep. */
async function endPods(): Promise<void> {
  const pids = new Set(controlGroupFolders().flatMap(processesIn));
  await Promise.all([...pids].map((pid) => endProcess(pid, ["SIGKILL"])));
}

function processesIn(group: string): number[] {
  if (!existsSync(group)) return [];
  const own = readFileSync(join(group, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
  return [...own, ...subfolders(group).flatMap(processesIn)];
}

function removeControlGroup(group: string): void {
  if (!existsSync(group)) return;
  subfolders(group).forEach(removeControlGroup);
  rmdirSync(group);
}

const subfolders = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));

/** Processes whose command line holds a text that only this cluster's have. */
function processesWith(text: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").includes(text);
      } catch {
        return false;
      }
    });
}

async function removeMounts(at: Layout): Promise<void> {
  const places = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) =>
      (line.split(" ")[1] ?? "").replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))),
    )
    .filter((place) => place.startsWith(`${at.root}/`) || place.startsWith(`${runFolder}/`))
    .reverse();
  for (const place of places) await run("umount", ["--lazy", place]).catch(() => undefined);
}

/** Removes the cluster's own folders and what its parts leave in fixed places of the machine. */
async function removeTraces(at: Layout): Promise<void> {
  for (const link of entries("/var/log/containers")) {
    if (lstatSync(link).isSymbolicLink() && readlinkSync(link).startsWith(at.podLogs)) rmSync(link);
  }
  const results = "/var/lib/cni/results";
  for (const result of entries(results)) {
    const container = new RegExp(`^${net.cniNetwork}-(\\w+)-`).exec(basename(result))?.[1];
    if (container === undefined) continue;
    rmSync(result);
    rmSync(join(results, `cni-loopback-${container}-lo`), { force: true });
  }
  const shims = "/run/containerd/s";
  const devices = "/var/lib/kubelet/device-plugins";
  for (const socket of [...entries(shims), ...entries(devices)]) {
    if (!(await connects(socket))) rmSync(socket, { force: true });
  }
  for (const folder of [runFolder, at.root]) rmSync(folder, { recursive: true, force: true });
  const shared = [
    "/var/log/containers",
    results,
    "/var/lib/cni",
    shims,
    "/run/containerd",
    devices,
    "/var/lib/kubelet",
  ];
  for (const folder of shared) {
    if (existsSync(folder) && entries(folder).length === 0) rmdirSync(folder);
  }
}

const entries = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
