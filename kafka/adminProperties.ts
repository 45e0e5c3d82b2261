/**
 * What Kafka's own tools need in a node's pod to get in at that node: the files for their `--command-config`. They are there in
 * every mode, so that one command line does in all of them. The server never reads them.
 */
import { jaasLine, type SaslMechanism } from "./access/jaas.ts";
import { loginInUse, type PlatformPassword } from "./access/platformLogins.ts";
import { type NodeRole, nodeListeners } from "./listeners.ts";
import { NODE_PATHS } from "./paths.ts";
import type { Properties, Property } from "./properties.ts";
import { secretProvider, secretReference } from "./secretFiles.ts";
import { listenerProtocols, listenerSets, passwordsOf, type SecurityInput } from "./security.ts";
import { TLS_FILES } from "./tls.ts";

/** Listeners that tools dial. */
type Door = "CLIENT" | "CONTROLLER";

/** Controllers know nodes alone, so there tools are one. */
const DOORS = {
  CLIENT: { file: "admin.properties", option: "bootstrap.servers", mechanism: "SCRAM-SHA-512", as: "admin" },
  CONTROLLER: {
    file: "admin-controller.properties",
    option: "bootstrap.controllers",
    mechanism: "PLAIN",
    as: "controller",
  },
} as const satisfies Readonly<
  Record<
    Door,
    {
      readonly file: string;
      /** Property that names the listener. */
      readonly option: string;
      readonly mechanism: SaslMechanism;
      readonly as: PlatformPassword;
    }
  >
>;

/** Where tools find a file: in the mounted ConfigMap itself, so that it follows the settings while the pod runs. */
export const adminFile = (door: Door): string => `${NODE_PATHS.config}/${DOORS[door].file}`;

/** Files of the ConfigMap by name: one for each of the node's listeners that tools dial. */
export function adminFiles(input: SecurityInput, role: NodeRole): Record<string, Properties> {
  const purposes = nodeListeners(role, listenerSets(input)).map(({ purpose }) => purpose);
  const doors = (["CLIENT", "CONTROLLER"] as const).filter((door) => purposes.includes(door));
  return Object.fromEntries(doors.map((door) => [DOORS[door].file, adminProperties(input, door)]));
}

function adminProperties(input: SecurityInput, door: Door): Properties {
  const protocol = listenerProtocols(input)[door];
  const { port } = door === "CLIENT" ? input.listeners.client : input.listeners.controller;
  const { option } = DOORS[door];
  return [
    {
      why: "Where: this node, at the listener that the platform itself uses.",
      entries: [
        [option, `localhost:${port}`],
        ["security.protocol", protocol],
      ],
    },
    ...(protocol.endsWith("SSL") ? [{ why: "Trust: the authority of the nodes.", entries: trust }] : []),
    ...(protocol === "SSL" ? [{ why: "Login: by the certificate of the node.", entries: certificate }] : []),
    ...(protocol.startsWith("SASL")
      ? [{ why: "Login: the password stands in a mounted file.", entries: byPassword(input, DOORS[door]) }]
      : []),
  ];
}

function byPassword(input: SecurityInput, { mechanism, as }: (typeof DOORS)[Door]): Property[] {
  const { username, file } = loginInUse(as, passwordsOf(input));
  return [
    ...secretProvider(),
    ["sasl.mechanism", mechanism],
    ["sasl.jaas.config", jaasLine(mechanism, { username, password: secretReference(file) })],
  ];
}

const trust: readonly Property[] = [
  ["ssl.truststore.type", "PEM"],
  ["ssl.truststore.location", `${NODE_PATHS.certificates}/${TLS_FILES.ca}`],
];
const certificate: readonly Property[] = [
  ["ssl.keystore.type", "PEM"],
  ["ssl.keystore.location", `${NODE_PATHS.certificates}/${TLS_FILES.keystore}`],
];
