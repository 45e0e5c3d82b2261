import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Image } from "../build/archive.ts";
import { buildGoTools } from "../build/go.ts";
import { buildImages } from "../build/images.ts";
import type { Progress } from "../cache.ts";
import { LocalError, withLog } from "../errors.ts";
import { clusterPackages, findExecutable, hostFacts, installPackages, refusal } from "../host.ts";
import { hasCondition, list } from "./api.ts";
import { applyCertManager } from "./certManager.ts";
import { writeConfig } from "./config.ts";
import { importImages } from "./images.ts";
import { type Layout, layout, nodeName } from "./layout.ts";
import { makeNetwork } from "./network.ts";
import { claim, refuseOthers } from "./owner.ts";
import { clusterParts, type PartName } from "./parts.ts";
import { makePki } from "./pki.ts";
import { logFile, start, untilHealthy } from "./processes.ts";
import { applyStorage } from "./storage.ts";

/** One step on the way up; every one of them does nothing where nothing is to be done. */
export interface Step {
  title: string;
  run: (progress: Progress) => Promise<void>;
}

/** The way from whatever is there to a running cluster, in order. */
export function upSteps(cache: string): Step[] {
  const at = layout(cache);
  const parts = clusterParts(cache, at);
  let images: Image[] = [];
  let imported: Promise<void> = Promise.resolve();
  const bring = async (names: PartName[], progress: Progress): Promise<void> => {
    for (const name of names) {
      if (await start(at, parts[name])) progress(`started ${name}`);
    }
    for (const name of names) {
      await untilHealthy(at, parts[name], () => {
        progress(`waiting for ${name}`);
      });
    }
  };
  return [
    {
      title: "Machine and Debian packages",
      run: async (progress) => {
        const problem = refusal(await hostFacts());
        if (problem !== undefined) throw new LocalError(problem);
        refuseOthers(at);
        if (at.kubelet.length > 70) {
          throw new LocalError(
            `The cache folder ${cache} is too long a path for sockets. Set KAFKA_PLATFORM_CACHE to a shorter one.`,
          );
        }
        mkdirSync(cache, { recursive: true });
        await installPackages(clusterPackages, join(cache, "packages.log"), progress);
      },
    },
    {
      title: "Kubernetes and container images",
      run: async (progress) => {
        // Compilers want the processors, the images the network and the disk: side by side they take less.
        const [madeImages, tools] = await Promise.allSettled([
          buildImages(cache, progress),
          buildCluster(cache, progress),
        ]);
        if (tools.status === "rejected") throw tools.reason;
        if (madeImages.status === "rejected") throw madeImages.reason;
        images = madeImages.value;
      },
    },
    {
      title: "Network, certificates, configuration",
      run: async () => {
        claim(at);
        await makePki(at);
        writeConfig(at);
        await makeNetwork();
      },
    },
    {
      title: "Control plane",
      run: async (progress) => {
        await Promise.all([
          bring(["containerd"], progress).then(() => {
            // It takes longer than the control plane, which does not need them; a failure is for the node's step to tell.
            imported = importImages(at, images, progress);
            imported.catch(() => undefined);
          }),
          bring(["etcd"], progress).then(() => bring(["kube-apiserver"], progress)),
        ]);
      },
    },
    {
      title: "Node",
      run: async (progress) => {
        const rest: PartName[] = ["kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy", "coredns"];
        await Promise.all([
          bring(rest, progress),
          applyStorage(at).then(() => bring(["local-path-provisioner"], progress)),
          applyCertManager(cache, at).then(() => bring(["cert-manager"], progress)),
        ]);
        // Also the images: a pod must never look for one elsewhere.
        await Promise.all([untilNodeReady(at), imported]);
      },
    },
  ];
}

async function buildCluster(cache: string, progress: Progress): Promise<void> {
  for (const name of ["kubernetes", "coredns", "local-path-provisioner", "cert-manager"] as const) {
    await buildGoTools(cache, name, progress);
  }
  if (findExecutable("kubectl") === undefined) await buildGoTools(cache, "kubectl", progress);
}

async function untilNodeReady(at: Layout): Promise<void> {
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    const nodes = await list(at, "/api/v1/nodes");
    if (nodes.some((node) => node.metadata.name === nodeName && hasCondition(node, "Ready"))) return;
    await sleep(200);
  }
  throw withLog("The node did not become Ready within 60 s. The end of the kubelet's log:", logFile(at, "kubelet"));
}
