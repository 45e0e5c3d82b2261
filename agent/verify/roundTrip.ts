/**
 * Writes records to a topic in one transaction and reads them back as a read_committed consumer does, straight from the
 * partitions' leaders: what an exactly-once application needs, without joining a group and waiting for its rebalance.
 */
import { randomUUID } from "node:crypto";
import { Consumer, FetchIsolationLevels, type KafkaRecord, type RecordsBatch } from "@platformatic/kafka";
import { type Cluster, type ClusterOptions, clientOptions } from "../connection.ts";
import { explainCode, type Patience, persist, TransientError } from "../retry.ts";
import { TransactionalProducer } from "../transactions.ts";

export interface RoundTrip {
  readonly wrote: number;
  readonly read: number;
  readonly partitions: number;
}

/** Header whose value tells one run's records from everything else on the topic. */
const RUN_HEADER = "kafka-platform-run";
const IS_CONTROL = 0x20;
const BYTES = 1 << 20;

/** Where a partition's records of this run begin, and where to fetch next. */
interface Position {
  readonly partition: number;
  readonly leader: number;
  next: bigint;
  readonly missing: number[];
}

/**
 * @param records how many to write; they are spread over the topic's partitions by key
 * @throws Error when a record is missing at the deadline, comes twice or out of order within its partition
 */
export async function roundTrip(
  cluster: Cluster,
  options: ClusterOptions,
  topic: string,
  records: number,
  patience: Patience,
): Promise<RoundTrip> {
  const run = randomUUID();
  const { topicId, leaders } = await persist(`leaders of ${topic}`, patience, () => locate(cluster, topic));
  const positions = await produce(options, topic, run, spread(records, leaders.length), leaders);
  await readBack(options, { topic, topicId, run }, positions, patience);
  return { wrote: records, read: records, partitions: positions.length };
}

/** Sequence numbers 0 … n-1 dealt out to partitions, so that each partition's are in order. */
function spread(records: number, partitions: number): number[][] {
  const lists = Array.from({ length: Math.min(records, partitions) }, (): number[] => []);
  for (let sequence = 0; sequence < records; sequence += 1) lists[sequence % lists.length]?.push(sequence);
  return lists;
}

async function locate(cluster: Cluster, name: string): Promise<{ topicId: string; leaders: number[] }> {
  const [topic] = (await cluster.call("any", "Metadata", [name], false, false)).topics;
  if (!topic || topic.errorCode !== 0) throw new TransientError(`${name}: ${explainCode(topic?.errorCode ?? 3, null)}`);
  const partitions = topic.partitions.toSorted((a, b) => a.partitionIndex - b.partitionIndex);
  const leaderless = partitions.find(({ leaderId }) => leaderId < 0);
  if (leaderless) throw new TransientError(`${name}: partition ${leaderless.partitionIndex} has no leader`);
  return { topicId: topic.topicId, leaders: partitions.map(({ leaderId }) => leaderId) };
}

async function produce(
  options: ClusterOptions,
  topic: string,
  run: string,
  sequences: readonly number[][],
  leaders: readonly number[],
): Promise<Position[]> {
  const producer = new TransactionalProducer({
    ...clientOptions(options),
    idempotent: true,
    transactionalId: `kafka-platform.verify-${run}`,
    retries: 10,
    retryDelay: 500,
  });
  try {
    const transaction = await producer.beginTransaction();
    const messages = sequences.flatMap((own, partition) =>
      own.map((sequence) => ({
        topic,
        partition,
        key: Buffer.from(`${run}/${partition}`),
        value: Buffer.from(String(sequence)),
        headers: new Map([[Buffer.from(RUN_HEADER), Buffer.from(run)]]),
      })),
    );
    const { offsets = [] } = await transaction.send({ messages });
    await transaction.commit();
    return offsets.map(({ partition, offset }) => ({
      partition,
      leader: leaders[partition] ?? -1,
      next: offset,
      missing: [...(sequences[partition] ?? [])],
    }));
  } finally {
    await producer.close(true);
  }
}

async function readBack(
  options: ClusterOptions,
  { topic, topicId, run }: { topic: string; topicId: string; run: string },
  positions: Position[],
  patience: Patience,
): Promise<void> {
  const consumer = new Consumer({ ...clientOptions(options), groupId: `kafka-platform.verify-${run}` });
  consumer.topics.trackAll(topic);
  try {
    await persist(`records on ${topic}`, patience, async () => {
      const waiting = positions.filter((position) => position.missing.length > 0);
      for (const leader of new Set(waiting.map((position) => position.leader))) {
        const open = waiting.filter((position) => position.leader === leader);
        const { responses } = await consumer.fetch({
          node: leader,
          topics: [{ topicId, partitions: open.map(fetchPosition) }],
          isolationLevel: FetchIsolationLevels.READ_COMMITTED,
          minBytes: 1,
          maxBytes: 10 * BYTES,
          maxWaitTime: 500,
        });
        for (const { partitionIndex, records } of responses.flatMap((response) => response.partitions)) {
          const position = open.find(({ partition }) => partition === partitionIndex);
          if (position) for (const batch of records ?? []) take(position, batch, run);
        }
      }
      const missing = positions.reduce((sum, position) => sum + position.missing.length, 0);
      if (missing > 0) throw new TransientError(`${missing} records of this run are not readable yet`);
    });
  } finally {
    await consumer.close(true);
  }
}

function fetchPosition({ partition, next }: Position) {
  return { partition, fetchOffset: next, currentLeaderEpoch: -1, lastFetchedEpoch: -1, partitionMaxBytes: BYTES };
}

/** Strikes off what arrived: the next record of this run has to be the first that is still missing. */
function take(position: Position, batch: RecordsBatch, run: string): void {
  const own = (batch.attributes & IS_CONTROL) === 0 ? batch.records.filter((record) => isOf(record, run)) : [];
  for (const record of own) {
    if (batch.firstOffset + BigInt(record.offsetDelta) < position.next) continue;
    const [expected] = position.missing;
    const found = Number(record.value?.toString());
    if (found !== expected) {
      throw new Error(`partition ${position.partition}: found record ${found}, expected ${expected ?? "no more"}`);
    }
    position.missing.shift();
  }
  position.next = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
}

function isOf(record: KafkaRecord, run: string): boolean {
  return record.headers.some(([key, value]) => key?.toString() === RUN_HEADER && value?.toString() === run);
}
