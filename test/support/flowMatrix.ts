/**
 * Who reaches what in a rendered stack: its pods as the manifests make them, pods of others around it, and for each port
 * those that get through. What should get through is written down by hand in {@link CASES}, not derived from the program.
 */
import { runLabels } from "../../deploy/cluster.ts";
import type { Manifest } from "../../deploy/render/manifests.ts";
import { loadSettings } from "../../stacks/settings/load.ts";
import { switchOff } from "../../stacks/settings/rules/notBuiltYet.ts";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import type { Settings } from "../../stacks/settings/settings.ts";
import type { Endpoint, Labels, Pod, Policy } from "./networkPolicy.ts";
import { renderedManifests } from "./stacks.ts";

/** `<pods>:<port>` → who reaches it. A port that is not listed is reached by nobody. */
export type Reach = Readonly<Record<string, readonly string[]>>;

export interface FlowCase {
  readonly title: string;
  /** Rows of the requirements that the case proves. */
  readonly rows?: string;
  readonly input: SettingsInput;
  readonly reach: Reach;
  /** Whether pods of others in the platform's namespace are reached by everybody, as they are without the platform. */
  readonly shared?: true;
}

export interface FlowWorld {
  readonly policies: readonly Policy[];
  readonly sources: Readonly<Record<string, Endpoint>>;
  readonly targets: Readonly<Record<string, Pod>>;
  /** Every port that a container of the stack opens, and some that none does. */
  readonly ports: readonly number[];
}

/** Whether each connection is let through, in the same order. */
export type Evaluator = (
  policies: readonly Policy[],
  connections: readonly { from: Endpoint; to: Pod; port: number }[],
) => Promise<boolean[]> | boolean[];

/** Ports that no container opens: of a shell, of a JVM's debugger and of metrics that are still to come. */
const CLOSED = [22, 5005, 7071, 9999];
const ALL_JOBS = "jobs";

export function flowSettings({ input }: Pick<FlowCase, "input">): Settings {
  return loadSettings(switchOff(input), { today: "2026-11-21" }).settings;
}

export async function flowWorld(settings: Settings): Promise<FlowWorld> {
  const manifests = await renderedManifests({ title: "", file: "", settings: () => settings });
  const objects = <T>(...kinds: string[]) =>
    manifests.filter(({ kind }) => kinds.includes(kind)).map(({ object }) => object as unknown as T);
  const made = new Map(objects<Named>("Namespace").map(({ metadata }) => [metadata.name, metadata.labels ?? {}]));
  let address = 0;
  const pod = (namespace: string, labels: Labels, more: Labels = {}): Pod => ({
    namespace,
    namespaceLabels: { "kubernetes.io/metadata.name": namespace, ...made.get(namespace), ...more },
    labels,
    ip: `10.1.0.${++address}`,
  });
  const own = settings.namespace.name;
  const sets = objects<SetObject>("StatefulSet").map(
    ({ spec: { template } }) => [template.metadata.labels["app"] ?? "", pod(own, template.metadata.labels)] as const,
  );
  const jobs = [
    ...manifests.filter(({ kind }) => kind === "Job" || kind === "CronJob").map(jobOf),
    { name: "round trip", labels: runLabels("kafka-round-trip") },
  ];
  const neighbour = pod(own, { app: "shop" });
  const prometheus = { "app.kubernetes.io/name": "prometheus" };
  const clients = Object.keys(settings.clients.namespaces).filter((name) => name !== own);
  return {
    policies: objects<Policy>("NetworkPolicy"),
    sources: {
      ...Object.fromEntries(sets),
      ...Object.fromEntries(jobs.map(({ name, labels }) => [`${ALL_JOBS}: ${name}`, pod(own, labels)])),
      ...Object.fromEntries(clients.map((name) => [`client in ${name}`, pod(name, { app: "shop" })])),
      neighbour,
      "namesake of selfmonitor": pod("other", { app: "shop" }, { name: "selfmonitor" }),
      stranger: pod("stranger", { app: "shop" }),
      "stranger's kafka": pod("stranger", { app: "kafka" }),
      "stranger's agent": pod("stranger", { app: "kafka-agent" }),
      prometheus: pod("monitoring", prometheus),
      "beside prometheus": pod("monitoring", { "app.kubernetes.io/name": "grafana" }),
      "stranger's prometheus": pod("stranger", prometheus),
      office: { ip: "198.51.100.7" },
      internet: { ip: "203.0.113.7" },
    },
    targets: {
      ...Object.fromEntries(sets),
      ...Object.fromEntries(jobs.slice(0, 1).map(({ labels }) => ["job", pod(own, labels)])),
      neighbour,
    },
    ports: [...new Set([...objects<SetObject>("StatefulSet").flatMap(containerPorts), ...CLOSED])].sort(
      (a, b) => a - b,
    ),
  };
}

/** What gets through, in the form of the expectation: Jobs are one where all of them reach a port. */
export async function reachOf(world: FlowWorld, evaluate: Evaluator): Promise<Reach> {
  const connections = Object.entries(world.targets).flatMap(([target, to]) =>
    world.ports.flatMap((port) =>
      Object.entries(world.sources).map(([source, from]) => ({ target, source, from, to, port })),
    ),
  );
  const answers = await evaluate(world.policies, connections);
  if (answers.length !== connections.length) throw new Error(`${answers.length} answers to ${connections.length}`);
  const reach = new Map<string, string[]>();
  for (const [index, { target, source, port }] of connections.entries()) {
    if (!answers[index]) continue;
    const key = `${target}:${port}`;
    reach.set(key, [...(reach.get(key) ?? []), source]);
  }
  return Object.fromEntries([...reach].map(([key, sources]) => [key, togetherJobs(sources, world)]));
}

/** The expectation in full: with everybody on every port of the pods of others, where the namespace is shared. */
export function expectedReach({ reach, shared }: FlowCase, world: FlowWorld): Reach {
  const everybody = togetherJobs(Object.keys(world.sources), world);
  const open = Object.entries(reach).map(([key, sources]): [string, readonly string[]] => [
    key,
    sources[0] === EVERYBODY ? everybody : [...sources].sort(),
  ]);
  // No policy selects the pods of a Job either: nothing listens in them.
  const others = shared ? world.ports.flatMap((port) => [`neighbour:${port}`, `job:${port}`]) : [];
  return Object.fromEntries([...open, ...others.map((key) => [key, everybody] as const)]);
}

export const EVERYBODY = "everybody";

function togetherJobs(sources: readonly string[], world: FlowWorld): string[] {
  const isJob = (source: string) => source.startsWith(`${ALL_JOBS}: `);
  const all = Object.keys(world.sources).filter(isJob).length;
  const found = sources.filter(isJob).length;
  const rest = found === all && all > 0 ? [...sources.filter((source) => !isJob(source)), ALL_JOBS] : [...sources];
  return rest.sort();
}

interface Named {
  readonly metadata: { readonly name: string; readonly labels?: Labels };
}
interface Template {
  readonly metadata: { readonly labels: Labels };
}
type Containers = readonly { readonly ports?: readonly { readonly containerPort: number }[] }[];
interface SetObject {
  readonly spec: {
    readonly template: Template & { readonly spec: { containers: Containers; initContainers: Containers } };
  };
}

const containerPorts = ({ spec: { template } }: SetObject): number[] =>
  [...template.spec.containers, ...template.spec.initContainers].flatMap(({ ports = [] }) =>
    ports.map(({ containerPort }) => containerPort),
  );

function jobOf({ kind, object }: Manifest): { name: string; labels: Labels } {
  const { metadata, spec } = object as unknown as Named & {
    spec: { template: Template; jobTemplate: { spec: { template: Template } } };
  };
  const template = kind === "Job" ? spec.template : spec.jobTemplate.spec.template;
  return { name: metadata.name, labels: template.metadata.labels };
}
