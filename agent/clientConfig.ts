/**
 * How the agent talks to brokers, from a Java-style client properties file, the same that Kafka's own tools take: the one
 * place where a security protocol is decided. Without a file the protocol is PLAINTEXT.
 */
import { readJaasOptions, readJavaProperties } from "../kafka/access/readJava.ts";
import type { SecurityProtocol } from "../kafka/listeners.ts";

/** What the client library needs beside addresses. */
export interface ClientSecurity {
  readonly protocol: SecurityProtocol;
  /** Where the protocol is SASL_PLAINTEXT or SASL_SSL. */
  readonly sasl?: { readonly mechanism: Mechanism; readonly username: string; readonly password: string };
  /** Where the protocol is SSL or SASL_SSL: texts in PEM. Without `ca` the machine's own authorities count. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

const MECHANISMS = ["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] as const;
type Mechanism = (typeof MECHANISMS)[number];

/** Keys that the file may have, and the values that they may have where those are few. */
const KEYS = {
  "security.protocol": ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"],
  "sasl.mechanism": MECHANISMS,
  "sasl.jaas.config": undefined,
  "ssl.truststore.type": ["PEM"],
  "ssl.truststore.location": undefined,
  "ssl.truststore.certificates": undefined,
  "ssl.keystore.type": ["PEM"],
  "ssl.keystore.location": undefined,
  "ssl.endpoint.identification.algorithm": ["https"],
} as const satisfies Readonly<Record<string, readonly string[] | undefined>>;
type Key = keyof typeof KEYS;

/**
 * @param file name used in messages
 * @param read gives the text of a file that the properties name
 * @throws Error that names file, key, what was found and what was expected
 */
export function parseClientConfig(file: string, text: string, read: (path: string) => string): ClientSecurity {
  const found = readJavaProperties(text);
  for (const [key, value] of found) {
    if (!Object.hasOwn(KEYS, key)) {
      throw new Error(`${file}: found key ${key}, expected one of ${Object.keys(KEYS).join(", ")}; take it out`);
    }
    const allowed: readonly string[] | undefined = KEYS[key as Key];
    if (allowed && !allowed.includes(value)) {
      throw new Error(`${file}: found ${key}=${value}, expected ${allowed.join(" or ")}`);
    }
  }
  const value = (key: Key) => found.get(key);
  const protocol = (value("security.protocol") ?? "PLAINTEXT") as SecurityProtocol;
  const pem = (key: Key) => {
    const path = value(key);
    return path === undefined ? undefined : read(path);
  };
  const ca = value("ssl.truststore.certificates") ?? pem("ssl.truststore.location");
  const pair = pem("ssl.keystore.location");
  return {
    protocol,
    ...(protocol.startsWith("SASL") ? { sasl: login(file, value("sasl.mechanism"), value("sasl.jaas.config")) } : {}),
    ...(protocol.endsWith("SSL")
      ? { tls: { ...(ca === undefined ? {} : { ca }), ...(pair === undefined ? {} : { cert: pair, key: pair }) } }
      : {}),
  };
}

function login(file: string, mechanism: string | undefined, line: string | undefined) {
  const known = MECHANISMS.find((one) => one === mechanism);
  const { username, password } = readJaasOptions(line ?? "") ?? {};
  if (known === undefined)
    throw new Error(`${file}: key sasl.mechanism is missing, expected ${MECHANISMS.join(" or ")}`);
  if (username === undefined || password === undefined) {
    // Never with what was found: it may hold a password.
    throw new Error(
      `${file}: sasl.jaas.config is missing or none, expected <module> required username="…" password="…";`,
    );
  }
  return { mechanism: known, username, password };
}

/**
 * Reads `host:port,host:port`.
 * @throws Error that names the entry that is none
 */
export function parseBrokers(text: string): string[] {
  const brokers = text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  if (brokers.length === 0) throw new Error(`found ${JSON.stringify(text)}, expected host:port[,host:port…]`);
  for (const broker of brokers) {
    const port = Number(/^\S+:(\d{1,5})$/.exec(broker)?.[1]);
    if (!(port >= 1 && port <= 65_535)) throw new Error(`found broker ${JSON.stringify(broker)}, expected host:port`);
  }
  return brokers;
}
