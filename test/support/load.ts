/**
 * The acceptance instrument of whatever happens to a cluster: an idempotent producer with acks=all and a consumer run
 * through it, and afterwards the log itself says whether every acknowledged record is there once and in order per key.
 *
 * One producer a partition, each with one batch in flight: with more, @platformatic/kafka 2.12.1 writes records of one
 * key out of order, and some twice, when a leader dies, so that a fault of the client would look like one of the cluster.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Base, ProduceAcks, Producer, stringSerializers } from "@platformatic/kafka";
import { startGroupReader } from "./groupReader.ts";
import { type Findings, judge, type Sent } from "./judge.ts";
import { type Client, readTopic } from "./topicReader.ts";

export interface LoadOptions extends Client {
  /** A topic that exists. */
  readonly topic: string;
  /** Records a second over all partitions; default 300. */
  readonly ratePerSecond?: number;
  /** Keys a partition; default 5. */
  readonly keys?: number;
  /** The load ends by itself after so many records; default 100,000. */
  readonly maxRecords?: number;
  /** The load ends by itself after so many seconds; default 900. */
  readonly maxSeconds?: number;
}

export interface LoadReport extends Findings {
  readonly acknowledged: number;
  /** Records that were sent and given up: they may be in the log or not. */
  readonly unacknowledged: number;
  /** Records of this load in the log. */
  readonly readBack: number;
  /** Records of this load in the log that the consumer which ran through it never got. */
  readonly missed: number;
  readonly consumerRestarts: number;
  /** Longest time in which one partition acknowledged nothing. */
  readonly longestGapMs: number;
  /** Sends that ended in an error after the client's own retries. */
  readonly sendErrors: readonly string[];
  /** How often a broker no longer knew the producer's sequence: it lost what it had acknowledged. */
  readonly producerResets: number;
}

export interface Load {
  acknowledged(): number;
  /** Resolves when so many more records were acknowledged; rejects after the given seconds (default 60). */
  more(records: number, seconds?: number): Promise<void>;
  /** Ends the load, reads the topic back and reports. */
  stop(): Promise<LoadReport>;
}

const TICK_MS = 50;
const STOP_MS = 60_000;

/** What a user needs who is to run a load on a topic: it writes, and reads in a group of the load's own. */
export const loadRoles = (topic: string) => [
  { role: "producer" as const, topics: [topic] },
  { role: "consumer" as const, topics: [topic], groupPrefixes: ["load-"] },
];

/** Starts the load; it runs when the promise resolves. */
export async function startLoad(options: LoadOptions): Promise<Load> {
  const { topic, ratePerSecond = 300, keys = 5, maxRecords = 100_000, maxSeconds = 900, ...client } = options;
  const run = `load-${randomUUID().slice(0, 8)}`;
  const partitions = await partitionsOf(client, topic);
  const end = Date.now() + maxSeconds * 1000;
  const sent: Sent[] = [];
  const sendErrors: string[] = [];
  let [attempted, longestGapMs, producerResets, stopping] = [0, 0, 0, false];

  const producers = Array.from({ length: partitions }, (_, partition) => openProducer(client, `${run}-${partition}`));
  const lane = async (producer: StringProducer, partition: number): Promise<void> => {
    const size = Math.max(1, Math.round((ratePerSecond / partitions / 1000) * TICK_MS));
    const pause = (size * partitions * 1000) / ratePerSecond;
    let [next, last, due] = [0, Date.now(), Date.now()];
    let producerId: bigint | undefined;
    while (!stopping && Date.now() < end && attempted < maxRecords) {
      const batch = Array.from({ length: size }, () => {
        const number = next++;
        return { topic, partition, key: `${run}-${partition}-${number % keys}`, value: String(number) };
      });
      attempted += size;
      try {
        await producer.send({ messages: batch });
        sent.push(...batch);
        longestGapMs = Math.max(longestGapMs, Date.now() - last);
        last = Date.now();
      } catch (error) {
        sendErrors.push(reasons(error).join(": "));
      }
      if (producerId !== undefined && producer.producerId !== producerId) producerResets += 1;
      producerId = producer.producerId;
      due = Math.max(due + pause, Date.now());
      await sleep(Math.max(0, due - Date.now()));
    }
    longestGapMs = Math.max(longestGapMs, Date.now() - last);
  };

  const reader = startGroupReader(client, topic, run);
  const lanes = Promise.all(producers.map(lane));

  const more = async (records: number, seconds = 60): Promise<void> => {
    const [goal, limit] = [sent.length + records, Date.now() + seconds * 1000];
    while (sent.length < goal) {
      const over = attempted >= maxRecords || Date.now() > end ? ", as the load is over by its own limits" : "";
      if (Date.now() > limit)
        throw new Error(`${sent.length} of ${goal} records acknowledged after ${seconds} s${over}`);
      await sleep(20);
    }
  };

  const stop = async (): Promise<LoadReport> => {
    stopping = true;
    await Promise.race([lanes, sleep(STOP_MS, undefined, { ref: false })]);
    await Promise.all(producers.map((producer) => producer.close(true).catch(() => undefined)));
    const log = (await readTopic(client, topic)).filter((record) => record.key.startsWith(run));
    const missed = () => log.filter((record) => !reader.has(record.partition, record.offset)).length;
    const limit = Date.now() + STOP_MS;
    while (missed() > 0 && Date.now() < limit) await sleep(100);
    await reader.stop();
    return {
      ...judge(sent, log),
      acknowledged: sent.length,
      unacknowledged: attempted - sent.length,
      readBack: log.length,
      missed: missed(),
      consumerRestarts: reader.restarts(),
      longestGapMs,
      sendErrors,
      producerResets,
    };
  };

  await more(1);
  return { acknowledged: () => sent.length, more, stop };
}

/** What an error says, and the errors that it came from. */
function reasons(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [error.cause];
  return [error.message, ...(first === undefined ? [] : reasons(first))];
}

type StringProducer = Producer<string, string, string, string>;

function openProducer({ brokers, ...access }: Client, clientId: string): StringProducer {
  return new Producer({
    clientId,
    bootstrapBrokers: [...brokers],
    idempotent: true,
    acks: ProduceAcks.ALL,
    serializers: stringSerializers,
    retryDelay: 100,
    ...access,
  });
}

async function partitionsOf({ brokers, ...access }: Client, topic: string): Promise<number> {
  const base = new Base({ clientId: "load", bootstrapBrokers: [...brokers], ...access });
  try {
    return (await base.metadata({ topics: [topic] })).topics.get(topic)?.partitionsCount ?? 0;
  } finally {
    await base.close();
  }
}
