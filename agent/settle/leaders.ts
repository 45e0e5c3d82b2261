/** Leaders back to the first replica of each partition, where that one is in sync. */
import { CHANGE_TIMEOUT, type Cluster } from "../connection.ts";
import { observeCluster, type PartitionState, partitionName } from "../reassign/state.ts";
import { chunks } from "../reconcile/batches.ts";
import { explainCode, type Patience, persist, TransientError } from "../retry.ts";

const PARTITIONS_PER_REQUEST = 1_000;
const NOT_NEEDED = 84;
const UNKNOWN_TOPIC = 3;

/** @returns partitions whose leader went back */
export async function electPreferred(cluster: Cluster, patience: Patience): Promise<number> {
  const first = new Set<string>();
  await persist("preferred leaders", patience, async () => {
    const open = elsewhere((await observeCluster(cluster)).partitions);
    for (const { topic, partition } of open) first.add(partitionName(topic, partition));
    for (const batch of chunks(open, PARTITIONS_PER_REQUEST)) await elect(cluster, batch);
    // An election is quick; the next look shows it.
    if (open.length > 0) throw new TransientError(`${open.length} partitions are led by another replica`);
  });
  return first.size;
}

/** Partitions that another broker leads than the first of their replicas, which could. */
function elsewhere(partitions: readonly PartitionState[]): PartitionState[] {
  return partitions.filter(
    ({ leader, replicas: [preferred = -1], isr }) => leader !== preferred && isr.includes(preferred),
  );
}

async function elect(cluster: Cluster, batch: readonly PartitionState[]): Promise<void> {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of batch) topics.set(topic, [...(topics.get(topic) ?? []), partition]);
  const request = [...topics].map(([name, partitions]) => ({ name, partitions }));
  const answer = await cluster.call("controller", "ElectLeaders", request, CHANGE_TIMEOUT);
  if (answer.errorCode !== 0) throw new TransientError(explainCode(answer.errorCode, null));
  for (const { name, partitions } of answer.topics) {
    const refused = partitions.find(({ errorCode }) => ![0, NOT_NEEDED, UNKNOWN_TOPIC].includes(errorCode));
    if (!refused) continue;
    const why = explainCode(refused.errorCode, refused.errorMessage);
    throw new TransientError(`${partitionName(name, refused.partitionIndex)}: ${why}`);
  }
}
