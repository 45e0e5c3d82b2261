/**
 * The cluster-wide configuration of the brokers as text: the program writes it, the agent reads it, and a review of the
 * ConfigMap shows which value changes. A JSON object of texts by Kafka's keys.
 */

/** Name of the file. */
export const BROKER_CONFIG_FILE = "broker-config.json";

/** Keys in the order of the alphabet, so that equal configurations give equal text. */
export function renderBrokerConfig(config: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`;
}

/**
 * Reads it back.
 * @param file name used in messages
 * @throws Error that names the file, what was found and what was expected
 */
export function parseBrokerConfig(file: string, text: string): Record<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${file}: expected a JSON object of broker keys: ${reason}`, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`${file}: found ${JSON.stringify(value)}, expected an object such as {"num.io.threads": "16"}`);
  }
  for (const [key, found] of Object.entries(value)) {
    if (typeof found !== "string") {
      throw new Error(`${file}: found ${key}: ${JSON.stringify(found)}, expected a text, as Kafka's configs are`);
    }
  }
  return value as Record<string, string>;
}
