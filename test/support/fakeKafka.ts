/** An in-memory cluster behind the agent's seam: topics with partitions and configs, and the errors that Kafka gives. */
import type { Cluster } from "../../agent/connection.ts";

export interface FakeTopic {
  partitions: number;
  replicationFactor: number;
  config: Record<string, string>;
}
export interface FakeKafka {
  readonly cluster: Cluster;
  readonly topics: Map<string, FakeTopic>;
  /** Cluster-wide configuration of the brokers. */
  readonly brokerConfig: Map<string, string>;
  /** What the server.properties say that the brokers were started with. */
  readonly brokerFile: Map<string, string>;
  /** Levels of features: finalised for the cluster, and known to every broker. */
  readonly finalised: Map<string, number>;
  readonly supported: Map<string, number>;
  /** Values of one broker that hide the cluster-wide ones, `<id> <key>` → value. */
  readonly brokerOwn: Map<string, string>;
  /** API names in the order they were called; a validateOnly call ends in `?`. */
  readonly calls: string[];
  /** Topics named in each call, beside `calls`. */
  readonly sizes: number[];
  /** Leader of a topic's partitions; -1 for none. */
  leader: (topic: string) => number;
  /** Runs before each call; may throw, or change topics behind the agent's back. */
  before: (call: string) => void;
  /** Error code for one topic of a changing call, 0 for none. */
  answer: (call: string, topic: string) => number;
}

const ALREADY_EXISTS = 36;
const UNKNOWN_TOPIC = 3;
const INVALID_CONFIG = 40;
const KNOWN = /^(retention|cleanup|compression|min\.insync|segment|max|leader|follower)\./;
const TOPIC_CONFIG = 1;
const DEFAULT_CONFIG = 5;
const INVALID_REQUEST = 42;
const INVALID_UPDATE = 95;
const BROKER = 4;
const BROKER_OWN = 2;
const BROKER_CLUSTER_WIDE = 3;
const BROKER_FILE = 4;
/** The keys that the fake brokers know. */
const BROKER_DEFAULTS: Record<string, string> = {
  "num.io.threads": "8",
  "log.cleaner.threads": "1",
  "message.max.bytes": "1048588",
  "leader.replication.throttled.rate": "9223372036854775807",
};

export function fakeKafka(topics: Record<string, FakeTopic> = {}, brokers = 3): FakeKafka {
  const kafka: FakeKafka = {
    topics: new Map(Object.entries(structuredClone(topics))),
    brokerConfig: new Map(),
    brokerFile: new Map(),
    brokerOwn: new Map(),
    finalised: new Map(),
    supported: new Map(),
    calls: [],
    sizes: [],
    leader: () => 0,
    before: () => undefined,
    answer: () => 0,
    cluster: {
      // The typed signature belongs to the caller; what each API takes is told apart by its name below.
      call: ((_target: unknown, name: string, ...args: unknown[]) => {
        const validateOnly = args.at(-1) === true && name !== "Metadata";
        const call = validateOnly ? `${name}?` : name;
        kafka.calls.push(call);
        kafka.sizes.push(Array.isArray(args[0]) ? args[0].length : 0);
        return new Promise<unknown>((resolve) => {
          kafka.before(call);
          resolve(HANDLERS[name]?.(kafka, args[0] as never, validateOnly, brokers, args[1] as never));
        });
      }) as Cluster["call"],
      close: () => Promise.resolve(),
    },
  };
  return kafka;
}

type Handler = (kafka: FakeKafka, items: never, validateOnly: boolean, brokers: number, second: never) => unknown;
interface FeatureUpdate {
  readonly feature: string;
  readonly maxVersionLevel: number;
}

/** Answers item by item: an error of the test's choice, else what `change` finds, else the change is made. */
function each<T>(
  kafka: FakeKafka,
  call: string,
  items: readonly T[],
  name: (item: T) => string,
  change: (item: T) => number,
) {
  return items.map((item) => {
    const errorCode = kafka.answer(call, name(item)) || change(item);
    return {
      name: name(item),
      resourceName: name(item),
      errorCode,
      errorMessage: errorCode ? `broker says ${errorCode}` : null,
    };
  });
}

interface CreateItem {
  readonly name: string;
  readonly numPartitions: number;
  readonly replicationFactor: number;
  readonly configs: readonly { readonly name: string; readonly value: string }[];
}
interface AlterItem {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly configs: readonly { readonly name: string; readonly configOperation: number; readonly value?: string }[];
}

interface DescribeItem {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly configurationKeys: readonly string[] | null;
}

/** What a broker runs with, or with an empty name what the cluster has set. */
function describeBroker(kafka: FakeKafka, id: string, keys: readonly string[]) {
  return keys.flatMap((name) => {
    const sources = [
      [BROKER_OWN, kafka.brokerOwn.get(`${id} ${name}`)],
      [BROKER_CLUSTER_WIDE, kafka.brokerConfig.get(name)],
      ...(id === "" ? [] : [[BROKER_FILE, kafka.brokerFile.get(name)] as const]),
      ...(id === "" ? [] : [[DEFAULT_CONFIG, BROKER_DEFAULTS[name]] as const]),
    ] as const;
    const synonyms = sources.flatMap(([source, value]) => (value === undefined ? [] : [{ name, value, source }]));
    const [first] = synonyms;
    return first ? [{ name, value: first.value, configSource: first.source, synonyms }] : [];
  });
}

/** Takes a change as the brokers do: known keys, and thread counts at most doubled or halved. */
function alterBrokers(kafka: FakeKafka, configs: AlterItem["configs"], validateOnly: boolean): number {
  for (const { name, value } of configs) {
    const now = Number(describeBroker(kafka, "0", [name])[0]?.value);
    const next = Number(value ?? kafka.brokerFile.get(name) ?? BROKER_DEFAULTS[name]);
    const tooFar = name.endsWith("threads") && (next > 2 * now || next < Math.floor(now / 2));
    if (!(name in BROKER_DEFAULTS) || tooFar) return INVALID_REQUEST;
  }
  if (validateOnly) return 0;
  for (const { name, configOperation, value } of configs) {
    if (configOperation === 0) kafka.brokerConfig.set(name, value ?? "");
    else kafka.brokerConfig.delete(name);
  }
  return 0;
}

const HANDLERS: Record<string, Handler> = {
  Metadata: (kafka, names: readonly string[] | null, _validateOnly, brokers) => ({
    brokers: Array.from({ length: brokers }, (_, nodeId) => ({ nodeId, host: "broker", port: 9092 + nodeId })),
    controllerId: 0,
    topics: (names ?? [...kafka.topics.keys()]).map((name) => {
      const topic = kafka.topics.get(name);
      const replicas = Array.from({ length: topic?.replicationFactor ?? 0 }, (_, id) => id);
      const partitions = Array.from({ length: topic?.partitions ?? 0 }, (_, partitionIndex) => ({
        partitionIndex,
        leaderId: kafka.leader(name),
        replicaNodes: replicas,
        isrNodes: replicas,
      }));
      return { name, errorCode: topic ? 0 : UNKNOWN_TOPIC, topicId: name, partitions };
    }),
  }),
  DescribeConfigs: (kafka, items: readonly DescribeItem[]) => ({
    results: items.map(({ resourceType, resourceName, configurationKeys }) => {
      if (resourceType === BROKER) {
        const configs = describeBroker(kafka, resourceName, configurationKeys ?? [...kafka.brokerConfig.keys()]);
        return { resourceName, errorCode: 0, errorMessage: null, configs };
      }
      const topic = kafka.topics.get(resourceName);
      const own = Object.entries(topic?.config ?? {}).map(([name, value]) => ({
        name,
        value,
        configSource: TOPIC_CONFIG,
      }));
      const configs = [...own, { name: "file.delete.delay.ms", value: "60000", configSource: DEFAULT_CONFIG }];
      return { resourceName, errorCode: topic ? 0 : UNKNOWN_TOPIC, errorMessage: null, configs };
    }),
  }),
  ApiVersions: (kafka) => ({
    finalizedFeatures: [...kafka.finalised].map(([name, maxVersionLevel]) => ({ name, maxVersionLevel })),
    supportedFeatures: [...kafka.supported].map(([name, maxVersion]) => ({ name, maxVersion })),
  }),
  UpdateFeatures: (kafka, _timeout, validateOnly, _brokers, updates: readonly FeatureUpdate[]) => {
    const refused = updates.find(
      ({ feature, maxVersionLevel }) => maxVersionLevel > (kafka.supported.get(feature) ?? 0),
    );
    if (refused) {
      const results = [{ feature: refused.feature, errorCode: INVALID_UPDATE, errorMessage: "too old" }];
      return { errorCode: 0, errorMessage: null, results };
    }
    if (!validateOnly)
      for (const { feature, maxVersionLevel } of updates) kafka.finalised.set(feature, maxVersionLevel);
    return { errorCode: 0, errorMessage: null, results: [] };
  },
  CreateTopics: (kafka, items: readonly CreateItem[], validateOnly) => ({
    topics: each(
      kafka,
      validateOnly ? "CreateTopics?" : "CreateTopics",
      items,
      (item) => item.name,
      (item) => {
        if (kafka.topics.has(item.name)) return ALREADY_EXISTS;
        if (item.configs.some(({ name }) => !KNOWN.test(name))) return INVALID_CONFIG;
        const config = Object.fromEntries(item.configs.map(({ name, value }) => [name, value]));
        const { numPartitions: partitions, replicationFactor } = item;
        if (!validateOnly) kafka.topics.set(item.name, { partitions, replicationFactor, config });
        return 0;
      },
    ),
  }),
  CreatePartitions: (kafka, items: readonly { readonly name: string; readonly count: number }[], validateOnly) => ({
    results: each(
      kafka,
      validateOnly ? "CreatePartitions?" : "CreatePartitions",
      items,
      (item) => item.name,
      ({ name, count }) => {
        const topic = kafka.topics.get(name);
        if (!topic) return UNKNOWN_TOPIC;
        if (!validateOnly) topic.partitions = count;
        return 0;
      },
    ),
  }),
  IncrementalAlterConfigs: (kafka, items: readonly AlterItem[], validateOnly) => ({
    responses: each(
      kafka,
      validateOnly ? "IncrementalAlterConfigs?" : "IncrementalAlterConfigs",
      items,
      (item) => item.resourceName,
      ({ resourceType, resourceName, configs }) => {
        if (resourceType === BROKER) return alterBrokers(kafka, configs, validateOnly);
        const topic = kafka.topics.get(resourceName);
        if (!topic) return UNKNOWN_TOPIC;
        if (configs.some(({ name }) => !KNOWN.test(name))) return INVALID_CONFIG;
        if (validateOnly) return 0;
        const removed = new Set(configs.map(({ name }) => name));
        const kept = Object.entries(topic.config).filter(([name]) => !removed.has(name));
        const set = configs
          .filter((config) => config.configOperation === 0)
          .map(({ name, value }) => [name, value ?? ""]);
        topic.config = Object.fromEntries([...kept, ...set] as [string, string][]);
        return 0;
      },
    ),
  }),
  DeleteTopics: (kafka, items: readonly { readonly name: string }[]) => ({
    responses: each(
      kafka,
      "DeleteTopics",
      items,
      (item) => item.name,
      ({ name }) => (kafka.topics.delete(name) ? 0 : UNKNOWN_TOPIC),
    ),
  }),
};
