/** Namespaces: the platform's own with its quota, and those of the clients. */
import { sharesNamespace } from "../../../kafka/networkPolicies.ts";
import { cpuCores, humanBytes } from "../../../kafka/units.ts";
import { formatPath } from "../path.ts";
import type { Finding } from "../problem.ts";
import type { Settings } from "../settings.ts";
import { beside, bytes, ERROR, type Rule, WARNING } from "./rule.ts";

type Amount = "cpu" | "memory" | "storage";
const cores = (text: string): number => cpuCores(text) ?? 0;

/** What all pods and claims of the stack request together; a Job's pod runs beside them. */
function demand(settings: Settings): Record<Amount, number> {
  const { kafka, controllers, agent } = settings;
  const others = beside(settings);
  const sets = [
    kafka,
    ...others.map((name) => ({ ...settings[name], storage: { logs: null, ...settings[name].storage } })),
  ];
  const sum = (of: (set: (typeof sets)[number]) => number) =>
    sets.reduce((all, set) => all + set.replicas * of(set), 0);
  const sidecar = agent.sidecarResources.requests;
  const sidecars = kafka.replicas + (others.includes("controllers") ? controllers.replicas : 0);
  return {
    cpu:
      sum(({ resources }) => cores(resources.requests.cpu)) +
      cores(agent.resources.requests.cpu) +
      sidecars * cores(sidecar.cpu),
    memory:
      sum(({ resources }) => bytes(resources.requests.memory)) +
      bytes(agent.resources.requests.memory) +
      sidecars * bytes(sidecar.memory),
    storage: sum(({ storage }) => bytes(storage.data) + bytes(storage.logs ?? "0")),
  };
}

function quotaProblems(settings: Settings): Finding[] {
  const { quota } = settings.namespace;
  if (!quota) return [];
  const needed = demand(settings);
  const amounts: { name: Amount; limit: number; text: (value: number) => string }[] = [
    { name: "cpu", limit: cores(quota.cpu), text: (value) => `${Number(value.toFixed(2))} cores` },
    { name: "memory", limit: bytes(quota.memory), text: humanBytes },
    { name: "storage", limit: bytes(quota.storage), text: humanBytes },
  ];
  return amounts
    .filter(({ name, limit }) => needed[name] > limit)
    .map(({ name, text }) => ({
      path: `namespace.quota.${name}`,
      found: `${quota[name]} for requests of ${text(needed[name])}`,
      expected: `at least ${text(needed[name])}`,
      remedy: `raise namespace.quota.${name}, or ask for less`,
    }));
}

function limitRangeProblems(settings: Settings): Finding[] {
  const { limitRange } = settings.namespace;
  if (!limitRange) return [];
  const { max } = limitRange;
  const { kafka, controllers, zookeeper, agent } = settings;
  const all = { kafka, controllers, zookeeper, sidecar: { resources: agent.sidecarResources } };
  return (["kafka", "sidecar", ...beside(settings)] as const).flatMap((name) => {
    const { requests, limits } = all[name].resources;
    const asked = { cpu: limits.cpu ?? requests.cpu, memory: limits.memory ?? requests.memory };
    const over = (["cpu", "memory"] as const).filter((amount) =>
      amount === "cpu" ? cores(asked.cpu) > cores(max.cpu) : bytes(asked.memory) > bytes(max.memory),
    );
    return over.map((amount) => ({
      path: `namespace.limitRange.max.${amount}`,
      found: `${max[amount]} for ${name}'s ${asked[amount]}`,
      expected: `at least ${asked[amount]}`,
      remedy: `set namespace.limitRange.max.${amount}=${asked[amount]}`,
    }));
  });
}

export const NAMESPACE_RULES: readonly Rule[] = [
  {
    id: "quota-too-small",
    severity: ERROR,
    overridable: true,
    summary: "The namespace's quota admits all pods and volumes of the stack: else the last ones never start.",
    check: quotaProblems,
  },
  {
    id: "limit-range-too-small",
    severity: ERROR,
    overridable: true,
    summary: "The namespace's LimitRange admits the largest container: else its pods are refused.",
    check: limitRangeProblems,
  },
  {
    id: "client-namespace-made-twice",
    severity: ERROR,
    overridable: false,
    summary: "The platform's own namespace is not made a second time as a client namespace.",
    check: ({ namespace, clients }) => {
      const own = Object.hasOwn(clients.namespaces, namespace.name) ? clients.namespaces[namespace.name] : undefined;
      if (own?.create !== true) return [];
      const path = formatPath(["clients", "namespaces", namespace.name, "create"]);
      return [{ path, found: "true", expected: "false, as namespace.name is the same", remedy: `set ${path}=false` }];
    },
  },
  {
    id: "no-client-gets-in",
    severity: WARNING,
    overridable: true,
    summary: "Network policies let at least one kind of client in: namespaces, the platform's own or from outside.",
    check: (settings) => {
      const { security, clients, externalAccess } = settings;
      const some = Object.keys(clients.namespaces).length > 0 || externalAccess.enabled || sharesNamespace(settings);
      if (!security.networkPolicies || some) return [];
      return [
        {
          path: "clients.namespaces",
          found: "{} with security.networkPolicies",
          expected: "the namespaces whose applications connect",
          remedy: "set clients.namespaces.<namespace>={}",
        },
      ];
    },
  },
  {
    id: "injection-needs-privileges",
    severity: WARNING,
    overridable: true,
    summary: "Mesh injection adds a container with NET_ADMIN, which the stricter Pod Security Standards refuse.",
    check: ({ namespace: { istioInjection, podSecurity } }) =>
      istioInjection && podSecurity !== "privileged"
        ? [
            {
              path: "namespace.podSecurity",
              found: `${podSecurity} with istioInjection`,
              expected: "privileged, unless the mesh brings its CNI plugin",
              remedy: "set namespace.podSecurity=privileged, or override this rule where the plugin is installed",
            },
          ]
        : [],
  },
];
