/** Memory of every container: heap, what a JVM needs beside it, and the page cache that Kafka reads from. */
import { memoryBudget, memoryLimit, writeRate } from "../../../kafka/sizing.ts";
import { cpuCores, humanBytes } from "../../../kafka/units.ts";
import type { Finding } from "../problem.ts";
import type { Settings } from "../settings.ts";
import { beside, bytes, ERROR, PRODUCTION_ERROR, PRODUCTION_WARNING, type Rule } from "./rule.ts";

const MIB = 2 ** 20;

type Resources = Settings["kafka"]["resources"];
interface Workload {
  /** Path of its resources. */
  readonly path: string;
  readonly resources: Resources;
  readonly heap?: { readonly path: string; readonly size: string };
}

/** The containers that this stack starts. */
function workloads(settings: Settings): Workload[] {
  const { kafka, agent } = settings;
  const jvm = (name: string, { resources, heap }: { readonly resources: Resources; readonly heap: string }) => ({
    path: `${name}.resources`,
    resources,
    heap: { path: `${name}.heap`, size: heap },
  });
  return [
    jvm("kafka", kafka),
    ...beside(settings).map((name) => jvm(name, settings[name])),
    { path: "agent.resources", resources: agent.resources },
    { path: "agent.sidecarResources", resources: agent.sidecarResources },
    ...(["schemaRegistry", "connect"] as const)
      .filter((name) => settings[name].enabled)
      .map((name) => ({ path: `${name}.resources`, resources: settings[name].resources })),
  ];
}

/** A broker that nobody stated a load for still reads its newest records from memory. */
const LEAST_CACHE = 0.1;

function pageCache(settings: Settings): Finding[] {
  const { heap, resources, load, replicas, replicationFactor } = settings.kafka;
  // More heap than memory is another rule's matter.
  if (bytes(heap) >= bytes(resources.requests.memory)) return [];
  const rate = load ? writeRate(load, replicationFactor, replicas) : 0;
  const budget = memoryBudget(bytes(memoryLimit(resources)), bytes(heap), rate);
  const least = budget.limit * LEAST_CACHE;
  const needed = Math.max(budget.cacheNeeded, least);
  if (budget.cache >= needed) return [];
  const why = needed === least ? "a tenth of the memory" : "30 s of writes";
  return [
    {
      path: "kafka.heap",
      found: `${heap} of ${humanBytes(budget.limit)}, which leaves ${humanBytes(Math.max(0, budget.cache))} for the page cache`,
      expected: `at least ${humanBytes(needed)} (${why}) beside heap and ${humanBytes(budget.overhead)} of JVM overhead`,
      remedy: "lower kafka.heap, or raise kafka.resources.requests.memory and its limit",
    },
  ];
}

export const MEMORY_RULES: readonly Rule[] = [
  {
    id: "heap-over-memory",
    severity: ERROR,
    overridable: false,
    summary: "A JVM heap is smaller than the memory that the pod requests: else the node kills the pod under pressure.",
    check: (settings) =>
      workloads(settings).flatMap(({ path, resources, heap }) => {
        const request = bytes(resources.requests.memory);
        if (heap === undefined || bytes(heap.size) < request) return [];
        return [
          {
            path: heap.path,
            found: heap.size,
            expected: `less than the ${resources.requests.memory} of ${path}.requests.memory`,
            remedy: `set ${heap.path}=${Math.max(1, Math.floor(request / 2 / MIB))}m, or raise the memory`,
          },
        ];
      }),
  },
  {
    id: "page-cache-starved",
    severity: ERROR,
    overridable: true,
    summary:
      "Beside heap and JVM overhead a broker has page cache for 30 s of writes: Kafka reads from it, not from heap.",
    check: pageCache,
  },
  {
    id: "limit-below-request",
    severity: ERROR,
    overridable: false,
    summary: "A limit is not below its request: Kubernetes refuses such a pod.",
    check: (settings) =>
      workloads(settings).flatMap(({ path, resources: { requests, limits } }) => {
        const compared = [
          { name: "memory", request: requests.memory, limit: limits.memory, number: bytes },
          { name: "cpu", request: requests.cpu, limit: limits.cpu, number: (text: string) => cpuCores(text) ?? 0 },
        ];
        return compared.flatMap(({ name, request, limit, number }) =>
          limit === undefined || number(limit) >= number(request)
            ? []
            : [
                {
                  path: `${path}.limits.${name}`,
                  found: limit,
                  expected: `at least the ${request} of ${path}.requests.${name}`,
                  remedy: `set ${path}.limits.${name}=${request}`,
                },
              ],
        );
      }),
  },
  {
    id: "prod-no-limits",
    severity: PRODUCTION_ERROR,
    overridable: true,
    summary: "In production every container has a memory limit: one without can take its node down.",
    check: (settings) =>
      workloads(settings)
        .filter(({ resources }) => resources.limits.memory === undefined)
        .map(({ path, resources }) => ({
          path: `${path}.limits.memory`,
          found: "nothing",
          expected: "a memory limit",
          remedy: `set ${path}.limits.memory=${resources.requests.memory}`,
        })),
  },
  {
    id: "prod-memory-not-guaranteed",
    severity: PRODUCTION_WARNING,
    overridable: true,
    summary:
      "In production a broker requests the memory that it may use: else its page cache is the node's to take away.",
    check: ({ kafka: { resources } }) => {
      const { requests, limits } = resources;
      if (limits.memory === undefined || bytes(limits.memory) <= bytes(requests.memory)) return [];
      return [
        {
          path: "kafka.resources.requests.memory",
          found: requests.memory,
          expected: `the limit, ${limits.memory}`,
          remedy: `set kafka.resources.requests.memory=${limits.memory}`,
        },
      ];
    },
  },
];
