/**
 * Reads a whole topic partition by partition, without a group: what is in the log decides, not what some consumer says.
 * It filters aborted transactions as Kafka's own client does; the library's stream lets some through where two of one
 * producer lie in one answer.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  type API,
  Base,
  type Connection,
  type ConnectionOptions,
  type fetchV17,
  kGetApi,
  kGetConnection,
  type RecordsBatch,
} from "@platformatic/kafka";

/** Where a cluster is and how to get in. */
export type Client = Pick<ConnectionOptions, "sasl" | "tls" | "tlsServerName"> & {
  readonly brokers: readonly string[];
};

export interface LogRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: string;
}

export type Isolation = "read_uncommitted" | "read_committed";

type Fetched = fetchV17.FetchResponsePartition;
type FetchApi = API<fetchV17.FetchRequest, fetchV17.FetchResponse>;

const CONTROL = 0b100000;
const SESSIONLESS = -1;

/**
 * All records of a topic up to its end at the time of the call, in offset order within each partition.
 * @param seconds after which it gives up; default 60
 * @throws Error with the last failure, where brokers do not answer in that time
 */
export async function readTopic(
  client: Client,
  topic: string,
  isolation: Isolation = "read_uncommitted",
  seconds = 60,
): Promise<LogRecord[]> {
  const deadline = Date.now() + seconds * 1000;
  const { brokers, ...access } = client;
  const base = new Base({ clientId: "topic-reader", bootstrapBrokers: [...brokers], retries: 0, ...access });
  try {
    const metadata = await retried(deadline, () => base.metadata({ topics: [topic], forceUpdate: true }));
    const partitions = metadata.topics.get(topic)?.partitions ?? [];
    const read = partitions.map((_, partition) => readPartition(base, topic, partition, isolation, deadline));
    return (await Promise.all(read)).flat();
  } finally {
    await base.close();
  }
}

async function readPartition(
  base: Base,
  topic: string,
  partition: number,
  isolation: Isolation,
  deadline: number,
): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  let next = 0n;
  let end: bigint | undefined;
  while (end === undefined || next < end) {
    const answer = await retried(deadline, () => fetch(base, topic, partition, next, isolation));
    end ??= isolation === "read_committed" ? answer.lastStableOffset : answer.highWatermark;
    for (const { batch, visible } of visibleBatches(answer.records ?? [], answer.abortedTransactions ?? [])) {
      for (const { offsetDelta, key, value } of visible ? batch.records : []) {
        const offset = batch.firstOffset + BigInt(offsetDelta);
        if (offset < next || offset >= end) continue;
        records.push({ partition, offset: Number(offset), key: String(key), value: String(value) });
      }
      const after = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
      if (after > next) next = after;
    }
    if (Date.now() > deadline) throw new Error(`${topic}-${partition}: read to offset ${next} of ${end} in time`);
  }
  return records;
}

/** Marks the batches that a consumer sees: no control batches, and none of an aborted transaction. */
function visibleBatches(
  batches: readonly RecordsBatch[],
  aborted: NonNullable<Fetched["abortedTransactions"]>,
): { batch: RecordsBatch; visible: boolean }[] {
  const starts = aborted.toSorted((a, b) => Number(a.firstOffset - b.firstOffset));
  const aborting = new Set<bigint>();
  return batches.map((batch) => {
    while (starts[0] !== undefined && starts[0].firstOffset <= batch.firstOffset) {
      aborting.add(starts[0].producerId);
      starts.shift();
    }
    const control = (batch.attributes & CONTROL) !== 0;
    if (control) aborting.delete(batch.producerId);
    return { batch, visible: !control && !aborting.has(batch.producerId) };
  });
}

async function fetch(
  base: Base,
  topic: string,
  partition: number,
  offset: bigint,
  isolation: Isolation,
): Promise<Fetched> {
  const { brokers, topics } = await base.metadata({ topics: [topic], forceUpdate: true });
  const found = topics.get(topic);
  const leader = brokers.get(found?.partitions[partition]?.leader ?? -1);
  if (!found || !leader) throw new Error(`${topic}-${partition} has no leader`);
  const connection = await promised<Connection>((done) => {
    base[kGetConnection](leader, done);
  });
  const api = await promised<FetchApi>((done) => {
    base[kGetApi]("Fetch", done);
  });
  const from = {
    partition,
    fetchOffset: offset,
    currentLeaderEpoch: -1,
    lastFetchedEpoch: -1,
    partitionMaxBytes: 1 << 20,
  };
  const level = isolation === "read_committed" ? 1 : 0;
  const wanted = [{ topicId: found.id, partitions: [from] }];
  const answer = await api.async(connection, 500, 0, 1 << 22, level, 0, SESSIONLESS, wanted, [], "");
  const [part] = answer.responses[0]?.partitions ?? [];
  if (!part) throw new Error(`${topic}-${partition}: the leader's answer leaves the partition out`);
  return part;
}

async function retried<T>(deadline: number, call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(200);
    }
  }
}

function promised<T>(start: (done: (error: Error | null, value?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => {
      if (error) reject(error);
      else resolve(value as T);
    });
  });
}
