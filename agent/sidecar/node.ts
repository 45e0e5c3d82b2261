/** Who the sidecar stands beside, read from the properties that its server runs with: a cluster that grows changes no sidecar. */
import { parseProperties } from "../../kafka/propertiesFile.ts";
import type { Address } from "./requests.ts";

export interface KafkaNode {
  readonly id: number;
  /** Address of the node as a broker, from inside its pod; undefined for a controller. */
  readonly broker: Address | undefined;
  /** Address of the node as a controller, from inside its pod; undefined for a broker. */
  readonly controller: Address | undefined;
  /** False on ZooKeeper. */
  readonly kraft: boolean;
  /** Every voter of the metadata quorum. */
  readonly voters: ReadonlyMap<number, Address>;
}

/** Brokers know each other by the first that is there. */
const BROKER_LISTENERS = ["REPLICATION", "CLIENT"];
const CONTROLLER_LISTENERS = ["CONTROLLER"];

/**
 * @param file name used in messages
 * @throws Error that names the key that is missing or cannot be used
 */
export function readNode(file: string, text: string): KafkaNode {
  const properties = parseProperties(file, text);
  const optional = (key: string) => properties.get(key)?.value;
  const id = optional("node.id") ?? optional("broker.id");
  if (id === undefined || !/^\d+$/.test(id)) {
    throw new Error(
      `${file}: found node.id ${id ?? "nowhere"}, expected a number: was the init script's work cut short?`,
    );
  }
  const roles = (optional("process.roles") ?? "broker").split(",");
  const listeners = readListeners(optional("listeners") ?? "");
  const protocols = new Map(pairs(optional("listener.security.protocol.map") ?? ""));
  const address = (names: readonly string[]): Address => {
    const name = names.find((one) => listeners.has(one));
    const found = name === undefined ? undefined : listeners.get(name);
    if (name === undefined || !found) throw new Error(`${file}: expected one of ${names.join(", ")} in listeners`);
    const protocol = protocols.get(name) ?? "PLAINTEXT";
    if (protocol !== "PLAINTEXT") throw new Error(`${file}: listener ${name} speaks ${protocol}, expected PLAINTEXT`);
    return found;
  };
  return {
    id: Number(id),
    kraft: optional("process.roles") !== undefined,
    broker: roles.includes("broker") ? address(BROKER_LISTENERS) : undefined,
    controller: roles.includes("controller") ? address(CONTROLLER_LISTENERS) : undefined,
    voters: readVoters(optional("controller.quorum.voters") ?? ""),
  };
}

function pairs(text: string): (readonly [string, string])[] {
  return text.split(",").map((pair) => {
    const [name = "", value = ""] = pair.trim().split(":");
    return [name, value] as const;
  });
}

/** `NAME://host:port,…`; without a host the server listens on all interfaces. */
function readListeners(text: string): Map<string, Address> {
  const found = [...text.matchAll(/(\w+):\/\/([^,]*):(\d+)/g)];
  return new Map(found.map(([, name = "", host, port]) => [name, { host: host || "localhost", port: Number(port) }]));
}

/** `id@host:port,…`. */
function readVoters(text: string): Map<number, Address> {
  const found = [...text.matchAll(/(\d+)@([^,]+):(\d+)/g)];
  return new Map(found.map(([, id, host = "", port]) => [Number(id), { host, port: Number(port) }]));
}
