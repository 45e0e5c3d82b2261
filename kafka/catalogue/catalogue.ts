/** Which configuration keys a Kafka release knows, and how a broker takes a change of one (KIP-226). */
import { nearest } from "../nearest.ts";
import { type Distribution, requireVersion, VERSION_LINES, type VersionLine } from "../versions.ts";
import { BROKER_KEYS } from "./brokerKeys.ts";
import { TOPIC_KEYS } from "./topicKeys.ts";

/** read-only needs a restart; the other two are taken while the broker runs, for one broker or for all of them. */
export type UpdateMode = "read-only" | "per-broker" | "cluster-wide";

export interface BrokerKey {
  readonly dynamic: UpdateMode;
}

interface Span {
  readonly first: number;
  readonly last: number;
  readonly mode: string;
}

/**
 * Keys that Kafka hands to its plugins and therefore does not define: authorizer, JMX reporter, tiered storage, config
 * providers. A plugin of your own with another prefix needs an override of the rule that refuses unknown keys.
 */
const PLUGIN_KEYS: readonly (string | RegExp)[] = [
  "super.users",
  "allow.everyone.if.no.acl.found",
  "metrics.jmx.include",
  "metrics.jmx.exclude",
  /^rsm\.config\./,
  /^rlmm\.config\./,
  /^config\.providers\.[^.]+\./,
  /^cruise\.control\.metrics\./,
];
const CONFLUENT_KEYS = /^confluent\./;
/** `listener.name.<listener>.[<sasl mechanism>.]<key>` */
const LISTENER_KEY = /^listener\.name\.[^.]+\.(?:(?:plain|gssapi|scram-sha-256|scram-sha-512|oauthbearer)\.)?(.+)$/;
/** What a listener can have of its own (KIP-103, KIP-226, KIP-612). */
const PER_LISTENER = /^(?:ssl|sasl)\.|^(?:principal\.builder\.class|connections\.max\.reauth\.ms|max\.connection)/;

function parse(table: Readonly<Record<string, string>>): ReadonlyMap<string, readonly Span[]> {
  const at = (line: string | undefined) => VERSION_LINES.indexOf(line as VersionLine);
  const spans = (text: string): Span[] =>
    text.split(", ").map((span) => {
      const [lines = "", mode = ""] = span.split(" ");
      const [first, last] = lines.split("-");
      return { first: at(first), last: at(last), mode };
    });
  return new Map(Object.entries(table).map(([key, text]) => [key, spans(text)]));
}

const BROKER = parse(BROKER_KEYS);
const TOPIC = parse(TOPIC_KEYS);

function mode(table: ReadonlyMap<string, readonly Span[]>, version: string, key: string): string | undefined {
  const line = VERSION_LINES.indexOf(requireVersion(version).line);
  return table.get(key)?.find(({ first, last }) => first <= line && line <= last)?.mode;
}

/**
 * What a release knows of a broker key; `undefined` when it would only log a warning about it and carry on.
 * @throws RangeError for an unknown version.
 */
export function brokerKey(version: string, key: string, distribution: Distribution = "apache"): BrokerKey | undefined {
  const defined = mode(BROKER, version, key);
  if (defined !== undefined) return { dynamic: defined as UpdateMode };
  const scoped = LISTENER_KEY.exec(key)?.[1];
  if (scoped !== undefined && PER_LISTENER.test(scoped)) return brokerKey(version, scoped, distribution);
  const plugin = PLUGIN_KEYS.some((known) => (typeof known === "string" ? known === key : known.test(key)));
  const confluent = distribution === "confluent" && CONFLUENT_KEYS.test(key);
  return plugin || confluent ? { dynamic: "read-only" } : undefined;
}

/** Whether a release knows a topic key. @throws RangeError for an unknown version. */
export function topicKey(version: string, key: string): boolean {
  return mode(TOPIC, version, key) !== undefined;
}

/** All keys of one kind that Kafka defines in a release, sorted. */
export function knownKeys(version: string, kind: "broker" | "topic"): string[] {
  const table = kind === "broker" ? BROKER : TOPIC;
  return [...table.keys()].filter((key) => mode(table, version, key) !== undefined);
}

/** The lines that know a key, for a message such as "only Kafka 4.1 to 4.3 know it"; empty when none does. */
export function linesOf(kind: "broker" | "topic", key: string): VersionLine[] {
  const spans = (kind === "broker" ? BROKER : TOPIC).get(key) ?? [];
  return VERSION_LINES.filter((_, at) => spans.some(({ first, last }) => first <= at && at <= last));
}

/** Did-you-mean for an unknown key: at most three, best first, often none. */
export function nearestKeys(version: string, key: string, kind: "broker" | "topic" = "broker"): string[] {
  return nearest(key, knownKeys(version, kind));
}
