/**
 * What must change so that the cluster holds the desired topics: a pure function of both. It never shrinks, deletes or
 * recreates without the opt-in of that topic, and it leaves topics that nobody declared alone.
 */
import type { TopicSpec } from "../../kafka/topicFile.ts";
import type { AccessAction } from "../access/plan.ts";

export interface ActualTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Configs that are set on the topic itself; defaults are not in here. */
  readonly config: Readonly<Record<string, string>>;
}

/** One config of an existing topic; `null` means the default of the broker. */
export interface ConfigChange {
  readonly key: string;
  readonly from: string | null;
  readonly to: string | null;
}

export type TopicAction =
  | { readonly kind: "create"; readonly topic: string; readonly spec: TopicSpec }
  | { readonly kind: "grow"; readonly topic: string; readonly from: number; readonly to: number }
  | { readonly kind: "alter"; readonly topic: string; readonly changes: readonly ConfigChange[] }
  | { readonly kind: "delete"; readonly topic: string; readonly partitions: number }
  | { readonly kind: "recreate"; readonly topic: string; readonly from: number; readonly spec: TopicSpec }
  | {
      readonly kind: "refuse";
      readonly topic: string;
      readonly field: "partitions" | "replication.factor";
      readonly found: number;
      readonly wanted: number;
      readonly reason: string;
    };

/** A change of the cluster-wide configuration of the brokers. */
export interface Configure {
  readonly kind: "configure";
  readonly changes: readonly ConfigChange[];
}

/** One feature of the cluster; a level that is finalised cannot be taken back. */
export interface FeatureChange {
  readonly feature: string;
  readonly from: number;
  readonly to: number;
}

/** Features that are raised. */
export interface Finalise {
  readonly kind: "finalise";
  readonly features: readonly FeatureChange[];
}

export type Action = TopicAction | Configure | Finalise | AccessAction;

export interface Plan<A extends Action = Action> {
  /** The cluster's first, then topics by name, of which one may both grow and be altered, and users last. */
  readonly actions: readonly A[];
  /** Declared topics and users that need nothing. */
  readonly unchanged: number;
  /** Topics of the cluster that nobody declared, by name; never touched. Names that begin with `__` are Kafka's own. */
  readonly unmanaged: readonly string[];
  /** Users and principals of the cluster that nobody declared; never touched. Absent where users are not declared here. */
  readonly unmanagedUsers?: readonly string[];
}

/** Set and taken away by reassignment tools while they run; a reconcile that resets them would undo a throttle. */
const OPERATIONAL = new Set(["leader.replication.throttled.replicas", "follower.replication.throttled.replicas"]);

/** @param actual topics of the cluster by name; `config` is needed for declared topics only */
export function planTopics(desired: readonly TopicSpec[], actual: ReadonlyMap<string, ActualTopic>): Plan<TopicAction> {
  const declared = new Set(desired.map((spec) => spec.name));
  const actions: TopicAction[] = [];
  let unchanged = 0;
  for (const spec of [...desired].sort(byName)) {
    const own = planTopic(spec, actual.get(spec.name));
    if (own.length === 0) unchanged += 1;
    actions.push(...own);
  }
  const unmanaged = [...actual.keys()].filter((name) => !declared.has(name) && !name.startsWith("__")).sort();
  return { actions, unchanged, unmanaged };
}

function planTopic(spec: TopicSpec, actual: ActualTopic | undefined): TopicAction[] {
  const topic = spec.name;
  if (spec.state === "absent") return actual ? [{ kind: "delete", topic, partitions: actual.partitions }] : [];
  if (!actual) return [{ kind: "create", topic, spec }];
  const shrinks = spec.partitions < actual.partitions;
  if (shrinks && spec.recreate) return [{ kind: "recreate", topic, from: actual.partitions, spec }];

  const refusals: TopicAction[] = [];
  if (shrinks) {
    refusals.push({
      kind: "refuse",
      topic,
      field: "partitions",
      found: actual.partitions,
      wanted: spec.partitions,
      reason: `Kafka cannot take partitions away; set partitions to ${actual.partitions} or more, or set recreate on this topic, which deletes its data`,
    });
  }
  if (spec.replicationFactor !== actual.replicationFactor) {
    refusals.push({
      kind: "refuse",
      topic,
      field: "replication.factor",
      found: actual.replicationFactor,
      wanted: spec.replicationFactor,
      reason: `replicas move by a reassignment, not by an edit; set replicationFactor to ${actual.replicationFactor}, or run kafka-reassign-partitions.sh first`,
    });
  }
  if (refusals.length > 0) return refusals;

  const actions: TopicAction[] = [];
  if (spec.partitions > actual.partitions) {
    actions.push({ kind: "grow", topic, from: actual.partitions, to: spec.partitions });
  }
  const changes = configChanges(spec.config, actual.config);
  if (changes.length > 0) actions.push({ kind: "alter", topic, changes });
  return actions;
}

function configChanges(
  wanted: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
): ConfigChange[] {
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].sort();
  return keys.flatMap((key): ConfigChange[] => {
    const from = found[key] ?? null;
    const to = wanted[key] ?? null;
    if (to === null && OPERATIONAL.has(key)) return [];
    return from !== null && to !== null && sameValue(from, to) ? [] : [{ key, from, to }];
  });
}

/** The broker parses a value and prints it anew: `0.50` comes back as `0.5`, `compact, delete` as `compact,delete`. */
export function sameValue(a: string, b: string): boolean {
  if (a === b) return true;
  if (/^-?\d+$/.test(a) && /^-?\d+$/.test(b)) return BigInt(a) === BigInt(b);
  const [x, y] = [canonical(a), canonical(b)];
  return x === y || (x !== "" && y !== "" && Number(x) === Number(y));
}

function canonical(value: string): string {
  return /^(true|false)$/i.test(value) ? value.toLowerCase() : value.replaceAll(/\s*,\s*/g, ",");
}

function byName(a: TopicSpec, b: TopicSpec): number {
  return a.name < b.name ? -1 : 1;
}
