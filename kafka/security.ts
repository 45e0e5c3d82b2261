/**
 * What a security mode means for listeners and brokers: who speaks which protocol, how nodes log in at each other, and who
 * decides what a user may do. Passwords are references to files of a mounted Secret.
 */
import { jaasLine, type SaslMechanism } from "./access/jaas.ts";
import { PLATFORM_USERS } from "./access/platformUsers.ts";
import { type NodeCoordination, usesZooKeeper } from "./coordination.ts";
import type { ListenerProtocols, NodeRole } from "./listeners.ts";
import { PLAINTEXT } from "./listeners.ts";
import type { Property, PropertyGroup } from "./properties.ts";
import { secretProvider, secretReference } from "./secretFiles.ts";

export type SecurityMode = "plaintext" | "scram" | "scram-tls";

export interface SecurityInput {
  readonly security: { readonly mode: SecurityMode };
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

const PROTOCOLS: Readonly<Record<SecurityMode, ListenerProtocols>> = {
  plaintext: PLAINTEXT,
  scram: { CLIENT: "SASL_PLAINTEXT", REPLICATION: "SASL_PLAINTEXT", CONTROLLER: "SASL_PLAINTEXT" },
  "scram-tls": { CLIENT: "SASL_SSL", REPLICATION: "SSL", CONTROLLER: "SSL" },
};

/** The protocol of each listener. */
export const listenerProtocols = ({ security }: Pick<SecurityInput, "security">): ListenerProtocols =>
  PROTOCOLS[security.mode];

/** Whether clients log in. */
export const logsIn = ({ security }: Pick<SecurityInput, "security">): boolean => security.mode !== "plaintext";

const SCRAM = "SCRAM-SHA-512";
const PLAIN = "PLAIN";

/** How nodes of a role authenticate and authorise; nothing in plaintext. */
export function securityGroups(input: SecurityInput, role: NodeRole, node: NodeCoordination): PropertyGroup[] {
  if (!logsIn(input)) return [];
  const isBroker = role !== "controller" || usesZooKeeper(node);
  const seesControllers = node !== "zookeeper";
  return [
    { why: "Secrets: passwords stand in files that only these references name.", entries: secretProvider() },
    {
      why: "Logins: clients and brokers by SCRAM; nodes at controllers by PLAIN, as those know no SCRAM.",
      entries: [
        ...(isBroker
          ? [
              ...listener("client", SCRAM),
              ...(input.externalAccess.enabled ? listener("external", SCRAM) : []),
              ...listener("replication", SCRAM, login(NODE_SECRET.broker)),
              ["sasl.mechanism.inter.broker.protocol", SCRAM] as const,
            ]
          : []),
        ...(seesControllers
          ? [
              ...listener("controller", PLAIN, {
                ...login(NODE_SECRET.controller),
                [`user_${PLATFORM_USERS.broker}`]: secretReference(NODE_SECRET.controller),
              }),
              ["sasl.mechanism.controller.protocol", PLAIN] as const,
            ]
          : []),
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
