/** What the cluster tier does to a running platform from outside: look at pods, run commands in them, take them away. */
import { readdirSync, readFileSync } from "node:fs";
import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import {
  ApiException,
  AppsV1Api,
  BatchV1Api,
  CoreV1Api,
  Exec,
  type KubeConfig,
  type V1Eviction,
  type V1Pod,
  type V1PodSpec,
  type V1Status,
} from "@kubernetes/client-node";

/** How long the last words of a command may come after its end. */
const LAST_WORDS_MS = 2_000;

export interface Executed {
  readonly code: number;
  /** Standard output and standard error as they came. */
  readonly output: string;
}

/** Asks again until something is there; what it waits for and the last answer are in the error. */
export async function until<T>(what: string, seconds: number, ask: () => Promise<T | undefined | false>): Promise<T> {
  const limit = Date.now() + seconds * 1000;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > limit) throw new Error(`${what}: not within ${seconds} s`, { cause: last });
    await sleep(250);
  }
}

export const isReady = (pod: V1Pod): boolean =>
  !pod.metadata?.deletionTimestamp &&
  (pod.status?.conditions ?? []).some(({ type, status }) => type === "Ready" && status === "True");

/** Pods of one namespace, as tests see and handle them. */
export class Pods {
  readonly core: CoreV1Api;
  readonly #kubeconfig: KubeConfig;
  readonly #namespace: string;

  constructor(kubeconfig: KubeConfig, namespace: string) {
    this.#kubeconfig = kubeconfig;
    this.#namespace = namespace;
    this.core = kubeconfig.makeApiClient(CoreV1Api);
  }

  /** Pods with this label `app`, by name. */
  async list(app: string): Promise<V1Pod[]> {
    const { items } = await this.core.listNamespacedPod({ namespace: this.#namespace, labelSelector: `app=${app}` });
    return items.sort((a, b) => (a.metadata?.name ?? "").localeCompare(b.metadata?.name ?? ""));
  }

  async get(name: string): Promise<V1Pod> {
    return this.core.readNamespacedPod({ namespace: this.#namespace, name });
  }

  /** Waits until exactly so many pods of the label exist and are all Ready. */
  async untilReady(app: string, count: number, seconds = 180): Promise<V1Pod[]> {
    return until(`${count} Ready pods with app=${app}`, seconds, async () => {
      const pods = await this.list(app);
      return pods.length === count && pods.every(isReady) && pods;
    });
  }

  /** Runs a command in the pod's first container, to its end. */
  async exec(pod: string, command: readonly string[], seconds = 60): Promise<Executed> {
    const container = (await this.get(pod)).spec?.containers[0]?.name ?? "";
    const chunks: string[] = [];
    const sink = () =>
      new Writable({
        write(chunk: Buffer, _, done) {
          chunks.push(String(chunk));
          done();
        },
      });
    let ended: (code: number) => void = () => undefined;
    const end = new Promise<number>((resolve) => {
      ended = resolve;
    });
    const onStatus = ({ status, details, message = "" }: V1Status): void => {
      const code = details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
      if (status !== "Success" && code === undefined) chunks.push(message);
      ended(status === "Success" ? 0 : Number(code ?? -1));
    };
    const remote = new Exec(this.#kubeconfig);
    const streams = [sink(), sink(), null, false] as const;
    const socket = (await remote.exec(this.#namespace, pod, container, [...command], ...streams, onStatus)) as unknown;
    const closed = new Promise((resolve) => {
      (socket as EventTarget).addEventListener("close", resolve);
    });
    const late = new AbortController();
    const tooLong = sleep(seconds * 1000, undefined, { signal: late.signal, ref: false }).then(() => {
      throw new Error(`${command.join(" ")} in ${pod} runs longer than ${seconds} s: ${chunks.join("")}`);
    });
    try {
      const code = await Promise.race([end, tooLong]);
      // The end comes on a stream of its own, which may overtake the last words on the others.
      await Promise.race([closed, sleep(LAST_WORDS_MS, undefined, { ref: false })]);
      return { code, output: chunks.join("") };
    } finally {
      late.abort();
      tooLong.catch(() => undefined);
      (socket as { close(): void }).close();
    }
  }

  /** Takes a pod away at once, as a lost node does: no controlled shutdown. */
  async kill(name: string): Promise<void> {
    await this.core.deleteNamespacedPod({ namespace: this.#namespace, name, gracePeriodSeconds: 0 });
  }

  /** Asks for a pod to leave as any controller would, with its time to stop. */
  async remove(name: string): Promise<void> {
    await this.core.deleteNamespacedPod({ namespace: this.#namespace, name });
  }

  /**
   * Evicts a pod, as a drain of its node does.
   * @returns false where its disruption budget does not allow it now
   */
  async evict(name: string): Promise<boolean> {
    const body: unknown = { metadata: { name, namespace: this.#namespace } };
    const eviction = { name, namespace: this.#namespace, body: body as V1Eviction };
    try {
      await this.core.createNamespacedPodEviction(eviction);
      return true;
    } catch (error) {
      if (error instanceof ApiException && error.code === 429) return false;
      throw error;
    }
  }

  /** Takes the way to stop safely out of a StatefulSet's pods, as if the program had not put it there. */
  async withoutGate(name: string): Promise<void> {
    const apps = this.#kubeconfig.makeApiClient(AppsV1Api);
    const place = { name, namespace: this.#namespace };
    const body = await apps.readNamespacedStatefulSet(place);
    for (const container of body.spec?.template.spec?.containers ?? []) delete container.lifecycle;
    await apps.replaceNamespacedStatefulSet({ ...place, body });
  }

  /** Sends a signal to the first container's main process from the node; the kubelet starts it again in its place. */
  async killProcess(name: string, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    process.kill(await this.mainProcess(name), signal);
  }

  /** Process id, on this machine, of the first container's main process. */
  async mainProcess(name: string): Promise<number> {
    const id = (await this.get(name)).status?.containerStatuses?.[0]?.containerID?.replace(/^.*:\/\//, "");
    if (id === undefined) throw new Error(`${name} has no running container`);
    const [main] = processesOf(id);
    if (main === undefined) throw new Error(`no process of ${name} (container ${id}) on this machine`);
    return main;
  }

  /** Sets the replicas of a StatefulSet behind the program's back. */
  async scale(name: string, replicas: number): Promise<void> {
    const apps = this.#kubeconfig.makeApiClient(AppsV1Api);
    const place = { name, namespace: this.#namespace };
    const body = await apps.readNamespacedStatefulSetScale(place);
    if (body.spec) body.spec.replicas = replicas;
    await apps.replaceNamespacedStatefulSetScale({ ...place, body });
  }

  /** The pod that a CronJob would run now. */
  async podOfCronJob(name: string): Promise<V1PodSpec> {
    const batch = this.#kubeconfig.makeApiClient(BatchV1Api);
    const { spec } = await batch.readNamespacedCronJob({ name, namespace: this.#namespace });
    const pod = spec.jobTemplate.spec?.template.spec;
    if (!pod) throw new Error(`CronJob ${name} has no pod`);
    return pod;
  }

  /** What the newest Job `<name>-<hash>` wrote, and whether it succeeded. */
  async jobLog(name: string): Promise<{ readonly succeeded: boolean; readonly log: string }> {
    const batch = this.#kubeconfig.makeApiClient(BatchV1Api);
    const { items } = await batch.listNamespacedJob({ namespace: this.#namespace });
    const made = (date: Date | undefined) => date?.getTime() ?? 0;
    const [job] = items
      .filter(({ metadata }) => metadata?.name?.startsWith(`${name}-`))
      .sort((a, b) => made(b.metadata?.creationTimestamp) - made(a.metadata?.creationTimestamp));
    const labelSelector = `job-name=${job?.metadata?.name ?? name}`;
    const pods = await this.core.listNamespacedPod({ namespace: this.#namespace, labelSelector });
    const pod = pods.items.at(-1)?.metadata?.name;
    if (job === undefined || pod === undefined) throw new Error(`no Job ${name}-* with a pod`);
    const log = await this.core.readNamespacedPodLog({ namespace: this.#namespace, name: pod });
    return { succeeded: (job.status?.succeeded ?? 0) > 0, log };
  }
}

/** Process ids of a container on this machine, the oldest first: the kubelet puts each into a control group of its name. */
function processesOf(containerId: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && cgroupOf(entry).includes(containerId))
    .map(Number)
    .sort((a, b) => a - b);
}

function cgroupOf(entry: string): string {
  try {
    return readFileSync(`/proc/${entry}/cgroup`, "utf8");
  } catch {
    return "";
  }
}

/** What a script's pod gets from its namespace. */
export interface ScriptInputs {
  /** ConfigMap whose keys are its environment. */
  readonly environment?: string;
  /** Secret whose keys are files in /etc/kafka-client. */
  readonly files?: string;
}

/** A pod that a namespace with the `restricted` standard takes: one shell script in an image. */
export function scriptPod(image: string, script: string, { environment, files }: ScriptInputs = {}): V1PodSpec {
  const pod: unknown = {
    restartPolicy: "Never",
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: "script",
        image,
        command: ["/bin/bash", "-euo", "pipefail", "-c", script],
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        envFrom: environment === undefined ? [] : [{ configMapRef: { name: environment } }],
        volumeMounts: files === undefined ? [] : [{ name: "files", mountPath: "/etc/kafka-client" }],
      },
    ],
    volumes: files === undefined ? [] : [{ name: "files", secret: { secretName: files } }],
  };
  return pod as V1PodSpec;
}
