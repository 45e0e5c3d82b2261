/** What a rule is: data with one pure check. The summary is its documentation. */
import { phaseFacts } from "../../../kafka/coordination.ts";
import { heapBytes, quantityBytes } from "../../../kafka/units.ts";
import { formatPath } from "../path.ts";
import type { Finding, Severity } from "../problem.ts";
import type { ParsedSettings } from "../schema.ts";
import type { Settings, TopicSettings } from "../settings.ts";

export interface RuleContext {
  /** The tree before derived values: what was written. */
  readonly parsed: ParsedSettings;
  /** The day of the run, `YYYY-MM-DD`. */
  readonly today: string;
}

export interface Rule {
  /** In kebab case; `allowUnsafe` names it. */
  readonly id: string;
  /** By profile; `off` where the rule does not speak. */
  readonly severity: Readonly<Record<ParsedSettings["profile"], Severity | "off">>;
  /** Whether `allowUnsafe` may override it; false where the stack could not work. */
  readonly overridable: boolean;
  /** What the rule demands and why, in one sentence. */
  readonly summary: string;
  check(settings: Settings, context: RuleContext): readonly Finding[];
}

export const ERROR = { development: "error", production: "error" } as const;
export const WARNING = { development: "warning", production: "warning" } as const;
/** A warning that production does not accept. */
export const STRICT = { development: "warning", production: "error" } as const;
export const PRODUCTION_ERROR = { development: "off", production: "error" } as const;
export const PRODUCTION_WARNING = { development: "off", production: "warning" } as const;

/** Bytes of a size or heap that the schema accepted. */
export const bytes = (text: string): number => quantityBytes(text) ?? heapBytes(text) ?? 0;

/** Path of a topic's setting. */
export const topicPath = (name: string, setting: string): string => formatPath(["topics", "items", name, setting]);

/** Topics that are to exist. */
export const presentTopics = (settings: Settings): readonly TopicSettings[] =>
  settings.topics.items.filter(({ state }) => state === "present");

/** What runs beside the brokers for coordination, with the paths of its settings. */
export function ensemble(settings: Settings): "brokers" | "controllers" | "zookeeper" {
  if (settings.coordination.mode === "zookeeper") return "zookeeper";
  return settings.controllers.mode === "combined" ? "brokers" : "controllers";
}

/** The sets of pods that run beside the brokers: on the way from ZooKeeper to KRaft there are two. */
export function beside(settings: Settings): ("controllers" | "zookeeper")[] {
  const facts = phaseFacts(settings.coordination);
  const controllers = facts.controllers !== "none" && settings.controllers.mode === "dedicated";
  return [...(controllers ? ["controllers" as const] : []), ...(facts.ensemble ? ["zookeeper" as const] : [])];
}

/** Things that share a key, where there are at least two of them. */
export function alike<T>(things: readonly T[], keyOf: (thing: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const thing of things) groups.set(keyOf(thing), [...(groups.get(keyOf(thing)) ?? []), thing]);
  return [...groups.values()].filter((group) => group.length > 1);
}
