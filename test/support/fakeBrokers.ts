/** An in-memory cluster of brokers whose replicas move: what preflight, settle and reassign ask of a real one. */
import type { Cluster } from "../../agent/connection.ts";

export interface FakePartition {
  replicas: number[];
  isr: number[];
  leader: number;
  /** Where a running reassignment leads to, and how many looks it still takes. */
  target?: { readonly replicas: number[]; looks: number };
}

export interface FakeBrokers {
  readonly cluster: Cluster;
  /** By `topic-partition`. */
  readonly partitions: Map<string, FakePartition>;
  /** Brokers that are up. */
  readonly up: Set<number>;
  readonly registered: Set<number>;
  readonly racks: Map<number, string>;
  /** Dynamic configs by `topic:<name>` and `broker:<id>`. */
  readonly configs: Map<string, Map<string, string>>;
  readonly calls: string[];
  /** Brokers that are not on KRaft, and whether they are ready to be led by a quorum. */
  readonly onZooKeeper: Map<number, { readonly migrating: boolean }>;
  /** Finalised level of metadata.version. */
  metadataLevel: number | undefined;
  /** Leader of the quorum; -1 for none. */
  quorumLeader: number;
  minIsr: number;
  /** Looks that a reassignment takes. */
  pace: number;
  before: (call: string) => void;
}

/** @param layout replicas by `topic-partition`; all in sync, led by the first */
export function fakeBrokers(count: number, layout: Readonly<Record<string, number[]>>): FakeBrokers {
  const ids = Array.from({ length: count }, (_, id) => id);
  const fake: FakeBrokers = {
    partitions: new Map(
      Object.entries(layout).map(([name, replicas]) => [
        name,
        { replicas: [...replicas], isr: [...replicas], leader: replicas[0] ?? -1 },
      ]),
    ),
    up: new Set(ids),
    registered: new Set(ids),
    racks: new Map(),
    configs: new Map(),
    calls: [],
    onZooKeeper: new Map(),
    metadataLevel: undefined,
    quorumLeader: 100,
    minIsr: 1,
    pace: 2,
    before: () => undefined,
    cluster: {
      call: ((target: unknown, name: string, ...args: unknown[]) => {
        fake.calls.push(name);
        return new Promise<unknown>((resolve) => {
          fake.before(name);
          resolve(HANDLERS[name]?.(fake, args, target));
        });
      }) as Cluster["call"],
      close: () => Promise.resolve(),
    },
  };
  return fake;
}

const split = (name: string): [topic: string, partition: number] => {
  const at = name.lastIndexOf("-");
  return [name.slice(0, at), Number(name.slice(at + 1))];
};
const byTopic = <T>(fake: FakeBrokers, of: (name: string, one: FakePartition, index: number) => T | undefined) => {
  const topics = new Map<string, T[]>();
  for (const [name, one] of fake.partitions) {
    const [topic, index] = split(name);
    const value = of(name, one, index);
    if (value !== undefined) topics.set(topic, [...(topics.get(topic) ?? []), value]);
  }
  return [...topics].map(([name, partitions]) => ({ name, partitions }));
};

interface ConfigResource {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly configs: readonly { readonly name: string; readonly configOperation: number; readonly value?: string }[];
}
const TOPIC = 2;
const key = ({ resourceType, resourceName }: Pick<ConfigResource, "resourceType" | "resourceName">) =>
  `${resourceType === TOPIC ? "topic" : "broker"}:${resourceName}`;

const HANDLERS: Record<string, (fake: FakeBrokers, args: readonly unknown[], target: unknown) => unknown> = {
  ApiVersions: (fake, _args, target) => {
    const place = target === "any" ? undefined : fake.onZooKeeper.get((target as { port: number }).port - 9092);
    const apiKeys = [{ apiKey: place === undefined ? 55 : 6 }];
    const level = fake.metadataLevel;
    const finalizedFeatures = level === undefined ? [] : [{ name: "metadata.version", maxVersionLevel: level }];
    return { errorCode: 0, apiKeys, zkMigrationReady: place?.migrating ?? false, finalizedFeatures };
  },
  Metadata: (fake, [names]) => ({
    brokers: [...fake.up].map((nodeId) => ({
      nodeId,
      host: "broker",
      port: 9092 + nodeId,
      rack: fake.racks.get(nodeId) ?? null,
    })),
    controllerId: 0,
    topics:
      names === null
        ? byTopic(fake, (_name, { replicas, isr, leader }, partitionIndex) => ({
            partitionIndex,
            leaderId: leader,
            replicaNodes: replicas,
            isrNodes: isr,
          }))
        : [],
  }),
  ListPartitionReassignments: (fake) => {
    for (const one of fake.partitions.values()) {
      if (!one.target || one.target.looks-- > 0) continue;
      one.replicas = one.target.replicas;
      one.isr = [...one.replicas];
      if (!one.replicas.includes(one.leader)) one.leader = one.replicas[0] ?? -1;
      delete one.target;
    }
    const topics = byTopic(fake, (_name, { replicas, isr, target }, partitionIndex) =>
      target === undefined
        ? undefined
        : {
            partitionIndex,
            replicas,
            addingReplicas: target.replicas.filter((id) => !isr.includes(id)),
            removingReplicas: replicas.filter((id) => !target.replicas.includes(id)),
          },
    );
    return { errorCode: 0, errorMessage: null, topics };
  },
  AlterPartitionReassignments: (fake, args) => {
    const topics = args[2] as { name: string; partitions: { partitionIndex: number; replicas: number[] }[] }[];
    return {
      errorCode: 0,
      errorMessage: null,
      responses: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex, replicas }) => {
          const one = fake.partitions.get(`${name}-${partitionIndex}`);
          if (!one) return { partitionIndex, errorCode: 3, errorMessage: null };
          one.target = { replicas, looks: fake.pace };
          one.replicas = [...replicas, ...one.replicas.filter((id) => !replicas.includes(id))];
          return { partitionIndex, errorCode: 0, errorMessage: null };
        }),
      })),
    };
  },
  DescribeQuorum: ({ quorumLeader }) => ({
    errorCode: 0,
    errorMessage: null,
    topics: [{ partitions: [{ leaderId: quorumLeader }] }],
  }),
  DescribeConfigs: (fake, [resources]) => ({
    results: (resources as ConfigResource[]).map((resource) => {
      const set = [...(fake.configs.get(key(resource)) ?? [])].map(([name, value]) => ({
        name,
        value,
        configSource: resource.resourceType === TOPIC ? 1 : 2,
      }));
      const minIsr = { name: "min.insync.replicas", value: String(fake.minIsr), configSource: 5 };
      const { configurationKeys } = resource as unknown as { configurationKeys: string[] };
      const configs = [minIsr, ...set].filter(({ name }) => configurationKeys.includes(name));
      return { resourceName: resource.resourceName, errorCode: 0, errorMessage: null, configs };
    }),
  }),
  IncrementalAlterConfigs: (fake, [resources]) => ({
    responses: (resources as ConfigResource[]).map((resource) => {
      const own = fake.configs.get(key(resource)) ?? new Map<string, string>();
      fake.configs.set(key(resource), own);
      for (const { name, configOperation, value = "" } of resource.configs) {
        if (configOperation === 1) own.delete(name);
        else own.set(name, configOperation === 2 && own.has(name) ? `${own.get(name) ?? ""},${value}` : value);
      }
      return { resourceName: resource.resourceName, errorCode: 0, errorMessage: null };
    }),
  }),
  ElectLeaders: (fake, [topics]) => ({
    errorCode: 0,
    topics: (topics as { name: string; partitions: number[] }[]).map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((partitionIndex) => {
        const one = fake.partitions.get(`${name}-${partitionIndex}`);
        if (one) one.leader = one.replicas[0] ?? -1;
        return { partitionIndex, errorCode: 0, errorMessage: null };
      }),
    })),
  }),
  DescribeCluster: (fake) => ({
    errorCode: 0,
    errorMessage: null,
    brokers: [...fake.registered].map((brokerId) => ({ brokerId, isFenced: !fake.up.has(brokerId) })),
  }),
  UnregisterBroker: (fake, [id]) => ({
    errorCode: fake.registered.delete(id as number) ? 0 : 102,
    errorMessage: null,
  }),
};
