/** Configs that a reassignment sets for a while, on topics and on single brokers. */
import { ConfigResourceTypes, ConfigSources, type IncrementalAlterConfigOperationTypes } from "@platformatic/kafka";
import type { Cluster, Target } from "../connection.ts";
import { chunks } from "../reconcile/batches.ts";
import { explainCode, TransientError } from "../retry.ts";
import type { BrokerNode } from "./state.ts";

type Operations = typeof IncrementalAlterConfigOperationTypes;
const RESOURCES_PER_REQUEST = 500;
const UNKNOWN_TOPIC = 3;

export interface Change {
  readonly resourceType: (typeof ConfigResourceTypes)["TOPIC" | "BROKER"];
  readonly resourceName: string;
  readonly configs: (
    | { readonly name: string; readonly configOperation: Operations["DELETE"] }
    | { readonly name: string; readonly configOperation: Operations["SET" | "APPEND"]; readonly value: string }
  )[];
}

/**
 * Changes configs that are set on single brokers; each broker takes its own only.
 * @param change gets the keys that are set there, and those that the broker knows
 * @returns how many brokers were changed
 */
export async function onBrokers(
  cluster: Cluster,
  brokers: readonly BrokerNode[],
  keys: readonly string[],
  change: (set: ReadonlySet<string>, known: ReadonlySet<string>) => Change["configs"],
): Promise<number> {
  const changed = await Promise.all(
    brokers.map(async ({ id, host, port }) => {
      const resource = { resourceType: ConfigResourceTypes.BROKER, resourceName: String(id) };
      const described = await cluster.call(
        { host, port },
        "DescribeConfigs",
        [{ ...resource, configurationKeys: [...keys] }],
        false,
        false,
      );
      const found = described.results.flatMap(({ configs }) => configs);
      const set = found.filter(({ configSource }) => configSource === ConfigSources.DYNAMIC_BROKER_CONFIG);
      const names = (some: typeof found) => new Set(some.map(({ name }) => name));
      const configs = change(names(set), names(found));
      if (configs.length > 0) await alter(cluster, { host, port }, [{ ...resource, configs }]);
      return configs.length > 0 ? 1 : 0;
    }),
  );
  return changed.reduce<number>((sum, one) => sum + one, 0);
}

/** @throws TransientError with the broker's words; a topic that is gone meanwhile is left out */
export async function alter(cluster: Cluster, target: Target, changes: readonly Change[]): Promise<void> {
  for (const batch of chunks(changes, RESOURCES_PER_REQUEST)) {
    const { responses } = await cluster.call(target, "IncrementalAlterConfigs", batch, false);
    const refused = responses.find(({ errorCode }) => errorCode !== 0 && errorCode !== UNKNOWN_TOPIC);
    if (refused) {
      const { resourceName, errorCode, errorMessage } = refused;
      throw new TransientError(`configs of ${resourceName}: ${explainCode(errorCode, errorMessage)}`);
    }
  }
}
