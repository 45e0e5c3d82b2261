/** What an application needs to know to connect, as environment variables and as properties files. */
import type { SecurityProtocol } from "../kafka/listeners.ts";

export interface ClientConnection {
  /** Every broker, `host:port` separated by commas: the address to prefer, as it outlives any one broker. */
  readonly brokers: string;
  /** The one client Service, `host:port`. */
  readonly bootstrap: string;
  readonly securityProtocol: SecurityProtocol;
}

export interface ClientAdvice {
  readonly topics: readonly string[];
  /** Recommended producer properties. */
  readonly producer: Readonly<Record<string, string>>;
  /** Recommended consumer properties. */
  readonly consumer: Readonly<Record<string, string>>;
}

/**
 * Keys of the ConfigMap: environment variables for `envFrom`, and two properties files. `env` comes last and wins.
 * A topic is found as `KAFKA_TOPIC_ORDER_CREATED`; two topics that would share a variable (`a.b`, `a-b`) get none, and are
 * found in `KAFKA_TOPICS` like all others.
 */
export function clientConfigMap(
  connection: ClientConnection,
  advice: ClientAdvice,
  env: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const compression = advice.producer["compression.type"];
  return {
    KAFKA_BROKERS: connection.brokers,
    KAFKA_BOOTSTRAP_SERVERS: connection.bootstrap,
    KAFKA_SECURITY_PROTOCOL: connection.securityProtocol,
    ...(compression === undefined ? {} : { KAFKA_COMPRESSION_TYPE: compression }),
    KAFKA_TOPICS: [...advice.topics].sort().join(","),
    ...topicVariables(advice.topics),
    "producer.properties": propertiesText({ ...connectionProperties(connection), ...advice.producer }),
    "consumer.properties": propertiesText({ ...connectionProperties(connection), ...advice.consumer }),
    ...env,
  };
}

/** Keys of the Secret: the properties that a command line tool or a library takes as they are. */
export function clientSecret(connection: ClientConnection): Record<string, string> {
  return { "client.properties": propertiesText(connectionProperties(connection)) };
}

/** `KAFKA_TOPIC_ORDER_CREATED=order.created` and so on. */
export function topicVariables(topics: readonly string[]): Record<string, string> {
  const variable = (topic: string) => `KAFKA_TOPIC_${topic.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;
  const owners = new Map<string, string[]>();
  for (const topic of [...topics].sort()) owners.set(variable(topic), [...(owners.get(variable(topic)) ?? []), topic]);
  return Object.fromEntries(
    [...owners].flatMap(([key, [topic, ...others]]) => (topic && !others.length ? [[key, topic]] : [])),
  );
}

function connectionProperties(connection: ClientConnection): Record<string, string> {
  return { "bootstrap.servers": connection.brokers, "security.protocol": connection.securityProtocol };
}

function propertiesText(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}
