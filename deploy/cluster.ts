/** The few questions that `npm start` asks a cluster: run this pod once, what did it say, which pods are ill and why. */
import { setTimeout as sleep } from "node:timers/promises";
import { BatchV1Api, CoreV1Api, KubeConfig, type V1Job, type V1Pod, type V1PodSpec } from "@kubernetes/client-node";
import { selector } from "../kafka/labels.ts";

export interface ClusterAccess {
  readonly kubeconfig: string;
  /** kubeconfig context; the current one where it is absent. */
  readonly context?: string;
}

export interface PodRun {
  readonly succeeded: boolean;
  readonly log: string;
}

const LABEL = "kafka-platform/run";
const POLL_MS = 300;

function config({ kubeconfig, context }: ClusterAccess): KubeConfig {
  const loaded = new KubeConfig();
  loaded.loadFromFile(kubeconfig);
  if (context !== undefined) loaded.setCurrentContext(context);
  return loaded;
}

/**
 * The pod that the newest Job of this name and any suffix runs.
 *
 * @throws Error where there is none
 */
export async function agentPodOf(access: ClusterAccess, namespace: string, job: string): Promise<V1PodSpec> {
  const { items } = await config(access).makeApiClient(BatchV1Api).listNamespacedJob({ namespace });
  const [newest] = items
    .filter(({ metadata }) => metadata?.name?.startsWith(`${job}-`))
    .sort((left, right) => made(right) - made(left));
  const pod = newest?.spec?.template.spec;
  if (!pod)
    throw new Error(`Namespace ${namespace} has no Job ${job}-*: the stack is not up, or its verify.enabled is false.`);
  return pod;
}

function made({ metadata }: V1Job): number {
  return metadata?.creationTimestamp?.getTime() ?? 0;
}

/** Labels of such a pod: network policies let it in where they let the stack's own Jobs in. */
export function runLabels(name: string): Record<string, string> {
  return { ...selector("kafka-agent"), [LABEL]: name, "sidecar.istio.io/inject": "false" };
}

/**
 * Runs a pod to its end as a Job of this name, replacing an earlier one, and returns what it wrote.
 *
 * @param seconds - how long it may take
 */
export async function runOnce(
  access: ClusterAccess,
  job: { readonly namespace: string; readonly name: string; readonly pod: V1PodSpec; readonly seconds: number },
): Promise<PodRun> {
  const { namespace, name, pod, seconds } = job;
  const loaded = config(access);
  const batch = loaded.makeApiClient(BatchV1Api);
  const core = loaded.makeApiClient(CoreV1Api);
  // A name of its own a run: nothing to wait for where an earlier one is still being deleted.
  const unique = `${name}-${Date.now().toString(36)}`;
  const labels = runLabels(unique);
  const body: unknown = {
    metadata: { name: unique, labels: { [LABEL]: name } },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: seconds,
      ttlSecondsAfterFinished: 3600,
      template: { metadata: { labels }, spec: pod },
    },
  };
  await batch.createNamespacedJob({ namespace, body: body as V1Job });
  const deadline = Date.now() + (seconds + 10) * 1000;
  for (;;) {
    const { status } = await batch.readNamespacedJob({ namespace, name: unique });
    if ((status?.succeeded ?? 0) > 0 || (status?.failed ?? 0) > 0 || Date.now() > deadline) {
      const { items } = await core.listNamespacedPod({ namespace, labelSelector: `${LABEL}=${unique}` });
      const said = items[0] ? await logOf(core, items[0]) : "no pod was made";
      return { succeeded: (status?.succeeded ?? 0) > 0, log: said };
    }
    await sleep(POLL_MS);
  }
}

async function logOf(core: CoreV1Api, pod: V1Pod, tailLines = 50): Promise<string> {
  const name = pod.metadata?.name ?? "";
  const namespace = pod.metadata?.namespace ?? "";
  try {
    return (await core.readNamespacedPodLog({ name, namespace, tailLines })).trimEnd();
  } catch {
    // A container that never started has no log; its state says why.
    const states = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
    const waiting = states.map(({ state }) => [state?.waiting?.reason, state?.waiting?.message].join(" ").trim());
    return waiting.filter((reason) => reason !== "").join("\n") || `pod is ${pod.status?.phase ?? "unknown"}`;
  }
}

const isReady = (pod: V1Pod): boolean =>
  pod.status?.phase === "Succeeded" ||
  (pod.status?.conditions ?? []).some(({ type, status }) => type === "Ready" && status === "True");

/** Each pod of the namespace that is neither ready nor done, with the end of its log. */
export async function illPods(access: ClusterAccess, namespace: string): Promise<string[]> {
  const core = config(access).makeApiClient(CoreV1Api);
  const { items } = await core.listNamespacedPod({ namespace });
  const ill = items.filter((pod) => !isReady(pod));
  return Promise.all(
    ill.map(async (pod) => {
      const scheduling = (pod.status?.conditions ?? []).find(({ type }) => type === "PodScheduled");
      const placed = scheduling?.status === "False" ? `${scheduling.message ?? "not scheduled"}\n` : "";
      return `Pod ${pod.metadata?.name ?? ""} (${pod.status?.phase ?? "unknown"}):\n${placed}${await logOf(core, pod, 20)}`;
    }),
  );
}
