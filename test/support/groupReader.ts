/**
 * A consumer of a group that stays on a topic through whatever happens to its brokers, commits as it goes and starts
 * again from its commits when its stream ends.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Consumer, stringDeserializers } from "@platformatic/kafka";
import type { Client } from "./topicReader.ts";

export interface GroupReader {
  /** Whether the record at this place was delivered at least once. */
  has(partition: number, offset: number): boolean;
  /** Records delivered so far, redelivered ones counted once. */
  delivered(): number;
  /** How often the stream had to be made anew. */
  restarts(): number;
  stop(): Promise<void>;
}

/** Starts reading the topic from its beginning. */
export function startGroupReader(client: Client, topic: string, group: string): GroupReader {
  const seen = new Set<string>();
  let consumer: Consumer<string, string, string, string> | undefined;
  const end = new AbortController();
  let starts = 0;

  const once = async (): Promise<void> => {
    const { brokers, ...access } = client;
    consumer = new Consumer({
      clientId: group,
      groupId: group,
      bootstrapBrokers: [...brokers],
      deserializers: stringDeserializers,
      autocommit: 500,
      sessionTimeout: 10_000,
      heartbeatInterval: 1_000,
      retries: 10,
      retryDelay: 200,
      ...access,
    });
    try {
      const stream = await consumer.consume({ topics: [topic], mode: "committed", fallbackMode: "earliest" });
      for await (const message of stream) seen.add(`${message.partition}:${message.offset}`);
    } finally {
      await consumer.close(true).catch(() => undefined);
    }
  };

  const run = async (): Promise<void> => {
    while (!end.signal.aborted) {
      starts += 1;
      await once().catch(() => undefined);
      await sleep(200);
    }
  };
  const running = run();

  return {
    has: (partition, offset) => seen.has(`${partition}:${offset}`),
    delivered: () => seen.size,
    restarts: () => Math.max(0, starts - 1),
    stop: async () => {
      end.abort();
      await consumer?.close(true).catch(() => undefined);
      await Promise.race([running, sleep(10_000, undefined, { ref: false })]);
    },
  };
}
