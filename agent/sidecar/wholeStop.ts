/**
 * Whether everything stops, as pure functions: then no order keeps anything available, and waiting for each other would only
 * make all run out of time. Silence alone is no stop: a peer that does not answer may be ill, and what it has nowhere else.
 */
import type { Peers } from "./rules.ts";

/** The nodes that a stop has to be agreed with. */
export interface Roster {
  /** Where to ask, by id. */
  readonly hosts: ReadonlyMap<number, string>;
  /** Those that the cluster counts on: brokers that are registered and not fenced, voters that keep up. */
  readonly counted: ReadonlySet<number>;
  /** Those that go on unless they are known to stop: also brokers that hold the same replicas and may be on their way back. */
  readonly all: ReadonlySet<number>;
}

/** What one node remembers of another, from one look to the next. */
interface Sight {
  /** It said that it stops, and nothing has shown since that it goes on. */
  readonly stopping: boolean;
  /** Since when it has neither answered nor been counted on. */
  readonly goneSince: number | undefined;
  /** It was gone and is counted on again, and does not answer: it is another run of the node, of which nobody knows anything. */
  readonly back: boolean;
}
export type Sights = ReadonlyMap<number, Sight>;

/** Milliseconds after which a peer that is gone will not be waited for: a restart takes less. */
const GONE = 60_000;

/** What is known after another look. */
export function look(before: Sights, { all, counted }: Roster, peers: Peers, now: number): Sights {
  const sight = (id: number): Sight => {
    const [peer, old] = [peers.get(id), before.get(id)];
    if (peer) return { stopping: peer.stopping, goneSince: undefined, back: false };
    const back = old?.back === true || (old?.goneSince !== undefined && counted.has(id));
    return {
      stopping: old?.stopping === true && !back,
      goneSince: counted.has(id) ? undefined : (old?.goneSince ?? now),
      back,
    };
  };
  return new Map([...all].map((id) => [id, sight(id)]));
}

/** Those that are known to stop, also if they are silent by now. */
export const seenStopping = (sights: Sights): number[] =>
  [...sights].filter(([, { stopping }]) => stopping).map(([id]) => id);

/** Whether every other node stops, by what this one saw or what those that stop have seen, or is gone; one at least stops. */
export function wholeStop(sights: Sights, peers: Peers, now: number): boolean {
  // Not kept for the next look, nor told on: a rumour would outlive what it says.
  const told = new Set([...peers.values()].flatMap(({ stopping, seen }) => (stopping ? seen : [])));
  const stops = ([id, { stopping, back }]: readonly [number, Sight]) =>
    stopping || (told.has(id) && !peers.has(id) && !back);
  const gone = ([, { goneSince }]: readonly [number, Sight]) => goneSince !== undefined && now - goneSince >= GONE;
  return [...sights].some(stops) && [...sights].every((one) => stops(one) || gone(one));
}
