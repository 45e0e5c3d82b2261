/**
 * Carries moves out: throttled, with progress, and so that a run which is cut short is taken up by the next one. Kafka
 * itself keeps what was begun (KIP-455); what is still to begin follows from where replicas are.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { CHANGE_TIMEOUT, type Cluster } from "../connection.ts";
import { weighed } from "../reconcile/batches.ts";
import { count } from "../reconcile/format.ts";
import { explainCode, type Patience, persist, TransientError } from "../retry.ts";
import type { Move } from "./layout.ts";
import { planDrain, planSpread } from "./plan.ts";
import { type ClusterState, observeCluster, partitionName, some, targets } from "./state.ts";
import { throttle, unthrottle } from "./throttle.ts";

export interface ReassignOptions {
  readonly patience: Patience;
  /** Bytes a second and broker; null for no limit. */
  readonly throttle: number | null;
}

/** A KRaft controller takes 10,000 records a request; half of that leaves room for its own. */
const PARTITIONS_PER_REQUEST = 5_000;
const UNKNOWN_TOPIC = 3;
const LAG_MS = 5_000;
const LOOK_MS = 1_000;
const SAY_MS = 10_000;

/** What a request of this kind ends with where it cannot be done at all. */
export class ImpossibleError extends Error {}

/**
 * Moves every replica away from brokers whose id is `replicas` or more, and waits until none is left there.
 * @returns partitions that were moved
 * @throws ImpossibleError where a partition has more replicas than brokers stay; TransientError at the deadline
 */
export async function drain(cluster: Cluster, replicas: number, options: ReassignOptions): Promise<number> {
  const goes = (id: number) => id >= replicas;
  let [moved, busy] = [0, 0];
  await untilDone(cluster, options, async (state) => {
    const open = state.partitions.filter((one) => one.replicas.some(goes) || one.target.some(goes));
    if (open.some(({ moving }) => moving)) busy = Date.now();
    // The broker that was asked may not know yet what the controller has just finished.
    const late = moved > 0 && Date.now() - busy < LAG_MS;
    if (late || !open.some(({ target }) => target.some(goes))) return open;
    const stay = state.brokers.filter(({ id }) => !goes(id));
    const { moves, impossible } = planDrain(targets(state), stay);
    if (impossible.length > 0) {
      const names = impossible.map(
        ({ topic, partition, replicas: all }) => `${partitionName(topic, partition)} × ${all.length}`,
      );
      throw new ImpossibleError(
        `${count(impossible.length, "partition")} with more replicas than the ${count(stay.length, "broker")} that stay: ${some(names)}; ` +
          "keep more brokers, or delete those topics, or give them fewer replicas",
      );
    }
    busy = Date.now();
    moved += moves.length;
    await begin(cluster, state, moves, options);
    return open;
  });
  return moved;
}

/**
 * Evens out how many replicas the brokers with ids below `replicas` hold, once.
 * @returns partitions that were moved
 */
export async function spread(cluster: Cluster, replicas: number, options: ReassignOptions): Promise<number> {
  let moves: Move[] | undefined;
  await untilDone(cluster, options, async (state) => {
    if (moves === undefined) {
      moves = planSpread(
        targets(state),
        state.brokers.filter(({ id }) => id < replicas),
      );
      await begin(cluster, state, moves, options);
      const begun = new Set(moves.map(({ topic, partition }) => partitionName(topic, partition)));
      return state.partitions.filter((one) => one.moving || begun.has(partitionName(one.topic, one.partition)));
    }
    return state.partitions.filter(({ moving }) => moving);
  });
  return moves?.length ?? 0;
}

/** Waits for reassignments that run already. */
export async function awaitRunning(cluster: Cluster, options: ReassignOptions): Promise<void> {
  await untilDone(cluster, options, (state) => Promise.resolve(state.partitions.filter(({ moving }) => moving)));
}

/** Repeats a step until it leaves no partition to wait for, and tells how far it is; then takes throttles away. */
async function untilDone(
  cluster: Cluster,
  { patience }: ReassignOptions,
  step: (state: ClusterState) => Promise<ClusterState["partitions"]>,
): Promise<void> {
  const start = Date.now();
  let [said, most] = [0, 0];
  let quiet = 0;
  for (;;) {
    const { state, open } = await persist("an answer about reassignments", patience, async () => {
      const seen = await observeCluster(cluster);
      return { state: seen, open: await step(seen) };
    });
    // Metadata of one broker may be a moment behind: only a second look in a row ends the wait.
    quiet = open.length === 0 ? quiet + 1 : 0;
    if (open.length === 0 && (quiet > 1 || most === 0)) {
      await persist("removal of throttles", patience, () => finish(cluster, state, patience));
      return;
    }
    most = Math.max(most, open.length);
    const seconds = Math.round((Date.now() - start) / 1000);
    const names = some(open.map(({ topic, partition }) => partitionName(topic, partition)));
    if (Date.now() > patience.deadline) {
      throw new TransientError(
        `after ${seconds} s ${count(open.length, "partition")} still to move: ${names}; the next run goes on from here`,
      );
    }
    if (open.length > 0 && Date.now() - said > SAY_MS) {
      said = Date.now();
      patience.say(`moved ${most - open.length}/${count(most, "partition")} (${seconds} s), next ${names}`);
    }
    await sleep(Math.min(LOOK_MS, 100 + (Date.now() - start) / 10));
  }
}

async function finish(cluster: Cluster, state: ClusterState, patience: Patience): Promise<void> {
  // Somebody else's reassignment may still need its throttle.
  if (state.partitions.some(({ moving }) => moving)) return;
  const lifted = await unthrottle(cluster, state);
  if (lifted > 0) patience.say(`throttles taken away from ${count(lifted, "topic or broker")}`);
}

async function begin(
  cluster: Cluster,
  state: ClusterState,
  moves: readonly Move[],
  options: ReassignOptions,
): Promise<void> {
  if (moves.length === 0) return;
  const rate = options.throttle;
  options.patience.say(
    `moving ${count(moves.length, "partition")}${rate === null ? "" : `, at most ${rate} bytes a second and broker`}`,
  );
  if (rate !== null) await throttle(cluster, state.brokers, moves, rate);
  for (const batch of weighed(moves, () => 1, PARTITIONS_PER_REQUEST)) {
    const topics = new Map<string, { partitionIndex: number; replicas: number[] }[]>();
    for (const { topic, partition, replicas } of batch) {
      topics.set(topic, [...(topics.get(topic) ?? []), { partitionIndex: partition, replicas: [...replicas] }]);
    }
    const answer = await cluster.call(
      "controller",
      "AlterPartitionReassignments",
      CHANGE_TIMEOUT,
      true,
      [...topics].map(([name, partitions]) => ({ name, partitions })),
    );
    const results = answer.responses.flatMap(({ name, partitions }) =>
      partitions.map((one) => ({ ...one, name: partitionName(name, one.partitionIndex) })),
    );
    // A topic that was deleted meanwhile needs no move.
    const refused = results.find(({ errorCode }) => errorCode !== 0 && errorCode !== UNKNOWN_TOPIC);
    if (answer.errorCode !== 0) throw new TransientError(explainCode(answer.errorCode, answer.errorMessage));
    if (refused) throw new TransientError(`${refused.name}: ${explainCode(refused.errorCode, refused.errorMessage)}`);
  }
}
