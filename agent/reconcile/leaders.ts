/** A new topic is of use once every broker knows it and every partition has a leader. */
import type { Cluster } from "../connection.ts";
import { type Patience, persist, TransientError } from "../retry.ts";
import { count } from "./format.ts";
import type { Observation } from "./observe.ts";
import type { Plan } from "./plan.ts";

/** Polling is cheap and the wait is mostly short. */
const PACE = { first: 50, longest: 1_000 };

/**
 * Waits until each broker shows every partition that the plan made with a leader.
 * @throws TransientError when the deadline passes first
 */
export async function awaitLeaders(
  cluster: Cluster,
  plan: Plan,
  brokers: Observation["brokers"],
  patience: Patience,
): Promise<void> {
  const wanted = new Map<string, number>();
  for (const action of plan.actions) {
    if (action.kind === "create" || action.kind === "recreate") wanted.set(action.topic, action.spec.partitions);
    if (action.kind === "grow") wanted.set(action.topic, action.to);
  }
  if (wanted.size === 0) return;
  await Promise.all(
    brokers.map(async (broker) => {
      const open = new Map(wanted);
      const where = `broker ${broker.nodeId} at ${broker.host}:${broker.port}`;
      await persist(
        `leaders on ${where}`,
        patience,
        async () => {
          const { topics } = await cluster.call(broker, "Metadata", [...open.keys()], false, false);
          for (const { name, errorCode, partitions } of topics) {
            const led = partitions.filter((partition) => partition.leaderId >= 0).length;
            if (name && errorCode === 0 && led >= (open.get(name) ?? 0)) open.delete(name);
          }
          const [missing] = open.keys();
          if (missing !== undefined) {
            const what = `${count(open.size, "topic")} of ${wanted.size} without a leader for every partition`;
            throw new TransientError(`${where}: ${what}, such as ${missing}`);
          }
        },
        PACE,
      );
    }),
  );
}
