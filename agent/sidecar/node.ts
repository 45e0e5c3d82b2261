/** Who the sidecar stands beside, read from the properties that its server runs with: a cluster that grows changes no sidecar. */
import { readFileSync } from "node:fs";
import { readJaasOptions } from "../../kafka/access/readJava.ts";
import { parseProperties } from "../../kafka/propertiesFile.ts";
import { referencedFile } from "../../kafka/secretFiles.ts";
import type { Login } from "./login.ts";
import type { Address, Door } from "./requests.ts";

export interface KafkaNode {
  readonly id: number;
  /** Address of the node as a broker, from inside its pod; undefined for a controller. */
  readonly broker: Door | undefined;
  /** Address of the node as a controller, from inside its pod; undefined for a broker. */
  readonly controller: Door | undefined;
  /** False on ZooKeeper. */
  readonly kraft: boolean;
  /** Every voter of the metadata quorum. */
  readonly voters: ReadonlyMap<number, Door>;
  /** Files of certificates, and the keys that name them for each listener; undefined where nothing is encrypted. */
  readonly certificates?: { readonly read: () => string; readonly keys: Readonly<Record<string, string>> } | undefined;
  /** What other brokers ask of whoever wants in; default: nothing. */
  readonly peers?: Pick<Door, "login" | "tls">;
}

/**
 * @param file name used in messages
 * @throws Error that names the key that is missing or cannot be used
 */
export function readNode(
  file: string,
  text: string,
  readSecret: (path: string) => string = (path) => readFileSync(path, "utf8"),
): KafkaNode {
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
  const stored = (key: string): string => {
    const path = optional(key);
    if (path === undefined) throw new Error(`${file}: expected ${key}, as a listener speaks TLS`);
    return readSecret(path);
  };
  // One file holds key and certificate; each is looked for in it.
  const tls = () => {
    const pair = stored("ssl.keystore.location");
    return { ca: stored("ssl.truststore.location"), key: pair, cert: pair };
  };
  const lock = (name: string, mechanismKey: string): Pick<Door, "login" | "tls"> => {
    const protocol = protocols.get(name) ?? "PLAINTEXT";
    return {
      ...(protocol.endsWith("SSL") ? { tls } : {}),
      ...(protocol.startsWith("SASL") ? { login: loginAt(name, mechanismKey) } : {}),
    };
  };
  const loginAt = (name: string, mechanismKey: string): Login => {
    const mechanism = optional(mechanismKey) ?? "";
    const key = `listener.name.${name.toLowerCase()}.${mechanism.toLowerCase()}.sasl.jaas.config`;
    const { username, password } = readJaasOptions(optional(key) ?? "") ?? {};
    if ((mechanism !== "SCRAM-SHA-512" && mechanism !== "PLAIN") || username === undefined || password === undefined) {
      throw new Error(`${file}: expected ${mechanismKey}, and in ${key} a username and a password`);
    }
    const path = referencedFile(password);
    return { mechanism, username, password: path === undefined ? password : readSecret(path) };
  };
  // Of several the first is the one that nodes dial.
  const named = (key: string): string => (optional(key) ?? "").split(",")[0] ?? "";
  const door = (key: string, mechanismKey: string): Door => {
    const address = listeners.get(named(key));
    if (!address) throw new Error(`${file}: found ${key} ${named(key) || "nowhere"}, expected one of listeners`);
    return { ...address, ...lock(named(key), mechanismKey) };
  };
  const encrypted = [...listeners.keys()].filter((name) => protocols.get(name)?.endsWith("SSL"));
  const keys = Object.fromEntries(
    encrypted.flatMap((name) =>
      FILE_KEYS.map((key) => [`listener.name.${name.toLowerCase()}.${key}`, optional(key) ?? ""]),
    ),
  );
  const isBroker = roles.includes("broker");
  const brokerLock = isBroker ? lock(named(BROKER_LISTENER), OF_BROKERS) : {};
  // A broker that is no controller has no such listener of its own, and the same passwords.
  const voterLock = protocols.has(named(CONTROLLER_LISTENERS)) ? lock(named(CONTROLLER_LISTENERS), OF_CONTROLLERS) : {};
  return {
    id: Number(id),
    kraft: optional("process.roles") !== undefined,
    broker: isBroker ? door(BROKER_LISTENER, OF_BROKERS) : undefined,
    controller: roles.includes("controller") ? door(CONTROLLER_LISTENERS, OF_CONTROLLERS) : undefined,
    voters: new Map(
      [...readVoters(optional("controller.quorum.voters") ?? "")].map(([voter, where]) => [
        voter,
        { ...where, ...voterLock },
      ]),
    ),
    peers: brokerLock,
    certificates: encrypted.length === 0 ? undefined : { read: () => FILE_KEYS.map(stored).join(""), keys },
  };
}

/** Keys that name files of certificates. */
const FILE_KEYS = ["ssl.keystore.location", "ssl.truststore.location"] as const;

const BROKER_LISTENER = "inter.broker.listener.name";
const CONTROLLER_LISTENERS = "controller.listener.names";
const OF_BROKERS = "sasl.mechanism.inter.broker.protocol";
const OF_CONTROLLERS = "sasl.mechanism.controller.protocol";

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
