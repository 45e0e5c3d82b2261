import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { imageNames } from "../versions.ts";
import { containerdSocket, controlGroup, type Layout, net, nodeName, runFolder } from "./layout.ts";

/** Writes the configuration files of all parts; the same content for the same cache folder. */
export function writeConfig(at: Layout): void {
  for (const folder of [at.config, at.logs, at.pids, at.volumes, at.imported, join(at.config, "cni"), runFolder]) {
    mkdirSync(folder, { recursive: true });
  }
  mkdirSync(join(at.config, "registries/_default"), { recursive: true });
  for (const [name, content] of Object.entries(files(at))) {
    const text = typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`;
    writeFileSync(join(at.config, name), text);
  }
}

function files(at: Layout): Record<string, unknown> {
  return {
    "containerd.toml": containerd(at),
    // An image that was not brought in is refused at once, instead of being looked for outside the machine.
    "registries/_default/hosts.toml": 'server = "http://127.0.0.1:1"\n',
    // Point to point: all traffic of a pod passes the machine's routing, so Services need no bridge filter module.
    "cni/10-pods.conflist": {
      cniVersion: "1.0.0",
      name: net.cniNetwork,
      plugins: [
        {
          type: "ptp",
          ipMasq: false,
          ipam: {
            type: "host-local",
            dataDir: join(runFolder, "cni"),
            ranges: [[{ subnet: net.pods, gateway: net.node }]],
            routes: [{ dst: "0.0.0.0/0" }],
          },
        },
        { type: "portmap", capabilities: { portMappings: true } },
      ],
    },
    "kubelet.json": kubelet(at),
    "resolv.conf": "nameserver 127.0.0.1\n",
    Corefile: `.:53 {
  bind ${net.node}
  errors
  health ${net.node}:8081
  cache 5
  kubernetes cluster.local in-addr.arpa {
    kubeconfig ${at.kubeconfig}
    pods insecure
  }
  template ANY ANY {
    rcode NXDOMAIN
  }
}
`,
    "local-path.json": { nodePathMap: [{ node: nodeName, paths: [at.volumes] }] },
    "helper-pod.json": {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "volume" },
      spec: {
        hostNetwork: true,
        terminationGracePeriodSeconds: 0,
        containers: [{ name: "helper-pod", image: imageNames.node, imagePullPolicy: "IfNotPresent" }],
      },
    },
  };
}

function containerd(at: Layout): string {
  const cri = `plugins."io.containerd.grpc.v1.cri"`;
  return `version = 2
root = "${at.containerd}"
state = "${runFolder}/containerd"
[grpc]
  address = "${containerdSocket}"
[${cri}]
  sandbox_image = "${imageNames.pause}"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [${cri}.registry]
    config_path = "${at.config}/registries"
  [${cri}.cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${at.config}/cni"
  [${cri}.containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [${cri}.containerd.runtimes.runc.options]
      SystemdCgroup = false
      Root = "${runFolder}/runc"
`;
}

function kubelet(at: Layout): object {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address: net.node,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: join(at.pki, "ca.crt") },
    },
    authorization: { mode: "Webhook" },
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${controlGroup}`,
    clusterDNS: [net.node],
    clusterDomain: "cluster.local",
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    enforceNodeAllocatable: [],
    evictionHard: {},
    failSwapOn: false,
    // 100 switches the collection off: an image that went could not be fetched again.
    imageGCHighThresholdPercent: 100,
    makeIPTablesUtilChains: false,
    podLogsDir: at.podLogs,
    resolvConf: join(at.config, "resolv.conf"),
    serializeImagePulls: false,
    volumePluginDir: join(at.kubelet, "volume-plugins"),
  };
}
