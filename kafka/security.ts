/**
 * What a security mode means for listeners and brokers: who speaks which protocol, how nodes log in at each other, and who
 * decides what a user may do. Passwords are references to files of a mounted Secret.
 */
import { jaasLine, type SaslMechanism } from "./access/jaas.ts";
import { PLATFORM_USERS } from "./access/platformUsers.ts";
import { type NodeCoordination, usesZooKeeper } from "./coordination.ts";
import type { ListenerProtocols, NodeRole, SecurityProtocol } from "./listeners.ts";
import { PLAINTEXT } from "./listeners.ts";
import { NODE_PATHS } from "./paths.ts";
import type { Property, PropertyGroup } from "./properties.ts";
import { secretProvider, secretReference } from "./secretFiles.ts";
import { mutualTls, tlsProperties } from "./tls.ts";

export type SecurityMode = "plaintext" | "scram" | "scram-tls";
/** How nodes know each other under `scram-tls`: by certificates alone, or by passwords over TLS as clients do. */
export type BetweenNodes = "tls" | "scram";

export interface SecurityInput {
  readonly security: { readonly mode: SecurityMode; readonly betweenNodes: BetweenNodes };
  readonly externalAccess: { readonly enabled: boolean };
}

/** Files of the nodes' Secret. */
export const NODE_SECRET = {
  /** Password of {@link PLATFORM_USERS}.broker, among brokers. */
  broker: "broker-password",
  /** Password of {@link PLATFORM_USERS}.admin: for the first formatting. */
  admin: "admin-password",
  /** Password of the brokers' user at controllers, which know no SCRAM (KAFKA-15513). */
  controller: "controller-password",
} as const;

const PROTOCOLS: Readonly<Record<SecurityMode, Readonly<Record<BetweenNodes, ListenerProtocols>>>> = {
  plaintext: { tls: PLAINTEXT, scram: PLAINTEXT },
  scram: { tls: all("SASL_PLAINTEXT"), scram: all("SASL_PLAINTEXT") },
  "scram-tls": { tls: { CLIENT: "SASL_SSL", REPLICATION: "SSL", CONTROLLER: "SSL" }, scram: all("SASL_SSL") },
};

function all(protocol: SecurityProtocol): ListenerProtocols {
  return { CLIENT: protocol, REPLICATION: protocol, CONTROLLER: protocol };
}

/** The protocol of each listener. */
export const listenerProtocols = ({ security }: Pick<SecurityInput, "security">): ListenerProtocols =>
  PROTOCOLS[security.mode][security.betweenNodes];

/** Whether clients log in. */
export const logsIn = ({ security }: Pick<SecurityInput, "security">): boolean => security.mode !== "plaintext";

/** Whether connections are encrypted. */
export const encrypts = ({ security }: Pick<SecurityInput, "security">): boolean => security.mode === "scram-tls";

const SCRAM = "SCRAM-SHA-512";
const PLAIN = "PLAIN";

/** How nodes of a role authenticate and authorise; nothing in plaintext. */
export function securityGroups(input: SecurityInput, role: NodeRole, node: NodeCoordination): PropertyGroup[] {
  if (!logsIn(input)) return [];
  const isBroker = role !== "controller" || usesZooKeeper(node);
  const seesControllers = node !== "zookeeper";
  const protocols = listenerProtocols(input);
  const among: readonly Among[] = [
    ...(isBroker ? (["REPLICATION"] as const) : []),
    ...(seesControllers ? (["CONTROLLER"] as const) : []),
  ];
  const byCertificate = among.filter((name) => protocols[name] === "SSL");
  const byPassword = among.filter((name) => protocols[name].startsWith("SASL"));
  return [
    { why: "Secrets: passwords stand in files that only these references name.", entries: secretProvider() },
    ...(encrypts(input)
      ? [
          {
            why: "Encryption: keys stand in files that a renewal replaces.",
            entries: [...tlsProperties(NODE_PATHS), ...byCertificate.flatMap((name) => mutualTls(name.toLowerCase()))],
          },
        ]
      : []),
    {
      why: "Logins: clients by SCRAM; nodes by certificates or SCRAM, at controllers, which know no SCRAM, by PLAIN.",
      entries: [
        ...(isBroker ? listener("client", SCRAM) : []),
        ...(isBroker && input.externalAccess.enabled ? listener("external", SCRAM) : []),
        ...byPassword.flatMap((name) => LOGINS[name]),
      ],
    },
    {
      why: "Rights: what no entry allows is denied; nodes and the admin need no entries.",
      entries: [
        ["authorizer.class.name", node.startsWith("zookeeper") ? AUTHORIZERS.zookeeper : AUTHORIZERS.kraft],
        [
          "super.users",
          Object.values(PLATFORM_USERS)
            .map((user) => `User:${user}`)
            .join(";"),
        ],
        ["allow.everyone.if.no.acl.found", "false"],
      ],
    },
  ];
}

type Among = "REPLICATION" | "CONTROLLER";

const AUTHORIZERS = {
  zookeeper: "kafka.security.authorizer.AclAuthorizer",
  kraft: "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
} as const;

const login = (file: string) => ({ username: PLATFORM_USERS.broker, password: secretReference(file) });

function listener(name: string, mechanism: SaslMechanism, options: Readonly<Record<string, string>> = {}): Property[] {
  const prefix = `listener.name.${name}`;
  return [
    [`${prefix}.sasl.enabled.mechanisms`, mechanism],
    [`${prefix}.${mechanism.toLowerCase()}.sasl.jaas.config`, jaasLine(mechanism, options)],
  ];
}

/** How nodes show each other who they are by passwords, on the listeners for nodes alone. */
const LOGINS: Readonly<Record<Among, readonly Property[]>> = {
  REPLICATION: [
    ...listener("replication", SCRAM, login(NODE_SECRET.broker)),
    ["sasl.mechanism.inter.broker.protocol", SCRAM],
  ],
  CONTROLLER: [
    ...listener("controller", PLAIN, {
      ...login(NODE_SECRET.controller),
      [`user_${PLATFORM_USERS.broker}`]: secretReference(NODE_SECRET.controller),
    }),
    ["sasl.mechanism.controller.protocol", PLAIN],
  ],
};
