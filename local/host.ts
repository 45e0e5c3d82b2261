import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parseEnv } from "node:util";
import type { Progress } from "./cache.ts";
import { run } from "./run.ts";
import { oldestGo } from "./versions.ts";

/** What decides whether the embedded cluster can run on a machine. */
export interface HostFacts {
  /** As `process.platform`. */
  platform: string;
  /** As `process.arch`. */
  arch: string;
  /** Effective user id; -1 where there is none. */
  uid: number;
  /** `ID` and `VERSION_ID` of /etc/os-release, as in `debian 12`. */
  distribution: string;
  /** Version of the `go` on PATH, as in `1.26.8`; undefined when there is none. */
  go: string | undefined;
}

/** Reads the facts of this machine. */
export async function hostFacts(): Promise<HostFacts> {
  const release = parseEnv(existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "");
  return {
    platform: process.platform,
    arch: process.arch,
    uid: process.geteuid?.() ?? -1,
    distribution: `${release["ID"] ?? "unknown"} ${release["VERSION_ID"] ?? ""}`.trim(),
    go: await goVersion(),
  };
}

/** Version of the `go` on PATH, such as `1.26.8`; undefined when there is none. */
export async function goVersion(): Promise<string | undefined> {
  if (findExecutable("go") === undefined) return undefined;
  return /go(\d+\.\d+(\.\d+)?)/.exec(await run("go", ["env", "GOVERSION"]))?.[1];
}

/** Why the tools cannot be built with this Go; undefined when they can. */
export function goProblem(go: string | undefined): string | undefined {
  const remedy = `Install Go ${oldestGo} or later (https://go.dev/dl) and put its bin folder on PATH.`;
  if (go === undefined) return `There is no \`go\` on PATH. ${remedy}`;
  const [major = 0, minor = 0] = go.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestGo.split(".").map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `The \`go\` on PATH is ${go}. ${remedy}`;
}

/**
 * Why the embedded cluster cannot run here, each with its remedy, and what to use in its place; undefined when it can.
 */
export function refusal(facts: HostFacts): string | undefined {
  const problems = [
    facts.platform === "linux" ? undefined : `This is ${facts.platform}, not Linux.`,
    facts.platform !== "linux" || facts.distribution === "debian 12"
      ? undefined
      : `This is ${facts.distribution}, not Debian 12; its packages of containerd, runc, etcd and nftables are used.`,
    facts.arch === "x64" ? undefined : `The processor is ${facts.arch}, not x64.`,
    facts.platform !== "linux" || facts.uid === 0
      ? undefined
      : `It makes networks and mounts, which takes root, and this is user id ${facts.uid}. Run it with sudo -E.`,
    goProblem(facts.go),
  ].filter((problem) => problem !== undefined);
  if (problems.length === 0) return undefined;
  return [
    "The embedded Kubernetes cannot run on this machine:",
    ...problems.map((problem) => `  - ${problem}`),
    "Better where you have them: a Pulumi CLI (https://www.pulumi.com/docs/install) and the kubeconfig of a cluster of",
    "your own (kind, k3d, minikube, a cloud's) need none of this; `pulumi up` then runs this program as it is.",
  ].join("\n");
}

/** Path of an executable file in the folders of a PATH; undefined when none holds it. */
export function findExecutable(name: string, path = process.env["PATH"] ?? ""): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** Whether a file is there and may be run. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian packages, each with a file that shows it is installed. */
export type Packages = Readonly<Record<string, string>>;

/** What the running cluster needs. */
export const clusterPackages: Packages = {
  containerd: "/usr/bin/containerd",
  runc: "/usr/sbin/runc",
  "etcd-server": "/usr/bin/etcd",
  "containernetworking-plugins": "/usr/lib/cni/ptp",
  nftables: "/usr/sbin/nft",
  iproute2: "/usr/sbin/ip",
  openssl: "/usr/bin/openssl",
};

/** What only the making of images needs. */
export const imagePackages: Packages = { debootstrap: "/usr/sbin/debootstrap", maven: "/usr/bin/mvn" };

/** Installs the Debian packages that are missing, after one `apt-get update`; says which. */
export async function installPackages(wanted: Packages, log: string, progress: Progress): Promise<void> {
  const missing = Object.keys(wanted).filter((name) => !existsSync(wanted[name] ?? ""));
  if (missing.length === 0) return;
  progress(`installing Debian packages: ${missing.join(" ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update", "-q"], { env, log });
  await run("apt-get", ["install", "-q", "-y", "--no-install-recommends", ...missing], { env, log });
}
