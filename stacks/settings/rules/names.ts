/** Names of Kubernetes objects: DNS labels, short enough for what Kubernetes appends to them, and no two alike. */

import { certifiesEnsemble } from "../../../kafka/ensembleTls.ts";
import { externalService } from "../../../kafka/externalAccess.ts";
import { certificatesAtControllers, renewalsName } from "../../../kafka/renewals.ts";
import { formatPath } from "../path.ts";
import type { Finding } from "../problem.ts";
import type { Settings } from "../settings.ts";
import { alike, beside, ERROR, type Rule } from "./rule.ts";

/** RFC 1123 label; Services ask for a letter in front (RFC 1035). */
const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const SERVICE = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/;

/** Why a kind of object takes fewer than 63 characters. */
const LONGEST = {
  namespace: 63,
  service: 63,
  /** Pods carry the label `controller-revision-hash: <name>-<10 characters>`. */
  statefulSet: 52,
  /** Jobs get `-<8 characters>` of their input, their pods `-<5 characters>` more. */
  job: 48,
  /** Its Jobs get `-<10 characters>`. */
  cronJob: 52,
  configMap: 63,
  serviceAccount: 63,
} as const;
type Kind = keyof typeof LONGEST;

interface Named {
  readonly path: string;
  readonly name: string;
  readonly kind: Kind;
}

const KINDS = {
  brokers: "statefulSet",
  controllers: "statefulSet",
  zookeeper: "statefulSet",
  zookeeperClient: "service",
  headless: "service",
  bootstrap: "service",
  controllersHeadless: "service",
  topicsJob: "job",
  verifyJob: "job",
  preflightJob: "job",
  settleJob: "job",
  volumesJob: "job",
  client: "configMap",
} as const satisfies Partial<Record<keyof Settings["names"], Kind>>;

/** A stack whose servers hold on to certificates has a CronJob that restarts them. */
const hasRenewals = (settings: Settings): boolean =>
  certificatesAtControllers(settings) || (beside(settings).includes("zookeeper") && certifiesEnsemble(settings));

/** Services for clients outside have the names of those inside, and a word more. */
function externalNames({ externalAccess, names, kafka }: Settings): Named[] {
  if (!externalAccess.enabled) return [];
  return [
    { path: "names.bootstrap", name: externalService(names.bootstrap), kind: "service" },
    { path: "names.brokers", name: externalService(`${names.brokers}-${kafka.replicas - 1}`), kind: "service" },
  ];
}

function named(settings: Settings): Named[] {
  const { namespace, names, clients, monitoring } = settings;
  const prometheus = monitoring.prometheus.namespace;
  const single = (Object.keys(KINDS) as (keyof typeof KINDS)[]).map((key) => ({
    path: `names.${key}`,
    name: names[key],
    kind: KINDS[key],
  }));
  return [
    { path: "namespace.name", name: namespace.name, kind: "namespace" },
    ...single,
    ...names.aliases.map((name) => ({ path: "names.aliases", name, kind: "service" as const })),
    ...externalNames(settings),
    ...(hasRenewals(settings)
      ? [{ path: "names.brokers", name: renewalsName(names.brokers), kind: "cronJob" as const }]
      : []),
    ...Object.keys(clients.namespaces).map((name) => ({
      path: formatPath(["clients", "namespaces", name]),
      name,
      kind: "namespace" as const,
    })),
    ...accounts(settings),
    ...(prometheus === null
      ? []
      : [{ path: "monitoring.prometheus.namespace", name: prometheus, kind: "namespace" as const }]),
  ];
}

/** ServiceAccounts in client namespaces. */
const accounts = ({ clients }: Settings): Named[] =>
  Object.entries(clients.namespaces).flatMap(([namespace, { serviceAccount: name }]) =>
    name === undefined
      ? []
      : [{ path: formatPath(["clients", "namespaces", namespace, "serviceAccount"]), name, kind: "serviceAccount" }],
  );

function labelProblem({ path, name, kind }: Named): Finding[] {
  const letterFirst = kind === "service" || kind === "statefulSet";
  const most = LONGEST[kind];
  if ((letterFirst ? SERVICE : LABEL).test(name) && name.length <= most) return [];
  const first = letterFirst ? "a letter first" : "a letter or digit first";
  return [
    {
      path,
      found: JSON.stringify(name),
      expected: `a DNS label of at most ${most} characters: a-z, 0-9 and -, ${first}, no - last`,
      remedy: "rename it",
    },
  ];
}

/** Objects of a kind that exist side by side: Services (each broker has one, named as its pod) and StatefulSets. */
function neighbours(settings: Settings): Named[][] {
  const { names, kafka } = settings;
  const service = (path: string, name: string): Named => ({ path, name, kind: "service" });
  const pods = Array.from({ length: Math.min(kafka.replicas, 100) }, (_, i) =>
    service("names.brokers", `${names.brokers}-${i}`),
  );
  const others = beside(settings);
  const services = [
    service("names.bootstrap", names.bootstrap),
    service("names.headless", names.headless),
    ...(others.includes("controllers") ? [service("names.controllersHeadless", names.controllersHeadless)] : []),
    ...(others.includes("zookeeper")
      ? [
          service("names.zookeeper", names.zookeeper),
          service("names.zookeeper", `${names.zookeeper}-metrics`),
          service("names.zookeeperClient", names.zookeeperClient),
        ]
      : []),
    ...names.aliases.map((alias) => service("names.aliases", alias)),
    ...pods,
    ...(settings.externalAccess.enabled
      ? [service("names.bootstrap", names.bootstrap), ...pods].map(({ path, name }) =>
          service(path, externalService(name)),
        )
      : []),
  ];
  const set = (key: "brokers" | "controllers" | "zookeeper"): Named => ({
    path: `names.${key}`,
    name: names[key],
    kind: "statefulSet",
  });
  const sets = [set("brokers"), ...others.map(set)];
  const jobs = (["topicsJob", "verifyJob", "preflightJob", "settleJob", "volumesJob"] as const).map(
    (key): Named => ({ path: `names.${key}`, name: names[key], kind: "job" }),
  );
  const roles = (accounts(settings).length > 0 ? (["client", "volumesJob"] as const) : []).map(
    (key): Named => ({ path: `names.${key}`, name: names[key], kind: KINDS[key] }),
  );
  return [services, sets, jobs, roles];
}

export const NAME_RULES: readonly Rule[] = [
  {
    id: "not-a-dns-label",
    severity: ERROR,
    overridable: false,
    summary: "Names of objects and namespaces are DNS labels, with room for what Kubernetes appends to them.",
    check: (settings) => named(settings).flatMap(labelProblem),
  },
  {
    id: "name-clash",
    severity: ERROR,
    overridable: false,
    summary: "No two objects of a kind have one name; each broker has a Service named as its pod, so these count too.",
    check: (settings) =>
      neighbours(settings).flatMap((objects) =>
        alike(objects, ({ name }) => name).map(([first, second]) => ({
          path: second?.path ?? "names",
          found: `${JSON.stringify(first?.name)}, also the name of ${first?.path ?? "another object"}`,
          expected: "a name of its own",
          remedy: "rename one of the two",
        })),
      ),
  },
];
