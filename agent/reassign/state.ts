/** Where replicas are, and where running reassignments take them. */
import { CHANGE_TIMEOUT, type Cluster } from "../connection.ts";
import { explainCode, TransientError } from "../retry.ts";
import type { BrokerPlace, Placement } from "./layout.ts";

export interface BrokerNode extends BrokerPlace {
  readonly host: string;
  readonly port: number;
}

export interface PartitionState extends Placement {
  /** -1 for none. */
  readonly leader: number;
  readonly isr: readonly number[];
  /** Replicas once a running reassignment is through; the same as `replicas` where none runs. */
  readonly target: readonly number[];
  /** Whether a reassignment runs. */
  readonly moving: boolean;
}

export interface ClusterState {
  /** Brokers that are up. */
  readonly brokers: readonly BrokerNode[];
  readonly controllerId: number;
  readonly partitions: readonly PartitionState[];
}

/** One look at all partitions. */
export async function observeCluster(cluster: Cluster): Promise<ClusterState> {
  // In this order: what ends in between then still counts as running, instead of as never begun.
  const running = await cluster.call("controller", "ListPartitionReassignments", CHANGE_TIMEOUT, null);
  if (running.errorCode !== 0) throw new TransientError(explainCode(running.errorCode, running.errorMessage));
  const metadata = await cluster.call("any", "Metadata", null, false, false);
  const moving = new Map(
    running.topics.flatMap(({ name, partitions }) =>
      partitions.map((partition) => [partitionName(name, partition.partitionIndex), partition] as const),
    ),
  );
  const partitions = metadata.topics.flatMap(({ name, partitions: own }) =>
    own.map((partition): PartitionState => {
      const topic = name ?? "";
      const move = moving.get(partitionName(topic, partition.partitionIndex));
      const replicas = move?.replicas ?? partition.replicaNodes;
      return {
        topic,
        partition: partition.partitionIndex,
        replicas,
        leader: partition.leaderId,
        isr: partition.isrNodes,
        target: move ? replicas.filter((id) => !move.removingReplicas.includes(id)) : replicas,
        moving: move !== undefined,
      };
    }),
  );
  const brokers = metadata.brokers.map(({ nodeId, host, port, rack }) => ({
    id: nodeId,
    host,
    port,
    rack: rack ?? null,
  }));
  return { brokers, controllerId: metadata.controllerId, partitions };
}

/** `topic-partition`, as Kafka's own tools write it. */
export const partitionName = (topic: string, partition: number): string => `${topic}-${partition}`;

/** Where replicas will be once nothing moves any more: what plans are made from. */
export const targets = (state: ClusterState): Placement[] =>
  state.partitions.map(({ topic, partition, target }) => ({ topic, partition, replicas: target }));

/** A few names for a line, and how many more there are. */
export function some(names: readonly string[], shown = 3): string {
  const rest = names.length - shown;
  return `${names.slice(0, shown).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
