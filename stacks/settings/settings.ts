/**
 * What the rest of the program sees: the parsed tree with everything that follows from other settings filled in. Plain,
 * frozen data. Durations are milliseconds, retention -1 is unlimited, sizes are text as written.
 */
import type { UserSettings } from "./resolveUsers.ts";
import type { ParsedSettings } from "./schema.ts";

export type { UserSettings } from "./resolveUsers.ts";

/** A topic with every inherited value filled in. */
export interface TopicSettings {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly minInSyncReplicas: number;
  readonly critical: boolean;
  /** Topic configs as Kafka takes them (`retention.ms`, `cleanup.policy` …), min.insync.replicas included. */
  readonly config: Readonly<Record<string, string>>;
  readonly state: "present" | "absent";
  readonly recreate: boolean;
}

type Filled<T, K extends keyof T> = Omit<T, K> & { readonly [P in K]-?: Exclude<T[P], undefined> };

export type Settings = DeepReadonly<
  Omit<ParsedSettings, "coordination" | "kafka" | "controllers" | "topics" | "users" | "zookeeper"> & {
    coordination: Filled<ParsedSettings["coordination"], "phase">;
    kafka: Filled<
      ParsedSettings["kafka"],
      "version" | "metadataVersion" | "image" | "heap" | "replicationFactor" | "minInSyncReplicas"
    >;
    controllers: Filled<ParsedSettings["controllers"], "replicas">;
    zookeeper: Filled<ParsedSettings["zookeeper"], "image" | "heap">;
    topics: Omit<ParsedSettings["topics"], "items"> & { items: readonly TopicSettings[] };
    users: { items: Readonly<Record<string, UserSettings>> };
  }
>;

export type DeepReadonly<T> = T extends readonly (infer U)[]
  ? readonly DeepReadonly<U>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;
