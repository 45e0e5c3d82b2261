/**
 * How the agent talks to brokers, from a Java-style client properties file: the one place where a security protocol is
 * decided. Without a file the protocol is PLAINTEXT.
 */
import { parseProperties } from "../kafka/propertiesFile.ts";

/** What the client library needs beside addresses. */
export interface ClientSecurity {
  readonly protocol: "PLAINTEXT";
}

const PROTOCOLS: readonly string[] = ["PLAINTEXT"];

/**
 * @param file name used in messages
 * @throws Error that names file, line, what was found and what was expected
 */
export function parseClientConfig(file: string, text: string): ClientSecurity {
  for (const [key, { value, line }] of parseProperties(file, text)) {
    if (key !== "security.protocol") {
      throw new Error(`${file}:${line}: found key ${key}, expected security.protocol; take the line out`);
    }
    if (!PROTOCOLS.includes(value)) {
      throw new Error(`${file}:${line}: found security.protocol=${value}, expected one of ${PROTOCOLS.join(", ")}`);
    }
  }
  return { protocol: "PLAINTEXT" };
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
