/** The requests of the sidecar, in versions that every Kafka from 3.9 on knows: request, and what is kept of its answer. */
import type { ConnectionOptions } from "node:tls";
import type { Login } from "./login.ts";
import { int8, int16, int32, list, type Reader, TAGS, text } from "./wire.ts";

export interface Request<T> {
  readonly name: string;
  readonly key: number;
  readonly version: number;
  readonly body: Buffer;
  readonly parse: (reader: Reader) => T;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** An address with what it takes to be let in there. */
export interface Door extends Address {
  /** Read anew for each connection, as certificates are renewed; default: no TLS. */
  readonly tls?: (() => ConnectionOptions) | undefined;
  /** Default: nobody logs in. */
  readonly login?: Login | undefined;
}

/** A replica that one broker holds. */
export interface Replica {
  readonly topic: string;
  readonly partition: number;
  /** -1 without one. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

export interface Metadata {
  /** Brokers that are registered and not fenced. */
  readonly brokers: ReadonlyMap<number, Address>;
  readonly controller: number;
  /** Of the broker that asks. */
  readonly held: readonly Replica[];
}

/** What the cluster is made of, as far as broker `id` holds replicas of it. */
export function metadataOf(id: number): Request<Metadata> {
  return {
    name: "Metadata",
    key: 3,
    version: 12,
    body: Buffer.concat([list(null), int8(0), int8(0), TAGS]),
    parse: (reader) => {
      reader.skip(4);
      const brokers = reader.list(() => {
        const broker = [reader.int32(), { host: reader.text(), port: reader.int32() }] as const;
        reader.text();
        reader.tags();
        return broker;
      });
      reader.text();
      const controller = reader.int32();
      const held: Replica[] = [];
      reader.list(() => {
        reader.skip(2);
        const topic = reader.text();
        reader.skip(17);
        reader.list(() => {
          reader.skip(2);
          const partition = reader.int32();
          const leader = reader.int32();
          reader.skip(4);
          const replicas = reader.int32s();
          const isr = reader.int32s();
          reader.int32s();
          reader.tags();
          if (replicas.includes(id)) held.push({ topic, partition, leader, replicas, isr });
        });
        reader.skip(4);
        reader.tags();
      });
      return { brokers: new Map(brokers), controller, held };
    },
  };
}

/** `topic-partition` of the replicas that are only being added to broker `id` by a reassignment. */
export function addedTo(id: number): Request<ReadonlySet<string>> {
  const TIMEOUT_MS = 5_000;
  return {
    name: "ListPartitionReassignments",
    key: 46,
    version: 0,
    body: Buffer.concat([int32(TIMEOUT_MS), list(null), TAGS]),
    parse: (reader) => {
      reader.skip(4);
      refuse("ListPartitionReassignments", reader.int16(), reader.text());
      const added = new Set<string>();
      reader.list(() => {
        const topic = reader.text();
        reader.list(() => {
          const partition = reader.int32();
          reader.int32s();
          const adding = reader.int32s();
          reader.int32s();
          reader.tags();
          if (adding.includes(id)) added.add(`${topic}-${partition}`);
        });
        reader.tags();
      });
      return added;
    },
  };
}

const TOPIC = 2;
const MIN_ISR = "min.insync.replicas";

/** min.insync.replicas in force for topics; one that is gone meanwhile is left out. */
export function minIsrOf(topics: readonly string[]): Request<ReadonlyMap<string, number>> {
  const resources = topics.map((topic) => Buffer.concat([int8(TOPIC), text(topic), list([text(MIN_ISR)]), TAGS]));
  return {
    name: "DescribeConfigs",
    key: 32,
    version: 4,
    body: Buffer.concat([list(resources), int8(0), int8(0), TAGS]),
    parse: (reader) => {
      reader.skip(4);
      const values = new Map<string, number>();
      reader.list(() => {
        reader.skip(2);
        reader.text();
        reader.skip(1);
        const topic = reader.text();
        reader.list(() => {
          const key = reader.text();
          const value = reader.text();
          reader.skip(3);
          reader.list(() => {
            reader.text();
            reader.text();
            reader.skip(1);
            reader.tags();
          });
          reader.skip(1);
          reader.text();
          reader.tags();
          if (key === MIN_ISR) values.set(topic, Number(value));
        });
        reader.tags();
      });
      return values;
    },
  };
}

const BROKER = 4;

/**
 * Sets keys of node `id` to the values that they have: for a key that names a file of certificates this makes the node read it
 * again (KAFKA-14136).
 */
export function setAgain(id: number, values: Readonly<Record<string, string>>): Request<void> {
  const SET = 0;
  const configs = Object.entries(values).map(([key, value]) =>
    Buffer.concat([text(key), int8(SET), text(value), TAGS]),
  );
  const resource = Buffer.concat([int8(BROKER), text(String(id)), list(configs), TAGS]);
  return {
    name: "IncrementalAlterConfigs",
    key: 44,
    version: 1,
    body: Buffer.concat([list([resource]), int8(0), TAGS]),
    parse: (reader) => {
      reader.skip(4);
      reader.list(() => {
        refuse("IncrementalAlterConfigs", reader.int16(), reader.text());
        reader.skip(1);
        reader.text();
        reader.tags();
      });
    },
  };
}

export interface Quorum {
  /** -1 where the node that answered is not the leader itself. */
  readonly leader: number;
  /** Milliseconds that each voter is behind the leader; infinite before its first fetch. */
  readonly lag: ReadonlyMap<number, number>;
  /** Brokers and new controllers: milliseconds since each last fetched. */
  readonly observers: ReadonlyMap<number, number>;
}

/** The metadata quorum as its leader sees it. */
export function quorum(): Request<Quorum> {
  const topic = Buffer.concat([text("__cluster_metadata"), list([Buffer.concat([int32(0), TAGS])]), TAGS]);
  return {
    name: "DescribeQuorum",
    key: 55,
    version: 1,
    body: Buffer.concat([list([topic]), TAGS]),
    parse: (reader) => {
      refuse("DescribeQuorum", reader.int16());
      const topics = reader.list(() => {
        reader.text();
        const partitions = reader.list(() => {
          reader.skip(4);
          const error = reader.int16();
          const leader = reader.int32();
          reader.skip(12);
          const voters = reader.list(() => quorumMember(reader));
          const observers = reader.list(() => quorumMember(reader));
          reader.tags();
          return { leader: error === 0 ? leader : -1, voters, observers };
        });
        reader.tags();
        return partitions;
      });
      const { leader = -1, voters = [], observers = [] } = topics[0]?.[0] ?? {};
      const now = voters.find(({ id }) => id === leader)?.caughtUp ?? -1;
      const since = (then: number) => (then < 0 ? Number.POSITIVE_INFINITY : now - then);
      return {
        leader,
        lag: new Map(voters.map(({ id, caughtUp }) => [id, since(caughtUp)])),
        observers: new Map(observers.map(({ id, fetched }) => [id, since(fetched)])),
      };
    },
  };
}

function quorumMember(reader: Reader): { id: number; fetched: number; caughtUp: number } {
  const id = reader.int32();
  reader.skip(8);
  const member = { id, fetched: reader.int64(), caughtUp: reader.int64() };
  reader.tags();
  return member;
}

/** @throws Error for a code that is an error */
export function refuse(api: string, code: number, message = ""): void {
  if (code !== 0) throw new Error(`${api}: error ${code}${message === "" ? "" : `: ${message}`}`);
}

/** A request as it goes over the wire, length first. */
export const frame = ({ key, version, body }: Pick<Request<unknown>, "key" | "version" | "body">): Buffer =>
  plainFrame(key, version, Buffer.concat([TAGS, body]));

/** The same, of a version without tagged fields. */
export function plainFrame(key: number, version: number, body: Buffer): Buffer {
  const client = Buffer.from("kafka-platform-sidecar");
  const message = Buffer.concat([int16(key), int16(version), int32(0), int16(client.length), client, body]);
  return Buffer.concat([int32(message.length), message]);
}
