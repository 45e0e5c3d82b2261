import { join } from "node:path";

/** Addresses and names of the embedded cluster. All of them are on this machine. */
export const net = {
  /** Address of the node: kubelet, API server and DNS listen on it; pods and the machine reach it. */
  node: "10.244.0.1",
  pods: "10.244.0.0/24",
  services: "10.96.0.0/16",
  firstService: "10.96.0.1",
  bridge: "kafkalocal0",
  cniNetwork: "kafka-platform-local",
  api: "https://10.244.0.1:6443",
  etcd: "http://127.0.0.1:23790",
} as const;

/** Name of the node, and the zone that its label says. */
export const nodeName = "local";
export const zone = "local-a";

/** Control group that holds every pod. */
export const controlGroup = "kafka-platform";

/** Folder of sockets and of what must not outlive a reboot. */
export const runFolder = "/run/kafka-platform";
export const containerdSocket = join(runFolder, "containerd.sock");

/** Folders and files of the cluster below the cache. */
export function layout(cache: string) {
  const root = join(cache, "cluster");
  return {
    root,
    kubeconfig: join(root, "kubeconfig"),
    pki: join(root, "pki"),
    config: join(root, "config"),
    logs: join(root, "logs"),
    pids: join(root, "pids"),
    etcd: join(root, "etcd"),
    containerd: join(root, "containerd"),
    kubelet: join(root, "kubelet"),
    podLogs: join(root, "pod-logs"),
    volumes: join(root, "volumes"),
    imported: join(root, "imported"),
  };
}

/** See {@link layout}. */
export type Layout = ReturnType<typeof layout>;
