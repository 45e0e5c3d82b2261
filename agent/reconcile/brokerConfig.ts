/**
 * The cluster-wide configuration of the brokers (KIP-226): what must change so that the cluster holds the declared one.
 * Pure. Keys that nobody declares are reset, as with topics.
 */
import { type ConfigChange, sameValue } from "./plan.ts";

/** One key as a broker has it now. */
export interface BrokerValue {
  /** What it runs with; null where the key has none or it is secret. */
  readonly value: string | null;
  /** Whether an own value of this broker hides the cluster-wide one. */
  readonly own: boolean;
  /** Its server.properties name the key. */
  readonly inFile: boolean;
  /** Kafka's default; null where there is none under the same name. */
  readonly fallback: string | null;
}

/** Set and taken away by reassignment tools while they run; a reconcile that resets them would undo a throttle. */
const OPERATIONAL = /\.replication\.throttled\.rate$|^replica\.alter\.log\.dirs\.io\.max\.bytes\.per\.second$/;

/** What differs between the declared configuration and the cluster's; `to: null` resets a key. */
export function planBrokerConfig(
  wanted: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string | null>>,
): ConfigChange[] {
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].sort();
  return keys.flatMap((key): ConfigChange[] => {
    const from = found[key] ?? null;
    const to = wanted[key] ?? null;
    if (to === null && OPERATIONAL.test(key)) return [];
    return from !== null && to !== null && sameValue(from, to) ? [] : [{ key, from, to }];
  });
}

/**
 * A reset key falls back to the value in the server.properties that a broker was started with, which is the former one
 * until its next start. Where that would bring the old value back, the change becomes one to Kafka's default; once no
 * broker has the key in its file any more, it is reset for good.
 */
export function settleResets(
  changes: readonly ConfigChange[],
  brokers: readonly ReadonlyMap<string, BrokerValue>[],
): ConfigChange[] {
  return changes.flatMap((change) => {
    const seen = brokers.flatMap((broker) => broker.get(change.key) ?? []);
    const fallback = seen.find((one) => one.fallback !== null)?.fallback ?? null;
    if (change.to !== null || fallback === null || !seen.some((one) => one.inFile)) return [change];
    return change.from !== null && sameValue(change.from, fallback) ? [] : [{ ...change, to: fallback }];
  });
}

/** Sizes of pools of threads: a broker at most doubles or halves one at a time. */
export const isThreadCount = (key: string): boolean =>
  /(?:^|\.)threads(?:\.|$)|\.thread\.pool\.size$|^num\.replica\.fetchers$/.test(key);

/**
 * The next value on the way to `to`: one that every broker takes. The last step gives `to` itself, also where that is a
 * reset: brokers measure the default that it leads to by the same rule.
 * @param current the key on each broker; empty for a key that needs no steps
 */
export function nextStep(
  current: readonly Pick<BrokerValue, "value" | "fallback">[],
  to: string | null,
): string | null {
  const numbers = current.map(({ value }) => Number(value)).filter((value) => Number.isInteger(value) && value > 0);
  const goal = Number(to ?? current.find(({ fallback }) => fallback !== null)?.fallback ?? Number.NaN);
  if (numbers.length === 0 || !Number.isInteger(goal)) return to;
  const lowest = Math.max(...numbers.map((value) => Math.floor(value / 2)));
  const highest = Math.min(...numbers.map((value) => value * 2));
  const step = Math.min(Math.max(goal, lowest), highest);
  return step === goal ? to : String(step);
}
