/**
 * No new replica lands on brokers that are about to go (KIP-1066, Kafka 4.3): between the proof that they are empty and the
 * end of their pods topics may be made.
 */
import { IncrementalAlterConfigOperationTypes } from "@platformatic/kafka";
import type { Cluster } from "../connection.ts";
import { onBrokers } from "./configs.ts";
import type { BrokerNode } from "./state.ts";

const KEY = "cordoned.log.dirs";
const EVERY_DIRECTORY = "*";
const { SET, DELETE } = IncrementalAlterConfigOperationTypes;

/** @returns how many brokers take no new replicas from now on; none where they do not know how */
export async function cordon(cluster: Cluster, brokers: readonly BrokerNode[]): Promise<number> {
  return onBrokers(cluster, brokers, [KEY], (set, known) =>
    known.has(KEY) && !set.has(KEY) ? [{ name: KEY, configOperation: SET, value: EVERY_DIRECTORY }] : [],
  );
}

/** @returns how many brokers take replicas again */
export async function uncordon(cluster: Cluster, brokers: readonly BrokerNode[]): Promise<number> {
  return onBrokers(cluster, brokers, [KEY], (set) => (set.has(KEY) ? [{ name: KEY, configOperation: DELETE }] : []));
}
