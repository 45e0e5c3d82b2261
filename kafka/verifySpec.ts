/** What the verification of a stack expects: written by the program, read by the agent's `verify`. */

export interface VerifySpec {
  /** Where cluster metadata lives; quorum checks apply to `kraft`. */
  readonly mode: "kraft" | "zookeeper";
  /** Brokers that must be up. */
  readonly brokers: number;
  /** Node ids of the quorum's voters; empty with ZooKeeper. */
  readonly controllers: readonly number[];
  /** Addresses that must accept a TCP connection. */
  readonly services: readonly ServiceAddress[];
  /** Topics whose replication is a promise of its own (exactly-once). */
  readonly criticalTopics: readonly CriticalTopic[];
  /** Topic of the produce-and-consume check; made with one partition and short retention where it is missing. */
  readonly roundTripTopic: string;
}
export interface ServiceAddress {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}
export interface CriticalTopic {
  readonly name: string;
  readonly replicationFactor: number;
  readonly minInSyncReplicas: number;
}

export function renderVerifySpec(spec: VerifySpec): string {
  return `${JSON.stringify(spec, null, 2)}\n`;
}

/**
 * Reads a spec.
 * @param file name used in messages
 * @throws Error that lists every problem with its path, what was found and what was expected
 */
export function parseVerifySpec(file: string, text: string): VerifySpec {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file}: expected JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const problems: string[] = [];
  check(SPEC, value, "", problems);
  if (problems.length > 0) throw new Error(problems.map((problem) => `${file}: ${problem}`).join("\n"));
  return value as VerifySpec;
}

/** A value's shape: a name of a scalar, a list, an object whose keys are all needed, or one of some texts. */
type Shape = "text" | "count" | "id" | { list: Shape } | { keys: Record<string, Shape> } | { oneOf: readonly string[] };

const SPEC: Shape = {
  keys: {
    mode: { oneOf: ["kraft", "zookeeper"] },
    brokers: "count",
    controllers: { list: "id" },
    services: { list: { keys: { name: "text", host: "text", port: "count" } } },
    criticalTopics: { list: { keys: { name: "text", replicationFactor: "count", minInSyncReplicas: "count" } } },
    roundTripTopic: "text",
  },
};
const SCALARS = {
  text: ["a text that is not empty", (value: unknown) => typeof value === "string" && value !== ""],
  count: ["an integer from 1", (value: unknown) => Number.isInteger(value) && Number(value) >= 1],
  id: ["an integer from 0", (value: unknown) => Number.isInteger(value) && Number(value) >= 0],
} as const;

function check(shape: Shape, value: unknown, path: string, problems: string[]): void {
  const expect = (what: string, holds: boolean): boolean => {
    if (!holds)
      problems.push(
        `${path || "the file"}: found ${value === undefined ? "nothing" : JSON.stringify(value)}, expected ${what}`,
      );
    return holds;
  };
  if (typeof shape === "string") {
    const [what, test] = SCALARS[shape];
    expect(what, test(value));
  } else if ("oneOf" in shape) {
    expect(
      shape.oneOf.join(" or "),
      shape.oneOf.some((text) => text === value),
    );
  } else if ("list" in shape) {
    if (!expect("a list", Array.isArray(value))) return;
    for (const [index, item] of (value as unknown[]).entries()) check(shape.list, item, `${path}[${index}]`, problems);
  } else {
    if (!expect("an object", typeof value === "object" && value !== null && !Array.isArray(value))) return;
    const object = value as Record<string, unknown>;
    for (const [key, inner] of Object.entries(shape.keys)) {
      check(inner, object[key], path ? `${path}.${key}` : key, problems);
    }
  }
}
