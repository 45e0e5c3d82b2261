/** Exactly-once as a client sees it: a committed and an aborted transaction, and offsets committed by hand. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Consumer, ProduceAcks, stringDeserializers, stringSerializers } from "@platformatic/kafka";
import { TransactionalProducer } from "../../agent/transactions.ts";
import { type Client, readTopic } from "./topicReader.ts";

export interface TransactionReport {
  /** Values of this run that a read_committed reader sees, sorted. */
  readonly committed: readonly string[];
  /** Values of this run that are in the log, aborted ones too, sorted. */
  readonly written: readonly string[];
}

/** Commits one transaction over three partitions, aborts a second one, and reads the topic at both isolation levels. */
export async function runTransactions(client: Client, topic: string): Promise<TransactionReport> {
  const run = `transaction-${randomUUID().slice(0, 8)}`;
  const { brokers, ...access } = client;
  const producer = new TransactionalProducer({
    clientId: run,
    transactionalId: run,
    bootstrapBrokers: [...brokers],
    idempotent: true,
    acks: ProduceAcks.ALL,
    serializers: stringSerializers,
    retries: 50,
    retryDelay: 200,
    ...access,
  });
  try {
    for (const outcome of ["committed", "aborted"] as const) {
      const transaction = await producer.beginTransaction();
      const messages = [0, 1, 2].map((partition) => ({ topic, partition, key: run, value: `${outcome} ${partition}` }));
      await transaction.send({ messages });
      await (outcome === "committed" ? transaction.commit() : transaction.abort());
    }
  } finally {
    await producer.close(true).catch(() => undefined);
  }
  const values = async (isolation: "read_committed" | "read_uncommitted") =>
    (await readTopic(client, topic, isolation))
      .filter((record) => record.key === run)
      .map((record) => record.value)
      .sort();
  // The end of a transaction is written to its partitions after the answer to the producer.
  const limit = Date.now() + 20_000;
  let committed = await values("read_committed");
  while (committed.length < 3 && Date.now() < limit) {
    await sleep(200);
    committed = await values("read_committed");
  }
  return { committed, written: await values("read_uncommitted") };
}

/**
 * Reads records of a topic with a new group, commits only the first one by hand, and reads again with the same group.
 * @param topic one whose partition 0 holds at least two committed records
 * @returns offsets of the record that was committed and of the one that the second reader got first, in partition 0
 */
export async function resumeAfterCommit(
  client: Client,
  topic: string,
  group: string,
): Promise<{ first: bigint; second: bigint }> {
  const read = async (commit: boolean): Promise<{ partition: number; offset: bigint }> => {
    const { brokers, ...access } = client;
    const consumer = new Consumer({
      clientId: group,
      groupId: group,
      bootstrapBrokers: [...brokers],
      deserializers: stringDeserializers,
      retries: 20,
      retryDelay: 200,
      ...access,
    });
    try {
      const stream = await consumer.consume({
        topics: [topic],
        mode: "committed",
        fallbackMode: "earliest",
        autocommit: false,
      });
      for await (const message of stream) {
        if (message.partition !== 0) continue;
        if (commit) await message.commit();
        return message;
      }
      throw new Error(`the stream on ${topic} ended without a record of partition 0`);
    } finally {
      await consumer.close(true).catch(() => undefined);
    }
  };
  const first = await read(true);
  const second = await read(false);
  return { first: first.offset, second: second.offset };
}
