/**
 * The role `settle`, after brokers have changed: waits until every replica is in sync, spreads partitions onto brokers that
 * have joined, brings leaders back to where they belong, and forgets brokers that are gone.
 */
import type { Cluster } from "../connection.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import type { Output } from "../output.ts";
import { uncordon } from "../reassign/cordon.ts";
import { awaitRunning, drain, spread } from "../reassign/reassign.ts";
import { type ClusterState, observeCluster, partitionName, some, targets } from "../reassign/state.ts";
import { count } from "../reconcile/format.ts";
import { type Patience, persist, TransientError } from "../retry.ts";
import { electPreferred } from "./leaders.ts";
import { unregister } from "./unregister.ts";

export interface SettleOptions {
  /** Brokers have ids from 0 up to this number, less one. */
  readonly replicas: number;
  /** Whether partitions move onto brokers that have joined. */
  readonly spread: boolean;
  /** Bytes a second and broker; null for no limit. */
  readonly throttle: number | null;
  readonly deadline: number;
}

/** The document of `--json`. */
export interface SettleReport {
  readonly outcome: "settled";
  /** Partitions that were moved away from brokers that are gone. */
  readonly rescued: number;
  /** Partitions that were moved onto brokers that have joined. */
  readonly spread: number;
  /** Partitions whose leader went back. */
  readonly elected: number;
  /** Brokers that the quorum has forgotten. */
  readonly unregistered: readonly number[];
}

export async function settle(cluster: Cluster, options: SettleOptions, out: Output): Promise<ExitCode> {
  const patience: Patience = { deadline: options.deadline, say: out.progress };
  const moving = { patience, throttle: options.throttle };
  const { replicas } = options;

  await everyBroker(cluster, replicas, patience);
  await awaitRunning(cluster, moving);
  // A topic that was made between the preflight and the scale-down may have put replicas on a broker that is gone.
  const rescued = await drain(cluster, replicas, moving);
  await inSync(cluster, patience);
  const state = await observeCluster(cluster);
  const joined = newcomers(state);
  // One that was about to go and stays after all, or that has the id of one that went.
  await persist("brokers that have joined", patience, () =>
    uncordon(
      cluster,
      state.brokers.filter(({ id }) => joined.includes(id)),
    ),
  );
  let moved = 0;
  if (joined.length > 0 && !options.spread)
    out.line(`${brokers(joined)} hold few replicas; kafka.rebalance.onScaleUp says to leave it so`);
  if (joined.length > 0 && options.spread) {
    out.progress(`spreading onto ${brokers(joined)}`);
    moved = await spread(cluster, replicas, moving);
    await inSync(cluster, patience);
  }
  const elected = await electPreferred(cluster, patience);
  const unregistered = await unregister(cluster, replicas, patience);

  const done = [
    ...(rescued > 0 ? [`${count(rescued, "partition")} moved away from brokers that are gone`] : []),
    ...(moved > 0 ? [`${count(moved, "partition")} moved onto ${brokers(joined)}`] : []),
    ...(elected > 0 ? [`${count(elected, "partition")} led by their preferred leader again`] : []),
    ...(unregistered.length > 0 ? [`${brokers(unregistered)} unregistered`] : []),
  ];
  out.line(`settled: ${count(replicas, "broker")}, every replica in sync${done.map((one) => `; ${one}`).join("")}`);
  out.document({ outcome: "settled", rescued, spread: moved, elected, unregistered } satisfies SettleReport);
  return EXIT.ok;
}

const brokers = (ids: readonly number[]) => `${ids.length === 1 ? "broker" : "brokers"} ${ids.join(", ")}`;

async function everyBroker(cluster: Cluster, replicas: number, patience: Patience): Promise<void> {
  await persist(count(replicas, "broker"), patience, async () => {
    const up = (await cluster.call("any", "Metadata", [], false, false)).brokers.filter(
      ({ nodeId }) => nodeId < replicas,
    );
    if (up.length < replicas) throw new TransientError(`${up.length}/${replicas} brokers are up`);
  });
}

async function inSync(cluster: Cluster, patience: Patience): Promise<void> {
  await persist("replicas in sync", patience, async () => {
    const { partitions } = await observeCluster(cluster);
    const behind = partitions.filter(({ replicas, isr, moving }) => !moving && isr.length < replicas.length);
    const names = behind.map(({ topic, partition }) => partitionName(topic, partition));
    if (behind.length > 0)
      throw new TransientError(`${count(behind.length, "partition")} under-replicated: ${some(names)}`);
  });
}

/** Brokers that hold less than half of what a broker holds on average. */
export function newcomers(state: ClusterState): number[] {
  const load = new Map(state.brokers.map(({ id }) => [id, 0]));
  for (const { replicas } of targets(state)) for (const id of replicas) load.set(id, (load.get(id) ?? 0) + 1);
  const mean = [...load.values()].reduce((sum, one) => sum + one, 0) / Math.max(1, load.size);
  return [...load].filter(([, held]) => held < mean / 2).map(([id]) => id);
}
