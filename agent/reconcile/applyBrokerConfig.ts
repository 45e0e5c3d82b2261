/** The requests behind the cluster-wide configuration: read it, try a change, make it, and see every broker run with it. */
import {
  ConfigResourceTypes,
  ConfigSources,
  IncrementalAlterConfigOperationTypes,
  protocolErrors,
  protocolErrorsCodesById,
} from "@platformatic/kafka";
import type { Cluster, Target } from "../connection.ts";
import { explainCode, type Patience, persist, TransientError } from "../retry.ts";
import type { Outcome } from "./apply.ts";
import { type BrokerValue, isThreadCount, nextStep, planBrokerConfig, settleResets } from "./brokerConfig.ts";
import type { Observation } from "./observe.ts";
import { type ConfigChange, sameValue } from "./plan.ts";

type Broker = Observation["brokers"][number];

/** Name under which the cluster-wide configuration is asked for. */
const CLUSTER_WIDE = "";
/** Doubling reaches any number of threads in fewer. */
const MOST_STEPS = 32;
/** A broker follows the metadata log, so it has a change after milliseconds; one that does not has refused it. */
const TAKES_MS = 30_000;
const PACE = { first: 50, longest: 1_000 };

/** Configs of one broker, or of the cluster. */
async function describe(cluster: Cluster, target: Target, name: string, keys: string[] | null) {
  const resource = { resourceType: ConfigResourceTypes.BROKER, resourceName: name, configurationKeys: keys };
  const { results } = await cluster.call(target, "DescribeConfigs", [resource], true, false);
  const [result] = results;
  if (!result || result.errorCode !== 0) {
    throw new Error(`configs of broker "${name}": ${explainCode(result?.errorCode ?? -1, result?.errorMessage)}`);
  }
  return result.configs;
}

async function describeBroker(
  cluster: Cluster,
  broker: Broker,
  keys: readonly string[],
): Promise<Map<string, BrokerValue>> {
  const configs = await describe(cluster, broker, String(broker.nodeId), [...keys]);
  return new Map(
    configs.map(({ name, value, configSource, synonyms }) => {
      const from = (source: number) => synonyms.find((one) => one.source === source && one.name === name);
      const own = configSource === ConfigSources.DYNAMIC_BROKER_CONFIG;
      const inFile = from(ConfigSources.STATIC_BROKER_CONFIG) !== undefined;
      return [name, { value: value ?? null, own, inFile, fallback: from(ConfigSources.DEFAULT_CONFIG)?.value ?? null }];
    }),
  );
}

/** What must change so that the cluster holds the declared configuration. */
export async function changesOfBrokerConfig(
  cluster: Cluster,
  wanted: Readonly<Record<string, string>>,
  brokers: readonly Broker[],
): Promise<ConfigChange[]> {
  const configs = await describe(cluster, "any", CLUSTER_WIDE, null);
  const found = Object.fromEntries(configs.map(({ name, value }) => [name, value ?? null]));
  const changes = planBrokerConfig(wanted, found);
  const resets = changes.filter(({ to }) => to === null).map(({ key }) => key);
  if (resets.length === 0) return changes;
  return settleResets(changes, await Promise.all(brokers.map((broker) => describeBroker(cluster, broker, resets))));
}

/**
 * Makes the changes, thread counts in steps, and waits until every broker runs with them.
 * @param validateOnly ask the brokers whether they would take the first step, and change nothing
 */
export async function alterBrokerConfig(
  cluster: Cluster,
  changes: readonly ConfigChange[],
  brokers: readonly Broker[],
  patience: Patience,
  validateOnly = false,
): Promise<Outcome> {
  const threads = changes.flatMap(({ key }) => (isThreadCount(key) ? [key] : []));
  let open = changes;
  for (let step = 0; step < MOST_STEPS && open.length > 0; step += 1) {
    const current = await persist("configs of every broker", patience, () =>
      Promise.all(threads.length === 0 ? [] : brokers.map((broker) => describeBroker(cluster, broker, threads))),
    );
    const next = open.map((change) => {
      const seen = current.flatMap((broker) => broker.get(change.key) ?? []);
      return { ...change, to: nextStep(seen, change.to) };
    });
    const refused = await send(cluster, next, patience, validateOnly);
    if (refused !== undefined) return { failures: [{ topic: "brokers", message: refused }], raced: false };
    if (validateOnly) break;
    const wanted = open;
    open = wanted.filter((change, index) => next[index]?.to !== change.to);
    if (open.length > 0) patience.say(`brokers: ${open.map((change) => stepText(change, next)).join(", ")}`);
    await everyBrokerRunsWith(cluster, next, brokers, patience);
  }
  return { failures: [], raced: false };
}

const stepText = ({ key, to }: ConfigChange, next: readonly ConfigChange[]) =>
  `${key} at ${next.find((change) => change.key === key)?.to ?? ""} on its way to ${to ?? "its default"}`;

/** @returns the broker's words where it does not take a change */
async function send(
  cluster: Cluster,
  changes: readonly ConfigChange[],
  patience: Patience,
  validateOnly: boolean,
): Promise<string | undefined> {
  const configs = changes.map(({ key, to }) =>
    to === null
      ? { name: key, configOperation: IncrementalAlterConfigOperationTypes.DELETE }
      : { name: key, configOperation: IncrementalAlterConfigOperationTypes.SET, value: to },
  );
  const resource = { resourceType: ConfigResourceTypes.BROKER, resourceName: CLUSTER_WIDE, configs };
  return persist("brokers to take their configuration", patience, async () => {
    const { responses } = await cluster.call("controller", "IncrementalAlterConfigs", [resource], validateOnly);
    const { errorCode, errorMessage } = responses[0] ?? { errorCode: -1, errorMessage: null };
    if (errorCode === 0) return undefined;
    const id = protocolErrorsCodesById[errorCode];
    const message = explainCode(errorCode, errorMessage);
    if (id !== undefined && protocolErrors[id]?.canRetry === true) throw new TransientError(`brokers: ${message}`);
    return message;
  });
}

/** @throws TransientError that names broker and key where one does not follow */
async function everyBrokerRunsWith(
  cluster: Cluster,
  changes: readonly ConfigChange[],
  brokers: readonly Broker[],
  patience: Patience,
): Promise<void> {
  const wanted = changes.filter(({ to }) => to !== null);
  const deadline = Math.min(patience.deadline, Date.now() + TAKES_MS);
  await Promise.all(
    brokers.map((broker) =>
      persist(
        `broker ${broker.nodeId} to run with its configuration`,
        { ...patience, deadline },
        async () => {
          const values = await describeBroker(
            cluster,
            broker,
            wanted.map(({ key }) => key),
          );
          for (const { key, to } of wanted) {
            const found = values.get(key);
            if (!found || found.own || found.value === null || sameValue(found.value, to ?? "")) continue;
            throw new TransientError(
              `broker ${broker.nodeId} runs with ${key}=${found.value} although the cluster has ${to}; its log says why`,
            );
          }
        },
        PACE,
      ),
    ),
  );
}
