/** Looks for passwords, by their values, in everything that a running platform shows to somebody who may not read Secrets. */
import { readdirSync, readFileSync } from "node:fs";
import { type KubernetesObject, KubernetesObjectApi, type V1Secret } from "@kubernetes/client-node";
import type { PlatformUnderTest } from "./platformUnderTest.ts";

/** Everything but Secrets that lives in a namespace of the platform. */
const KINDS: readonly (readonly [apiVersion: string, kind: string])[] = [
  ...["ConfigMap", "Pod", "Event", "Service", "ServiceAccount", "PersistentVolumeClaim"].map(
    (kind) => ["v1", kind] as const,
  ),
  ...["StatefulSet", "ControllerRevision"].map((kind) => ["apps/v1", kind] as const),
  ...["Job", "CronJob"].map((kind) => ["batch/v1", kind] as const),
];
/** Keys of Secrets whose whole values are passwords. */
const PASSWORD = /password(-\d+)?$/;
/** A Secret of the agent has one key a login, each a password. */
const ALL_PASSWORDS = /-user-passwords$/;

export interface Search {
  /** Number of passwords that were looked for. */
  readonly passwords: number;
  /** Names of what was searched. */
  readonly places: readonly string[];
  /** Place and Secret of each password that was found. */
  readonly found: readonly string[];
}

/** @param texts further ones to search, by name */
export async function searchForPasswords(
  platform: PlatformUnderTest,
  earlier: ReadonlyMap<string, string>,
  texts: Readonly<Record<string, string>>,
): Promise<Search> {
  const passwords = new Map([...earlier, ...(await passwordsOf(platform))]);
  const places = {
    ...texts,
    ...platform.stack.state(),
    ...(await objects(platform)),
    ...(await logs(platform)),
    ...processes(),
  };
  const found = Object.entries(places).flatMap(([place, text]) =>
    [...passwords].filter(([password]) => text.includes(password)).map(([, secret]) => `${place}: ${secret}`),
  );
  return { passwords: passwords.size, places: Object.keys(places), found };
}

const namespaces = ({ stack, clientNamespace }: PlatformUnderTest) => [stack.namespace, clientNamespace];

/** Password → Secret and key. */
export async function passwordsOf(platform: PlatformUnderTest): Promise<Map<string, string>> {
  const secrets = await Promise.all(
    namespaces(platform).map((namespace) => platform.pods.core.listNamespacedSecret({ namespace })),
  );
  return new Map(secrets.flatMap(({ items }) => items).flatMap(ofSecret));
}

function ofSecret({ metadata, data = {} }: V1Secret): [password: string, secret: string][] {
  const name = metadata?.name ?? "";
  return Object.entries(data)
    .filter(([key]) => PASSWORD.test(key) || ALL_PASSWORDS.test(name))
    .map(([key, value]) => [Buffer.from(value, "base64").toString(), `${name} ${key}`]);
}

async function objects(platform: PlatformUnderTest): Promise<Record<string, string>> {
  const api = KubernetesObjectApi.makeApiClient(platform.stack.kubeconfig);
  const lists = namespaces(platform).flatMap((namespace) =>
    KINDS.map(async ([apiVersion, kind]) => {
      const { items } = await api.list<KubernetesObject>(apiVersion, kind, namespace);
      return items.map((item) => [`${kind} ${item.metadata?.name ?? ""}`, JSON.stringify(item)] as const);
    }),
  );
  return Object.fromEntries((await Promise.all(lists)).flat());
}

async function logs({ pods, stack }: PlatformUnderTest): Promise<Record<string, string>> {
  const { namespace } = stack;
  const { items } = await pods.core.listNamespacedPod({ namespace });
  const read = items.flatMap(({ metadata, spec }) =>
    [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(async (container) => {
      const name = metadata?.name ?? "";
      const text = await pods.core.readNamespacedPodLog({ namespace, name, container: container.name }).catch(() => "");
      return [`log of ${name} ${container.name}`, text] as const;
    }),
  );
  return Object.fromEntries(await Promise.all(read));
}

/** Arguments and environment of every process of this machine, on which the pods run. */
function processes(): Record<string, string> {
  const ids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid);
  const read = (path: string) => {
    try {
      return readFileSync(path, "latin1");
    } catch {
      return "";
    }
  };
  return Object.fromEntries(
    ids.flatMap((id) => ["cmdline", "environ"].map((file) => [`process ${id} ${file}`, read(`/proc/${id}/${file}`)])),
  );
}
