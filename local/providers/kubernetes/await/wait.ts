/** Waiting: looks whenever something changes, and every two seconds in any case, until done, out of time or cancelled. */
import { text, type Values } from "../../values.ts";
import { type Client, isApiError } from "../client.ts";
import { custom } from "./custom.ts";
import { claim, quota, service, tokenSecret, volume } from "./others.ts";
import { pod } from "./pods.ts";
import type { Awaiter, Query, State } from "./state.ts";
import { daemonSet, deployment, job, statefulSet } from "./workloads.ts";

const AWAITERS: Readonly<Record<string, Awaiter>> = {
  "apps/v1/DaemonSet": daemonSet,
  "apps/v1/Deployment": deployment,
  "apps/v1/StatefulSet": statefulSet,
  "batch/v1/Job": job,
  "v1/PersistentVolume": volume,
  "v1/PersistentVolumeClaim": claim,
  "v1/Pod": pod,
  "v1/ResourceQuota": quota,
  "v1/Secret": tokenSecret,
  "v1/Service": service,
};

const annotation = (object: Values, name: string): string =>
  text(object, "metadata", "annotations", `pulumi.com/${name}`);

/** How an object is awaited; undefined for kinds that are ready once they exist, and where `skipAwait` says so. */
export function awaiterOf(object: Values): Awaiter | undefined {
  if (annotation(object, "skipAwait") === "true") return undefined;
  return custom(object) ?? AWAITERS[`${text(object, "apiVersion")}/${text(object, "kind")}`];
}

/** Seconds to wait: the resource's customTimeouts, else its annotation, else the kind's default. */
export function timeoutOf(object: Values, requested: number, fallback: number): number {
  return requested > 0 ? requested : Number(annotation(object, "timeoutSeconds")) || fallback;
}

export interface Waiting {
  readonly client: Client;
  readonly signal: AbortSignal;
  /** Seconds. */
  readonly timeout: number;
  readonly status: (message: string) => void;
}

/** The object exists but the wait for it did not end well. */
export class AwaitError extends Error {
  readonly object: Values;
  readonly reasons: readonly string[];

  constructor(message: string, object: Values, reasons: readonly string[]) {
    super(message);
    this.object = object;
    this.reasons = reasons;
  }
}

type Watched = readonly { readonly path: string; readonly query: Readonly<Record<string, string>> }[];

/** Calls `look` until it returns something; undefined when the time is up or the user cancelled. */
export async function until<T>(
  waiting: Waiting,
  watched: Watched,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const over = AbortSignal.any([waiting.signal, AbortSignal.timeout(waiting.timeout * 1000)]);
  const watching = new AbortController();
  let rung = false;
  let wake = (): void => undefined;
  const ring = (): void => {
    rung = true;
    wake();
  };
  over.addEventListener("abort", ring);
  for (const { path, query } of watched) waiting.client.watch(path, query, ring, watching.signal);
  try {
    while (!over.aborted) {
      rung = false;
      const found = await look();
      if (found !== undefined) return found;
      // A burst of events is one reason to look, not many.
      await new Promise((resume) => setTimeout(resume, 100));
      await new Promise<void>((resume) => {
        if (rung) resume();
        wake = resume;
        setTimeout(resume, 2000);
      });
    }
    return undefined;
  } finally {
    over.removeEventListener("abort", ring);
    watching.abort();
  }
}

async function around(client: Client, object: Values, query: Query | undefined): Promise<Values[]> {
  if (!query) return [];
  const path = await client.path(query.apiVersion, query.kind, text(object, "metadata", "namespace"), query.name ?? "");
  if (query.name !== undefined) {
    const found = await client.send("GET", path).catch((error: unknown) => {
      if (isApiError(error, "NotFound")) return undefined;
      throw error;
    });
    return found ? [found] : [];
  }
  const answer = await client.send("GET", path, { query: { labelSelector: query.labels ?? "" } });
  return (answer["items"] ?? []) as Values[];
}

/** The state of an object right now. */
export async function stateNow(client: Client, awaiter: Awaiter, object: Values): Promise<State> {
  return awaiter.state(object, await around(client, object, awaiter.related?.(object)));
}

/** The first problem of a pod that says more than that it is not ready yet, for the status line. */
function news(problems: readonly string[]): string[] {
  const telling = problems.filter((problem) => /^\[Pod .*\n|^\[Pod (?!.*containers with unready status)/.test(problem));
  return telling.slice(0, 1).map((problem) => problem.replaceAll("\n", " "));
}

/** Waits until the object is ready and returns it as it is then; throws AwaitError with the reasons. */
export async function waitReady(waiting: Waiting, awaiter: Awaiter, made: Values): Promise<Values> {
  if (!awaiter.related?.(made) && awaiter.state(made, []).ready) return made;
  const { client } = waiting;
  const name = text(made, "metadata", "name");
  const namespace = text(made, "metadata", "namespace");
  const [apiVersion, kind] = [text(made, "apiVersion"), text(made, "kind")];
  const path = await client.path(apiVersion, kind, namespace, name);
  const watched = [
    { path: await client.path(apiVersion, kind, namespace, ""), query: { fieldSelector: `metadata.name=${name}` } },
  ];
  const related = awaiter.related?.(made);
  if (related?.labels !== undefined) {
    const folder = await client.path(related.apiVersion, related.kind, namespace, "");
    watched.push({ path: folder, query: { labelSelector: related.labels } as never });
  }
  let last: Values = made;
  let problems: readonly string[] = [];
  const remembered = new Set<string>();
  const end = await until(waiting, watched, async () => {
    last = await client.send("GET", path);
    const state = await stateNow(client, awaiter, last);
    for (const problem of state.problems) remembered.add(problem);
    problems = awaiter.remembers ? [...remembered] : state.problems;
    if (!state.ready && !state.failed) waiting.status([state.status, ...news(state.problems)].join("; "));
    return state.ready || state.failed ? state : undefined;
  });
  waiting.status("");
  if (end?.ready) return last;
  if (end) throw new AwaitError(`Resource '${name}' was created but failed to initialize`, last, problems);
  if (waiting.signal.aborted) throw new AwaitError(`Resource operation was cancelled for "${name}"`, last, problems);
  throw new AwaitError(`'${name}' timed out waiting to be Ready`, last, problems);
}

/** Waits until an object is gone, or another one has its name; throws AwaitError when it stays. */
export async function waitGone(waiting: Waiting, object: Values): Promise<void> {
  const { client } = waiting;
  const [name, namespace] = [text(object, "metadata", "name"), text(object, "metadata", "namespace")];
  const [apiVersion, kind] = [text(object, "apiVersion"), text(object, "kind")];
  const path = await client.path(apiVersion, kind, namespace, name);
  const folder = await client.path(apiVersion, kind, namespace, "");
  let last = object;
  const gone = await until(waiting, [{ path: folder, query: { fieldSelector: `metadata.name=${name}` } }], async () => {
    const found = await client.send("GET", path).catch((error: unknown) => {
      if (isApiError(error, "NotFound")) return undefined;
      throw error;
    });
    if (!found || text(found, "metadata", "uid") !== text(object, "metadata", "uid")) return true;
    last = found;
    waiting.status(`Waiting for ${kind} "${name}" to be gone`);
    return undefined;
  });
  waiting.status("");
  if (gone) return;
  const blockers = ((last["metadata"] as Values)["finalizers"] ?? []) as string[];
  throw new AwaitError(`Timed out waiting for deletion of ${apiVersion}/${kind} "${name}"`, last, [
    ...(blockers.length > 0 ? [`finalizers left: ${blockers.join(", ")}`] : []),
  ]);
}
