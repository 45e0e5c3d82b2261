import { list } from "./api.ts";
import { type Layout, layout } from "./layout.ts";
import { clusterParts, type Part } from "./parts.ts";
import { logFile, runningPid } from "./processes.ts";

/** State of one part. */
export interface PartStatus {
  name: string;
  /** Undefined when it does not run. */
  pid: number | undefined;
  healthy: boolean;
  log: string;
}

/** State of the cluster. */
export interface Status {
  running: boolean;
  kubeconfig: string;
  parts: PartStatus[];
  /** Number of pods by phase; empty when the API server does not answer. */
  pods: Record<string, number>;
  nodes: string[];
}

/** Looks at every part and asks the API server; changes nothing. */
export async function readStatus(cache: string): Promise<Status> {
  const at = layout(cache);
  const parts = await Promise.all(Object.values(clusterParts(cache, at)).map((part) => partStatus(at, part)));
  const pods: Record<string, number> = {};
  const [nodes, allPods] = await Promise.all([
    list(at, "/api/v1/nodes").catch(() => []),
    list(at, "/api/v1/pods").catch(() => []),
  ]);
  for (const pod of allPods) {
    const phase = pod.status?.phase ?? "Unknown";
    pods[phase] = (pods[phase] ?? 0) + 1;
  }
  return {
    running: parts.every((part) => part.healthy),
    kubeconfig: at.kubeconfig,
    parts,
    pods,
    nodes: nodes.map((node) => {
      const ready = node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
      return `${node.metadata.name} ${ready === true ? "Ready" : "NotReady"}`;
    }),
  };
}

async function partStatus(at: Layout, part: Part): Promise<PartStatus> {
  const pid = runningPid(at, part.name);
  const healthy = pid !== undefined && (part.healthy === undefined || (await part.healthy()));
  return { name: part.name, pid, healthy, log: logFile(at, part.name) };
}
