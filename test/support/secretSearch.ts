/**
 * Looks for what is secret, by its value, in everything that a platform shows to somebody who may not read Secrets. Pods,
 * events and passwords come and go, so it looks several times and judges once, by all that it has seen.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import {
  ApisApi,
  CoreV1Api,
  CustomObjectsApi,
  type KubernetesObject,
  KubernetesObjectApi,
} from "@kubernetes/client-node";
import type { DeployEvent } from "../../deploy/index.ts";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import type { PlatformUnderTest } from "./platformUnderTest.ts";
import { secretForms } from "./secretValues.ts";

export interface Search {
  /** Secrets and keys that something was looked for of. */
  readonly secrets: readonly string[];
  /** Names of what was searched. */
  readonly places: readonly string[];
  /** Place, and Secret and key, of what was found. */
  readonly found: readonly string[];
}

/** Kinds that hold no state of the stack: what was asked of the API server, and definitions that cert-manager brings. */
const NOT_SEARCHED = ["Secret", "CustomResourceDefinition"];
/** Searched in every platform. */
const ALWAYS = [
  ...["StatefulSet kafka", "ConfigMap kafka-config", "Pod kafka-0", "Service kafka", "log of kafka-0 kafka", "events"],
  ...["result of preview", "result of up", "result of destroy"],
].map((name) => new RegExp(`^${name}$`));
/** The same, for names of which a part is made up: an event, logs of a Job, the engine's state, a process. */
const MADE_UP = [
  /^Event kafka-0\./,
  /^log of \S*topics\S* /,
  /^log of kafka-verify-\S+ /,
  /\/stacks\/.*\.json$/,
  /^process \d+ environ$/,
];
/** Seconds that a node has left to stop once the stack is being destroyed: nobody is served any more. */
const LAST_WORDS = 10;

export class SecretSearch {
  readonly #platform: PlatformUnderTest;
  /** Form → the Secrets and keys that it is of: a password stands in those of its user and of the agent. */
  readonly #forms = new Map<string, Set<string>>();
  /** Place → what was there, each time that it was another. */
  readonly #seen = new Map<string, Set<string>>();
  readonly #said: DeployEvent[] = [];
  #kinds: readonly Kind[] | undefined;

  constructor(platform: PlatformUnderTest) {
    this.#platform = platform;
  }

  /** For every operation on the stack. */
  readonly onEvent = (event: DeployEvent): void => {
    this.#said.push(event);
  };

  /** Learns what is secret now, and takes down what is to be seen now. */
  async look(): Promise<void> {
    await this.#learn();
    for (const [place, text] of [...(await this.#objects()), ...(await this.#logs()), ...processes()]) {
      this.#take(place, text);
    }
  }

  /** Brings the stack to its settings, and looks before, as a roll takes logs away, and after. */
  async up(change: SettingsInput = {}): Promise<void> {
    await this.look();
    const result = await this.#platform.up(change, { onEvent: this.onEvent });
    this.#take("result of up", JSON.stringify(result));
    await this.look();
  }

  /** Previews a change. */
  async preview(change: SettingsInput): Promise<void> {
    const result = await this.#platform.preview(change, { onEvent: this.onEvent });
    this.#take("result of preview", JSON.stringify(result));
  }

  /** Takes the stack away, and looks all the while: what nodes say last is gone with them. */
  async destroy(): Promise<void> {
    const { core } = this.#platform.pods;
    const { namespace } = this.#platform.stack;
    await this.look();
    let going = true;
    const watch = async () => {
      while (going) {
        const { items } = await core.listNamespacedPod({ namespace });
        if (items.some(({ metadata }) => metadata?.deletionTimestamp !== undefined)) {
          await core
            .deleteCollectionNamespacedPod({ namespace, gracePeriodSeconds: LAST_WORDS })
            .catch(() => undefined);
        }
        await this.look().catch(() => undefined);
        await sleep(500);
      }
    };
    const watching = watch();
    const result = await this.#platform.destroy({ onEvent: this.onEvent }).finally(() => {
      going = false;
    });
    await watching;
    this.#take("result of destroy", JSON.stringify(result));
  }

  /**
   * Asserts that nothing secret was to be seen.
   * @param of Secret and key of what must have been looked for
   * @param at what must have been searched
   */
  assertHidden({ of, at }: { readonly of: readonly RegExp[]; readonly at: readonly RegExp[] }): void {
    const { secrets, places, found } = this.report();
    assert.deepEqual(found, []);
    for (const [wanted, there] of [[of, secrets] as const, [[...ALWAYS, ...MADE_UP, ...at], places] as const]) {
      for (const one of wanted)
        assert.ok(
          there.some((name) => one.test(name)),
          `${String(one)} of ${there.join(", ")}`,
        );
    }
  }

  /** What was found in all that was seen, the engine's state and its history included. */
  report(): Search {
    for (const [path, text] of Object.entries(this.#platform.stack.state())) this.#take(path, text);
    this.#take("events", JSON.stringify(this.#said));
    const found = [...this.#seen].flatMap(([place, texts]) =>
      [...this.#forms]
        .filter(([form]) => [...texts].some((text) => text.includes(form)))
        .map(([, of]) => `${place}: ${[...of].join(", ")}`),
    );
    const secrets = [...new Set([...this.#forms.values()].flatMap((of) => [...of]))].sort();
    return { secrets, places: [...this.#seen.keys()], found: [...new Set(found)].sort() };
  }

  #take(place: string, text: string): void {
    const before = this.#seen.get(place) ?? new Set();
    // A log that has grown says all that it has said before.
    for (const earlier of before) if (text.startsWith(earlier)) before.delete(earlier);
    this.#seen.set(place, before.add(text));
  }

  get #namespaces(): readonly string[] {
    return [this.#platform.stack.namespace, this.#platform.clientNamespace];
  }

  async #learn(): Promise<void> {
    const { core } = this.#platform.pods;
    for (const namespace of this.#namespaces) {
      const { items } = await core.listNamespacedSecret({ namespace });
      for (const [form, secret] of items.flatMap(secretForms)) {
        this.#forms.set(form, (this.#forms.get(form) ?? new Set()).add(secret));
      }
    }
  }

  /** Objects of every kind but Secret, those of cert-manager too. */
  async #objects(): Promise<[place: string, text: string][]> {
    const { kubeconfig } = this.#platform.stack;
    const api = KubernetesObjectApi.makeApiClient(kubeconfig);
    this.#kinds ??= await kindsOf(kubeconfig);
    const lists = this.#kinds.flatMap(({ apiVersion, kind, namespaced }) =>
      (namespaced ? this.#namespaces : [undefined]).map(async (namespace) => {
        const { items } = await api.list<KubernetesObject>(apiVersion, kind, namespace);
        return items.map((item): [string, string] => [`${kind} ${item.metadata?.name ?? ""}`, JSON.stringify(item)]);
      }),
    );
    return (await Promise.all(lists)).flat();
  }

  /** Logs of every container, of Jobs too, and of one that was started again. */
  async #logs(): Promise<[place: string, text: string][]> {
    const { core } = this.#platform.pods;
    const { namespace } = this.#platform.stack;
    const { items } = await core.listNamespacedPod({ namespace });
    const reads = items.flatMap(({ metadata, spec }) =>
      [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].flatMap((container) =>
        [false, true].map(async (previous): Promise<[string, string]> => {
          const [name, of] = [metadata?.name ?? "", container.name];
          const text = await core
            .readNamespacedPodLog({ namespace, name, container: of, previous })
            // One that has not started, or has never been started again, has none.
            .catch(() => "");
          return [`log of ${name} ${of}${previous ? " before" : ""}`, text];
        }),
      ),
    );
    return (await Promise.all(reads)).filter(([, text]) => text !== "");
  }
}

interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Every kind that the API server lists, in one version each. */
async function kindsOf(kubeconfig: PlatformUnderTest["stack"]["kubeconfig"]): Promise<Kind[]> {
  const { groups } = await kubeconfig.makeApiClient(ApisApi).getAPIVersions();
  const versions = groups.flatMap(({ preferredVersion }) => preferredVersion?.groupVersion ?? []);
  const custom = kubeconfig.makeApiClient(CustomObjectsApi);
  const core = await kubeconfig.makeApiClient(CoreV1Api).getAPIResources();
  const lists = await Promise.all(
    versions.map(async (apiVersion) => {
      const [group = "", version = ""] = apiVersion.split("/");
      return { apiVersion, resources: (await custom.getAPIResources({ group, version })).resources };
    }),
  );
  return [{ apiVersion: "v1", resources: core.resources }, ...lists].flatMap(({ apiVersion, resources }) =>
    resources
      .filter(({ name, verbs, kind }) => verbs.includes("list") && !name.includes("/") && !NOT_SEARCHED.includes(kind))
      .map(({ kind, namespaced }) => ({ apiVersion, kind, namespaced })),
  );
}

/** Arguments and environment of every process of this machine, on which the pods run. */
function processes(): [place: string, text: string][] {
  const ids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid);
  const read = (path: string) => {
    try {
      return readFileSync(path, "latin1");
    } catch {
      return "";
    }
  };
  return ids.flatMap((id) =>
    ["cmdline", "environ"].map((file): [string, string] => [`process ${id} ${file}`, read(`/proc/${id}/${file}`)]),
  );
}
