/**
 * One topic as text: the value of one ConfigMap key, mounted as one file whose name is the topic's. The program writes it,
 * the agent reads it, and a review of the ConfigMap shows which topic changes and how.
 *
 *     partitions=12
 *     replication.factor=3
 *     cleanup.policy=delete
 *     retention.ms=604800000
 */
import { parseProperties } from "./propertiesFile.ts";

export interface TopicSpec {
  readonly name: string;
  /** At least 1. */
  readonly partitions: number;
  /** At least 1. */
  readonly replicationFactor: number;
  /** Topic configs by their Kafka names, values as Kafka writes them (`retention.ms` → `604800000`). */
  readonly config: Readonly<Record<string, string>>;
  /** `absent` deletes the topic and its data. */
  readonly state: "present" | "absent";
  /** Allows delete and create, which loses the data, where partitions shrink. */
  readonly recreate: boolean;
}

/** What Kafka (and a ConfigMap key) accepts as a topic name, `.` and `..` aside. */
const TOPIC_NAME = /^[a-zA-Z0-9._-]{1,249}$/;
const CONFIG_KEY = /^[a-z][a-z0-9._-]*$/;
/** Keys of the file that are not topic configs. */
const RESERVED = new Set(["partitions", "replication.factor", "state", "recreate"]);
/** Kafka's wire types: partitions are an int32, a replication factor is an int16. */
const MAX_PARTITIONS = 2 ** 31 - 1;
const MAX_REPLICAS = 2 ** 15 - 1;

/**
 * The text of a topic: reserved keys first, then its configs by name, so that equal topics give equal text.
 * @throws Error that names topic and key where a config cannot be written as one line
 */
export function renderTopicFile(spec: TopicSpec): string {
  const lines = [`partitions=${spec.partitions}`, `replication.factor=${spec.replicationFactor}`];
  if (spec.state === "absent") lines.push("state=absent");
  if (spec.recreate) lines.push("recreate=true");
  for (const [key, value] of Object.entries(spec.config).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (RESERVED.has(key) || !CONFIG_KEY.test(key)) {
      throw new Error(`topic ${spec.name}: found config key ${JSON.stringify(key)}, expected a Kafka topic config`);
    }
    if (value !== value.trim() || /[\r\n]/.test(value)) {
      throw new Error(
        `topic ${spec.name}: found ${key}=${JSON.stringify(value)}, expected one line without outer blanks`,
      );
    }
    lines.push(`${key}=${value}`);
  }
  return `${lines.join("\n")}\n`;
}

/**
 * Reads a topic back.
 * @param name the file's name, which is the topic's
 * @throws Error that names file, line, what was found and what was expected
 */
export function parseTopicFile(name: string, text: string): TopicSpec {
  if (!TOPIC_NAME.test(name) || name === "." || name === "..") {
    throw new Error(`${name}: not a topic name; expected 1 to 249 of a-z A-Z 0-9 . _ - (and neither . nor ..)`);
  }
  const properties = parseProperties(name, text);

  const integer = (key: string, max: number): number => {
    const property = properties.get(key);
    if (!property) throw new Error(`${name}: key ${key} is missing, expected ${key}=<integer from 1>`);
    const value = Number(property.value);
    if (!/^\d+$/.test(property.value) || value < 1 || value > max) {
      throw new Error(`${name}:${property.line}: found ${key}=${property.value}, expected an integer from 1 to ${max}`);
    }
    return value;
  };
  const choice = <T extends string>(key: string, allowed: readonly T[], fallback: T): T => {
    const property = properties.get(key);
    if (!property) return fallback;
    const found = allowed.find((value) => value === property.value);
    if (found === undefined) {
      throw new Error(`${name}:${property.line}: found ${key}=${property.value}, expected ${allowed.join(" or ")}`);
    }
    return found;
  };

  const config: Record<string, string> = {};
  for (const [key, { value, line }] of properties) {
    if (RESERVED.has(key)) continue;
    if (!CONFIG_KEY.test(key)) {
      throw new Error(
        `${name}:${line}: found key ${JSON.stringify(key)}, expected a topic config such as retention.ms`,
      );
    }
    config[key] = value;
  }
  return {
    name,
    partitions: integer("partitions", MAX_PARTITIONS),
    replicationFactor: integer("replication.factor", MAX_REPLICAS),
    config,
    state: choice("state", ["present", "absent"], "present"),
    recreate: choice("recreate", ["true", "false"], "false") === "true",
  };
}
