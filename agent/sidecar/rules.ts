/** What readiness and a safe stop mean, as pure functions. Sources: Strimzi's KafkaAvailability and KafkaQuorumCheck. */
import { majority } from "../../kafka/quorum.ts";
import type { Metadata, Quorum, Replica } from "./requests.ts";

/** Milliseconds that a voter may be behind the leader and still counts: twice the fetch time-out, and a little. */
export const QUORUM_LAG = 5_000;

/** What a node says of itself to its peers. */
export interface PeerState {
  readonly id: number;
  /** The ticket by which nodes that are to stop take turns; see bakery.ts. */
  readonly choosing: boolean;
  readonly number: number;
  /** Asked to stop. */
  readonly stopping: boolean;
  /** Let through: it is stopping now, whatever its server still answers. */
  readonly passed: boolean;
  /** Its server accepts connections. */
  readonly serving: boolean;
  /** While it is to stop itself: the others that it saw stopping, of which some may no longer answer. */
  readonly seen: readonly number[];
}

/** Peers that answer, by id; one that does not is not there. */
export type Peers = ReadonlyMap<number, PeerState>;

/** Partitions whose in-sync replicas the broker has still to join. One without a leader has nobody to catch up with. */
export function outOfSync(id: number, held: readonly Replica[]): readonly Replica[] {
  return held.filter(({ leader, isr }) => leader >= 0 && !isr.includes(id));
}

/**
 * Why the broker is not ready, nothing if it is. Its own state alone counts: that of its peers would take all brokers of a
 * partition out of service because one is ill.
 * @param added `topic-partition` of the replicas that it is only being given
 */
export function brokerUnready(id: number, metadata: Metadata, added: ReadonlySet<string>): string[] {
  if (!metadata.brokers.has(id)) return [`broker ${id} is not registered, or fenced`];
  const behind = outOfSync(id, metadata.held).map(nameOf);
  const own = behind.filter((name) => !added.has(name));
  return own.length === 0 ? [] : [`broker ${id} is not in the ISR of ${some(own)}`];
}

/** Why the controller is not ready, nothing if it is. @param view as the quorum's leader has it; undefined without one */
export function controllerUnready(id: number, view: Quorum | undefined): string[] {
  if (!view) return ["the metadata quorum has no leader that answers"];
  const lag = view.lag.get(id);
  if (lag === undefined) return [`controller ${id} is not a voter`];
  if (lag <= QUORUM_LAG) return [];
  return [
    `controller ${id} is behind the leader, ${view.leader}, by ${Number.isFinite(lag) ? `${lag} ms` : "all of its log"}`,
  ];
}

/** Peers that hold up nothing: those that answer, serve, and have not been let through. */
export function standing(peers: Peers): ReadonlySet<number> {
  return new Set([...peers.values()].filter(({ serving, passed }) => serving && !passed).map(({ id }) => id));
}

/** Replicas that stay in sync when the broker stops and only `up` are there; undefined where its stop changes nothing. */
function staying(id: number, up: ReadonlySet<number>, { isr }: Replica): number | undefined {
  return isr.includes(id) ? isr.filter((one) => one !== id && up.has(one)).length : undefined;
}

/** Topics whose min.insync.replicas matters: the stop leaves one of their partitions short of more than this replica. */
export function inQuestion(id: number, up: ReadonlySet<number>, held: readonly Replica[]): string[] {
  const short = held.filter(
    (replica) => (staying(id, up, replica) ?? replica.replicas.length) < replica.replicas.length - 1,
  );
  return [...new Set(short.map(({ topic }) => topic))];
}

/**
 * Why the broker must not stop: partitions that would have fewer in-sync replicas than acknowledged writes need. Where there
 * are no more replicas than that, no order of stops would help.
 */
export function brokerHeld(
  id: number,
  up: ReadonlySet<number>,
  held: readonly Replica[],
  minIsr: ReadonlyMap<string, number>,
): string[] {
  const broken = held.filter((replica) => {
    const rest = staying(id, up, replica);
    const needed = minIsr.get(replica.topic) ?? 1;
    return rest !== undefined && replica.replicas.length > needed && rest < needed;
  });
  return broken.length === 0 ? [] : [`the stop takes ${some(broken.map(nameOf))} below min.insync.replicas`];
}

/** Why the controller must not stop: the other voters that have caught up are no majority. */
export function controllerHeld(id: number, up: ReadonlySet<number>, view: Quorum | undefined): string[] {
  if (!view) return ["the metadata quorum has no leader that answers"];
  const needed = majority(view.lag.size);
  // Of one or two voters none can be spared, ever.
  if (!view.lag.has(id) || needed >= view.lag.size) return [];
  const others = [...view.lag].filter(([voter, lag]) => voter !== id && up.has(voter) && lag <= QUORUM_LAG);
  if (others.length >= needed) return [];
  return [`${others.length} of ${view.lag.size} voters would be left that have caught up, ${needed} are needed`];
}

const nameOf = ({ topic, partition }: Replica): string => `${topic}-${partition}`;

const NAMED = 3;
function some(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).join(", ");
  return names.length > NAMED ? `${names.length} partitions: ${shown}, …` : shown;
}
