/** Whether a cluster can stand a roll: a leader of the quorum, every partition writable, nothing behind, nothing moving. */
import { UnsupportedApiError } from "@platformatic/kafka";
import { type Cluster } from "../connection.ts";
import { type ClusterState, observeCluster, type PartitionState, partitionName, some } from "../reassign/state.ts";
import { count } from "../reconcile/format.ts";
import { describeTopics } from "../reconcile/observe.ts";
import { explainCode } from "../retry.ts";

export interface HealthOptions {
  /** Brokers with this id or a higher one are about to go: what they lack is no problem. */
  readonly replicas: number;
}

const MIN_ISR = "min.insync.replicas";
const list = (ids: readonly number[]) => `[${ids.join(", ")}]`;

/**
 * Problems that may pass by themselves, each in a line; empty where a roll may begin.
 * @throws the library's errors where the cluster gives no answer
 */
export async function healthProblems(cluster: Cluster, options: HealthOptions): Promise<string[]> {
  const state = await observeCluster(cluster);
  return [
    ...(await quorumProblems(cluster, state)),
    ...offline(state),
    ...(await belowMinimum(cluster, state)),
    ...behind(state, options),
    ...moving(state, options),
  ];
}

async function quorumProblems(cluster: Cluster, state: ClusterState): Promise<string[]> {
  const request = [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }];
  try {
    const { errorCode, errorMessage, topics } = await cluster.call("any", "DescribeQuorum", request);
    if (errorCode !== 0) return [`the quorum does not answer: ${explainCode(errorCode, errorMessage)}`];
    const leader = topics[0]?.partitions[0]?.leaderId ?? -1;
    return leader < 0 ? ["the quorum has no leader"] : [];
  } catch (error) {
    // With ZooKeeper there is no such request. What runs counts, not what it is about to become.
    if (!(error instanceof UnsupportedApiError)) throw error;
    return state.controllerId < 0 ? ["no broker is the controller"] : [];
  }
}

function offline({ partitions }: ClusterState): string[] {
  const without = partitions.filter(({ leader }) => leader < 0);
  return line("without a leader", without, ({ replicas }) => `replicas ${list(replicas)}`);
}

async function belowMinimum(cluster: Cluster, state: ClusterState): Promise<string[]> {
  const short = state.partitions.filter(({ isr, replicas }) => isr.length < replicas.length);
  const described = await describeTopics(cluster, [...new Set(short.map(({ topic }) => topic))], [MIN_ISR]);
  const minimum = new Map(described.map(({ resourceName, configs }) => [resourceName, Number(configs[0]?.value ?? 1)]));
  const below = short.filter(({ topic, isr }) => isr.length < (minimum.get(topic) ?? 1));
  return line(
    `below ${MIN_ISR}`,
    below,
    ({ isr, topic }) => `in sync ${list(isr)}, asked for ${minimum.get(topic) ?? 1}`,
  );
}

function behind({ partitions }: ClusterState, { replicas: stay }: HealthOptions): string[] {
  const late = ({ target, isr }: PartitionState) => target.filter((id) => id < stay && !isr.includes(id));
  const short = partitions.filter((one) => !one.moving && late(one).length > 0);
  return line("under-replicated", short, (one) => `brokers ${list(late(one))} behind`);
}

function moving({ partitions }: ClusterState, { replicas: stay }: HealthOptions): string[] {
  // A drain that an earlier run began is taken up again, not waited for.
  const foreign = partitions.filter((one) => one.moving && one.replicas.every((id) => id < stay));
  return line("being reassigned", foreign, ({ target }) => `to ${list(target)}`);
}

function line(what: string, found: readonly PartitionState[], detail: (one: PartitionState) => string): string[] {
  if (found.length === 0) return [];
  const names = found.map((one) => `${partitionName(one.topic, one.partition)} (${detail(one)})`);
  return [`${count(found.length, "partition")} ${what}: ${some(names)}`];
}
