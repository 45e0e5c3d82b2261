/** What brokers themselves say about topics and settings, in plain form. */
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Admin, type Broker, ConfigResourceTypes, IncrementalAlterConfigOperationTypes } from "@platformatic/kafka";
import { until } from "./kube.ts";
import type { Client } from "./topicReader.ts";

export interface TopicFacts {
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Configs that were set on the topic; inherited ones are left out. */
  readonly config: Readonly<Record<string, string>>;
}

/** `DescribeConfigs` source of a value that was set on the topic itself. */
const SET_ON_TOPIC = 1;

/** Gives an admin client to some work and closes it. */
export async function withAdmin<T>({ brokers, ...access }: Client, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Admin({
    clientId: "test",
    bootstrapBrokers: [...brokers] as string[] | Broker[],
    retries: 20,
    retryDelay: 250,
    timeout: 20_000,
    ...access,
  });
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}

/** Names of all topics that clients see; internal ones and the platform's own are left out. */
export async function topicNames(client: Client): Promise<string[]> {
  const names = await withAdmin(client, (admin) => admin.listTopics());
  return names.filter((name) => !name.startsWith("_")).sort();
}

export async function topicFacts(client: Client, topics: readonly string[]): Promise<Record<string, TopicFacts>> {
  return withAdmin(client, async (admin) => {
    const { topics: found } = await admin.metadata({ topics: [...topics], forceUpdate: true });
    const described = await admin.describeConfigs({
      resources: topics.map((name) => ({
        resourceType: ConfigResourceTypes.TOPIC,
        resourceName: name,
        configurationKeys: null,
      })),
    });
    return Object.fromEntries(
      topics.map((name) => {
        const topic = found.get(name);
        const configs = described.find(({ resourceName }) => resourceName === name)?.configs ?? [];
        const own = configs.filter(({ configSource }) => configSource === SET_ON_TOPIC);
        return [
          name,
          {
            partitions: topic?.partitionsCount ?? 0,
            replicationFactor: topic?.partitions[0]?.replicas.length ?? 0,
            config: Object.fromEntries(own.map((config) => [config.name, String(config.value)])),
          },
        ];
      }),
    );
  });
}

/** Settings that a running broker works with. */
export async function brokerSettings(
  client: Client,
  broker: number,
  keys: readonly string[],
): Promise<Record<string, string>> {
  return withAdmin(client, async (admin) => {
    const [described] = await admin.describeConfigs({
      resources: [
        { resourceType: ConfigResourceTypes.BROKER, resourceName: String(broker), configurationKeys: [...keys] },
      ],
    });
    return Object.fromEntries((described?.configs ?? []).map(({ name, value }) => [name, String(value)]));
  });
}

/** Sets one config of a topic behind the program's back. */
export async function setTopicConfig(client: Client, topic: string, name: string, value: string): Promise<void> {
  const configs = [{ name, value, configOperation: IncrementalAlterConfigOperationTypes.SET }];
  const resource = { resourceType: ConfigResourceTypes.TOPIC, resourceName: topic, configs };
  await withAdmin(client, (admin) => admin.incrementalAlterConfigs({ resources: [resource] }));
}

/** Waits until every partition of the topics has a leader and all its replicas in sync. */
export async function untilInSync(client: Client, topics: readonly string[], seconds = 120): Promise<void> {
  await withAdmin(client, (admin) =>
    until("every replica in sync", seconds, async () => {
      const { topics: found } = await admin.metadata({ topics: [...topics], forceUpdate: true });
      const partitions = [...found.values()].flatMap((topic) => topic.partitions);
      return partitions.every(({ leader, isr, replicas }) => leader >= 0 && isr.length === replicas.length);
    }),
  );
}

/** Waits until brokers know of each other and of a controller: a server's port opens before that. */
export async function untilBrokersKnown(client: Client, count: number, seconds = 60): Promise<void> {
  await withAdmin(client, (admin) =>
    until(`${count} brokers and a controller`, seconds, async () => {
      const { brokers, controllerId } = await admin.metadata({ topics: [], forceUpdate: true });
      return brokers.size >= count && controllerId >= 0;
    }),
  );
}

/**
 * Watches how few replicas any partition of the topic comes to have that are in sync and there: a cluster that lost its
 * quorum cannot take a broker that is gone out of the in-sync replicas any more.
 */
export function watchIsr(client: Client, topic: string): { stop(): Promise<number> } {
  let [watching, fewest, before] = [true, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const work = withAdmin({ ...client }, async (admin) => {
    while (watching) {
      const [found, present] = await Promise.all([
        admin.metadata({ topics: [topic], forceUpdate: true }).catch(() => undefined),
        Promise.all(client.brokers.map(accepts)),
      ]);
      const partitions = found?.topics.get(topic)?.partitions ?? [];
      const now = Math.min(...partitions.map(({ isr }) => isr.filter((id) => present[id]).length));
      // A look takes in two things that change apart, and a busy machine answers late: two in a row have to agree.
      fewest = Math.min(fewest, Math.max(before, now));
      before = now;
      await sleep(200);
    }
  });
  return {
    stop: async () => {
      watching = false;
      await work;
      return fewest;
    },
  };
}

/** Whether something listens there; an address that does not exist does not. */
export async function accepts(address: string): Promise<boolean> {
  const [host = "", port] = address.split(":");
  const socket = connect({ host, port: Number(port), timeout: 1_000 });
  socket.once("timeout", () => socket.destroy(new Error("no answer")));
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
