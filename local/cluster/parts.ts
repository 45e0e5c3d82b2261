import { get } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { type GoToolsName, goToolsFolder } from "../build/go.ts";
import { imageNames } from "../versions.ts";
import { callApi } from "./api.ts";
import { containerdSocket, type Layout, net, nodeName, zone } from "./layout.ts";

/** A program of the cluster. */
export interface Part {
  name: string;
  command: string;
  args: string[];
  /** Configuration files: the part is started again when one of them changes. */
  files: string[];
  /** Whether it answers; a part without one is healthy while it runs. */
  healthy?: () => Promise<boolean>;
}

/** All parts, in the order in which they start. */
export function clusterParts(cache: string, at: Layout): Record<PartName, Part> {
  const built = (set: GoToolsName, name: string): string => join(goToolsFolder(cache, set), name);
  const kube = (name: string): string => built("kubernetes", name);
  const pki = (file: string): string => join(at.pki, file);
  const config = (file: string): string => join(at.config, file);
  const kubeconfig = `--kubeconfig=${at.kubeconfig}`;
  return {
    containerd: {
      name: "containerd",
      command: "/usr/bin/containerd",
      args: ["--config", config("containerd.toml")],
      files: [config("containerd.toml"), config("cni/10-pods.conflist")],
      healthy: () => connects(containerdSocket),
    },
    etcd: {
      name: "etcd",
      command: "/usr/bin/etcd",
      args: [
        `--data-dir=${at.etcd}`,
        `--listen-client-urls=${net.etcd}`,
        `--advertise-client-urls=${net.etcd}`,
        "--listen-peer-urls=http://127.0.0.1:23800",
        "--initial-advertise-peer-urls=http://127.0.0.1:23800",
        "--initial-cluster=default=http://127.0.0.1:23800",
        // A cluster that is thrown away need not outlive a power cut.
        "--unsafe-no-fsync",
        "--log-level=warn",
        "--logger=zap",
      ],
      files: [],
      healthy: () => answers(`${net.etcd}/health`),
    },
    "kube-apiserver": {
      name: "kube-apiserver",
      command: kube("kube-apiserver"),
      args: [
        `--etcd-servers=${net.etcd}`,
        `--bind-address=${net.node}`,
        `--advertise-address=${net.node}`,
        "--secure-port=6443",
        `--service-cluster-ip-range=${net.services}`,
        `--tls-cert-file=${pki("api.crt")}`,
        `--tls-private-key-file=${pki("api.key")}`,
        `--client-ca-file=${pki("ca.crt")}`,
        `--token-auth-file=${pki("tokens.csv")}`,
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc",
        `--service-account-key-file=${pki("sa.key")}`,
        `--service-account-signing-key-file=${pki("sa.key")}`,
        "--allow-privileged=true",
        `--kubelet-client-certificate=${pki("kubelet-client.crt")}`,
        `--kubelet-client-key=${pki("kubelet-client.key")}`,
        "--kubelet-preferred-address-types=InternalIP",
        // Debian's etcd lacks the progress notifications that this estimate waits for.
        "--feature-gates=SizeBasedListCostEstimate=false",
      ],
      files: [pki("api.crt")],
      healthy: () => callApi(at, "GET", "/readyz").then(Boolean, () => false),
    },
    "kube-controller-manager": {
      name: "kube-controller-manager",
      command: kube("kube-controller-manager"),
      args: [
        kubeconfig,
        "--bind-address=127.0.0.1",
        `--cert-dir=${at.pids}`,
        `--service-account-private-key-file=${pki("sa.key")}`,
        `--root-ca-file=${pki("ca.crt")}`,
        `--flex-volume-plugin-dir=${join(at.kubelet, "volume-plugins")}`,
        "--leader-elect=false",
      ],
      files: [at.kubeconfig],
      healthy: () => answersTls("https://127.0.0.1:10257/healthz"),
    },
    "kube-scheduler": {
      name: "kube-scheduler",
      command: kube("kube-scheduler"),
      args: [kubeconfig, "--bind-address=127.0.0.1", `--cert-dir=${at.pids}`, "--leader-elect=false"],
      files: [at.kubeconfig],
      healthy: () => answersTls("https://127.0.0.1:10259/healthz"),
    },
    kubelet: {
      name: "kubelet",
      command: kube("kubelet"),
      args: [
        kubeconfig,
        `--config=${config("kubelet.json")}`,
        `--hostname-override=${nodeName}`,
        `--node-ip=${net.node}`,
        `--node-labels=topology.kubernetes.io/zone=${zone},topology.kubernetes.io/region=local`,
        `--root-dir=${at.kubelet}`,
        `--cert-dir=${join(at.kubelet, "pki")}`,
      ],
      files: [config("kubelet.json")],
      healthy: () => answers("http://127.0.0.1:10248/healthz"),
    },
    "kube-proxy": {
      name: "kube-proxy",
      command: kube("kube-proxy"),
      args: [
        kubeconfig,
        "--proxy-mode=nftables",
        `--cluster-cidr=${net.pods}`,
        `--hostname-override=${nodeName}`,
        "--healthz-bind-address=127.0.0.1:10256",
        "--metrics-bind-address=127.0.0.1:10249",
        "--conntrack-max-per-core=0",
        "--conntrack-tcp-timeout-established=0",
        "--conntrack-tcp-timeout-close-wait=0",
      ],
      files: [at.kubeconfig],
      healthy: () => answers("http://127.0.0.1:10256/livez"),
    },
    coredns: {
      name: "coredns",
      command: built("coredns", "coredns"),
      args: ["-conf", config("Corefile")],
      files: [config("Corefile")],
      healthy: () => answers(`http://${net.node}:8081/health`),
    },
    "local-path-provisioner": {
      name: "local-path-provisioner",
      command: built("local-path-provisioner", "local-path-provisioner"),
      args: [
        "start",
        `--kubeconfig=${at.kubeconfig}`,
        `--config=${config("local-path.json")}`,
        `--helper-pod-file=${config("helper-pod.json")}`,
        `--helper-image=${imageNames.node}`,
        "--namespace=local-path-storage",
        "--service-account-name=default",
        "--configmap-name=local-path-config",
      ],
      files: [config("local-path.json"), config("helper-pod.json")],
    },
    "cert-manager": {
      name: "cert-manager",
      command: built("cert-manager", "cert-manager"),
      args: [at.kubeconfig],
      files: [at.kubeconfig],
    },
  };
}

/** Names of the parts. */
export const partNames = [
  "containerd",
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
  "kube-proxy",
  "coredns",
  "local-path-provisioner",
  "cert-manager",
] as const;

/** See {@link partNames}. */
export type PartName = (typeof partNames)[number];

async function answers(url: string): Promise<boolean> {
  return await fetch(url, { signal: AbortSignal.timeout(2000) }).then(
    (answer) => answer.ok,
    () => false,
  );
}

/** For parts that sign their certificate themselves; nothing but their health is asked of them. */
async function answersTls(url: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const call = get(url, { rejectUnauthorized: false, timeout: 2000, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    call.once("timeout", () => call.destroy());
    call.once("error", () => {
      resolve(false);
    });
  });
}

/** Whether something listens on a Unix socket. */
export async function connects(socket: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const connection = connect(socket);
    connection.once("connect", () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", () => {
      resolve(false);
    });
  });
}
