/** Logins in the form that Java clients and brokers read, whatever is in a name or a password. */

export type SaslMechanism = "SCRAM-SHA-512" | "PLAIN";

const MODULES: Readonly<Record<SaslMechanism, string>> = {
  "SCRAM-SHA-512": "org.apache.kafka.common.security.scram.ScramLoginModule",
  PLAIN: "org.apache.kafka.common.security.plain.PlainLoginModule",
};

/**
 * A value of `sasl.jaas.config`. Kafka reads it with Java's StreamTokenizer: a backslash escapes quotes and backslashes,
 * and control characters are written as octal numbers.
 */
export function jaasLine(mechanism: SaslMechanism, options: Readonly<Record<string, string>> = {}): string {
  const written = Object.entries(options).map(([key, value]) => ` ${key}="${quoted(value)}"`);
  return `${MODULES[mechanism]} required${written.join("")};`;
}

const quoted = (value: string): string =>
  value
    .replaceAll(/["\\]/g, "\\$&")
    .replaceAll(/\p{Cc}/gu, (control) => `\\${control.charCodeAt(0).toString(8).padStart(3, "0")}`);
