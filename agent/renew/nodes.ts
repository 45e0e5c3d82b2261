/**
 * Which nodes hold an older certificate than the newest of their set, and which of them is to be restarted next: pure. What
 * a server holds is told by when it started: a node's channel to the controllers, and all that a member of a ZooKeeper ensemble
 * does, keep the certificate of that moment.
 */

/** The part of cert-manager's Certificate that this is about. */
export interface Certificate {
  readonly status?: {
    /** Start of the newest one. */
    readonly notBefore?: string;
    /** Counts what was issued, from 1. */
    readonly revision?: number;
    readonly conditions?: readonly Condition[];
  };
}

/** The part of a Pod that this is about. */
export interface Pod {
  readonly metadata?: { readonly uid?: string; readonly deletionTimestamp?: string };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly {
      readonly name: string;
      readonly state?: { readonly running?: { readonly startedAt?: string } };
    }[];
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

/** A set of nodes with one certificate, as it was found; undefined stands for what is not there. */
export interface FoundSet {
  readonly certificate: { readonly name: string; readonly found: Certificate | undefined };
  readonly nodes: readonly { readonly name: string; readonly pod: Pod | undefined }[];
}

/** Milliseconds. */
export interface Timing {
  /** How long after the start of a certificate nodes are left to the restarts that come anyway. */
  readonly grace: number;
  /** How long after the start of a certificate a server may still have been given the one before. */
  readonly settle: number;
}

export interface Holder {
  readonly name: string;
  readonly uid: string;
  /** When its server started, in milliseconds since the epoch. */
  readonly started: number;
  /** The certificate that it does not hold, and from when on it is to be restarted for it. */
  readonly certificate: string;
  readonly due: number;
}

export interface Findings {
  readonly nodes: number;
  /** Nodes with an older certificate, in the order of their restarts. */
  readonly older: readonly Holder[];
  /** Nodes that are away, with the reason. */
  readonly away: ReadonlyMap<string, string>;
  /** Certificates of which nothing can be said, with the reason. */
  readonly unknown: readonly string[];
}

export type Step =
  | { readonly kind: "done" }
  | { readonly kind: "wait"; readonly why: string }
  | { readonly kind: "restart"; readonly node: Holder }
  /** Nothing that could still come would help. */
  | { readonly kind: "stuck"; readonly why: string };

/**
 * @param asked uids of pods that were asked to go, whatever is still seen of them
 */
export function findings(sets: readonly FoundSet[], timing: Timing, asked: ReadonlySet<string> = new Set()): Findings {
  const away = new Map<string, string>();
  const older: Holder[] = [];
  const unknown: string[] = [];
  for (const { certificate, nodes } of sets) {
    const issued = newest(certificate);
    if (typeof issued === "string") unknown.push(issued);
    // The last one first, as a StatefulSet does.
    for (const { name, pod } of [...nodes].reverse()) {
      const stopping = pod?.metadata?.deletionTimestamp !== undefined || asked.has(pod?.metadata?.uid ?? "");
      if (!pod) away.set(name, "does not exist");
      else if (stopping) away.set(name, "is about to stop");
      else if (!isTrue(pod.status?.conditions, "Ready")) away.set(name, "is not Ready");
      const started = startOf(pod);
      const uid = pod?.metadata?.uid;
      if (stopping || started === undefined || uid === undefined || typeof issued === "string") continue;
      // Before the first one there was none that a node could have been given.
      const settle = issued.first ? 0 : timing.settle;
      if (started >= issued.at + settle) continue;
      // Not before it has settled: whoever started then would count as old again.
      const due = issued.at + Math.max(timing.grace, settle);
      older.push({ name, uid, started, certificate: certificate.name, due });
    }
  }
  return { nodes: sets.flatMap(({ nodes }) => nodes).length, older, away, unknown };
}

/**
 * One node at a time, while all others are Ready; one that is not Ready itself may be so for its certificate.
 * @param restarted names of nodes that this run has restarted
 */
export function nextStep({ older, away, unknown }: Findings, now: number, restarted: ReadonlySet<string>): Step {
  const due = older.filter((node) => node.due <= now);
  const again = due.find(({ name }) => restarted.has(name));
  if (again) return { kind: "stuck", why: `${again.name} was restarted and counts as old still: clocks differ` };
  if (unknown.length > 0) return { kind: "wait", why: unknown.join("; ") };
  const comesBack = [...away.keys()].some((name) => restarted.has(name));
  if (due.length === 0 && !comesBack) return { kind: "done" };
  const node = due.find(({ name }) => [...away.keys()].every((other) => other === name));
  if (node) return { kind: "restart", node };
  return { kind: "wait", why: [...away].map(([name, why]) => `${name} ${why}`).join("; ") };
}

/** When the newest certificate starts; else why that cannot be told. */
function newest({ name, found }: FoundSet["certificate"]): { at: number; first: boolean } | string {
  if (!found) return `certificate ${name} does not exist`;
  const { notBefore, revision, conditions } = found.status ?? {};
  if (!isTrue(conditions, "Ready")) {
    const message = conditions?.find(({ type }) => type === "Ready")?.message;
    return `certificate ${name} is not Ready${message ? `: ${message}` : ""}`;
  }
  const at = Date.parse(notBefore ?? "");
  return Number.isNaN(at) ? `certificate ${name} does not tell its start` : { at, first: revision === 1 };
}

function startOf(pod: Pod | undefined): number | undefined {
  const server = pod?.status?.containerStatuses?.find(({ name }) => SERVERS.has(name));
  const at = Date.parse(server?.state?.running?.startedAt ?? "");
  return Number.isNaN(at) ? undefined : at;
}

const SERVERS: ReadonlySet<string> = new Set(["kafka", "zookeeper"]);
const isTrue = (conditions: readonly Condition[] | undefined, wanted: string): boolean =>
  (conditions ?? []).some(({ type, status }) => type === wanted && status === "True");

/** A set of nodes to look after. */
export interface Wanted {
  /** Its pods are `<name>-0` to `<name>-<replicas - 1>`. */
  readonly name: string;
  readonly replicas: number;
  /** Name of its Certificate. */
  readonly certificate: string;
}

/**
 * Reads `name:replicas=certificate`.
 * @throws Error that names what was found
 */
export function parseWanted(text: string): Wanted {
  const [, name, replicas, certificate] = /^([a-z0-9][-a-z0-9]*):(\d+)=([a-z0-9][-a-z0-9.]*)$/.exec(text) ?? [];
  if (name === undefined || certificate === undefined || Number(replicas) < 1) {
    throw new Error(
      `found ${JSON.stringify(text)}, expected set:replicas=certificate such as kafka:3=kafka-certificate`,
    );
  }
  return { name, replicas: Number(replicas), certificate };
}
