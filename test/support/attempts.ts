/** What a broker lets a client do: single requests, each of which takes one right. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../../agent/connection.ts";

/** Any request that the library knows, also those that the agent never sends. */
export type Call = (target: "any", name: string, ...args: readonly unknown[]) => Promise<unknown>;

/** One request about something by its name. */
export type Attempt = (client: Cluster, name: string) => Promise<unknown>;

const send =
  (request: string, args: (name: string) => readonly unknown[]): Attempt =>
  (client, name) =>
    (client.call as unknown as Call)("any", request, ...args(name));

const TIMEOUT = 10_000;
const [TOPIC, BROKER] = [2, 4];
const alter = (type: number) =>
  send("IncrementalAlterConfigs", (name) => {
    const key = type === TOPIC ? "retention.ms" : "num.replica.fetchers";
    return [
      [{ resourceType: type, resourceName: name, configs: [{ name: key, configOperation: 0, value: "1" }] }],
      true,
    ];
  });

/** Where a request can be tried without its effect, it is. */
export const ATTEMPTS = {
  commit: send("OffsetCommit", (group) => {
    const partitions = [{ partitionIndex: 0, committedOffset: 0n, committedLeaderEpoch: -1, committedMetadata: "" }];
    return [group, -1, "", null, [{ name: "orders", partitions }]];
  }),
  deleteGroup: send("DeleteGroups", (group) => [[group]]),
  transaction: send("InitProducerId", (id) => [id, TIMEOUT]),
  createTopic: send("CreateTopics", (name) => {
    return [[{ name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }], TIMEOUT, true];
  }),
  alterTopic: alter(TOPIC),
  alterBroker: alter(BROKER),
  allow: send("CreateAcls", (principal) => [
    [
      {
        ...{ resourceType: TOPIC, resourceName: "orders", resourcePatternType: 3 },
        ...{ principal, host: "*", operation: 3, permissionType: 3 },
      },
    ],
  ]),
  limit: send("AlterClientQuotas", (entityName) => [
    [{ entities: [{ entityType: "user", entityName }], ops: [{ key: "producer_byte_rate", value: 1, remove: false }] }],
    true,
  ]),
} satisfies Record<string, Attempt>;

/** Error codes of Kafka's protocol. */
const DENIED = [29, 30, 31, 53];
/** A coordinator that is not there yet, and a transaction that is being ended. */
const LATER = [14, 15, 16, 51];
/** Nothing to delete, which is said to those alone who might. */
const NONE = 69;

/**
 * Whether the broker lets the client.
 * @throws Error with the protocol's code where it answers neither
 */
export async function mayDo(attempt: Attempt, client: Cluster, name: string): Promise<boolean> {
  for (let left = 100; ; left -= 1) {
    const code = errorIn(await attempt(client, name));
    if (code === 0 || code === NONE) return true;
    if (DENIED.includes(code)) return false;
    if (!LATER.includes(code) || left === 0) throw new Error(`${name}: error ${code}`);
    await sleep(100);
  }
}

/** The first error code in an answer, wherever it stands; 0 for none. */
function errorIn(answer: unknown): number {
  if (typeof answer !== "object" || answer === null) return 0;
  const { errorCode } = answer as { errorCode?: number };
  return (
    errorCode ??
    Object.values(answer)
      .map(errorIn)
      .find((code) => code !== 0) ??
    0
  );
}
