/**
 * What a security mode means for listeners and brokers: who speaks which protocol, how nodes log in at each other, and who
 * decides what a user may do. Passwords are references to files of a mounted Secret.
 */
import { jaasLine, type SaslMechanism } from "./access/jaas.ts";
import { FIRST_PASSWORDS, loginInUse, openLogins, type PlatformPasswords } from "./access/platformLogins.ts";
import { ANONYMOUS } from "./access/platformUsers.ts";
import { type NodeCoordination, usesZooKeeper } from "./coordination.ts";
import type {
  ListenerPorts,
  ListenerProtocols,
  ListenerSet,
  ListenerSets,
  NodeRole,
  SecurityProtocol,
} from "./listeners.ts";
import { NODE_PATHS } from "./paths.ts";
import type { Property, PropertyGroup } from "./properties.ts";
import { secretProvider, secretReference } from "./secretFiles.ts";
import { mutualTls, tlsProperties } from "./tls.ts";

export type SecurityMode = "plaintext" | "scram" | "scram-tls";
/** How nodes know each other under `scram-tls`: by certificates alone, or by passwords over TLS as clients do. */
export type BetweenNodes = "tls" | "scram";

/** Listeners of another mode, open beside the others while a running cluster goes from one mode to the other. */
export interface Alongside {
  readonly mode: SecurityMode;
  readonly listeners: ListenerPorts;
}

export interface SecurityInput {
  readonly security: {
    /** The mode that nodes and the platform use. */
    readonly mode: SecurityMode;
    readonly betweenNodes: BetweenNodes;
    /** Default none. */
    readonly alongside?: Alongside | null | undefined;
    /** Default the first ones. */
    readonly platformPasswords?: PlatformPasswords | undefined;
  };
  readonly listeners: ListenerPorts;
  readonly externalAccess: { readonly enabled: boolean; readonly port: number };
}
type Security = Pick<SecurityInput, "security">;

const PLAINTEXT = all("PLAINTEXT");
const PROTOCOLS: Readonly<Record<SecurityMode, Readonly<Record<BetweenNodes, ListenerProtocols>>>> = {
  plaintext: { tls: PLAINTEXT, scram: PLAINTEXT },
  scram: { tls: all("SASL_PLAINTEXT"), scram: all("SASL_PLAINTEXT") },
  "scram-tls": { tls: { CLIENT: "SASL_SSL", REPLICATION: "SSL", CONTROLLER: "SSL" }, scram: all("SASL_SSL") },
};
const SUFFIXES: Readonly<Record<SecurityMode, string>> = { plaintext: "", scram: "_SCRAM", "scram-tls": "_TLS" };

function all(protocol: SecurityProtocol): ListenerProtocols {
  return { CLIENT: protocol, REPLICATION: protocol, CONTROLLER: protocol };
}

/** The protocol of each listener that nodes and the platform use. */
export const listenerProtocols = ({ security }: Security): ListenerProtocols =>
  PROTOCOLS[security.mode][security.betweenNodes];

/** The modes of all listeners that are open, the one in use first. */
export const openModes = ({ security }: Security): readonly SecurityMode[] => [
  security.mode,
  ...(security.alongside ? [security.alongside.mode] : []),
];

/** All listeners that are open, those in use first. Clients outside the cluster have one of the mode that is in use. */
export function listenerSets({ security, listeners, externalAccess }: SecurityInput): ListenerSets {
  const { mode, betweenNodes, alongside } = security;
  const set = (of: SecurityMode, ports: ListenerPorts): ListenerSet => ({
    suffix: SUFFIXES[of],
    ports,
    protocols: PROTOCOLS[of][betweenNodes],
  });
  return [
    { ...set(mode, listeners), external: externalAccess.enabled ? externalAccess.port : undefined },
    ...(alongside ? [set(alongside.mode, alongside.listeners)] : []),
  ];
}

/** Whether clients log in, at some listener at least. */
export const logsIn = (input: Security): boolean => openModes(input).some(asksForLogin);

export const passwordsOf = ({ security }: Security): PlatformPasswords => security.platformPasswords ?? FIRST_PASSWORDS;

/** Users of the platform whose passwords open, with their files: what new storage knows from the start. */
export const firstUsers = (input: Security): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (["broker", "admin"] as const).flatMap((of) =>
      openLogins(of, passwordsOf(input)).map(({ username, file }) => [username, file]),
    ),
  );

/** Whether connections are encrypted, at some listener at least. */
export const encrypts = (input: Security): boolean => openModes(input).includes("scram-tls");

const asksForLogin = (mode: SecurityMode): boolean => mode !== "plaintext";

/** Where clients log in. */
export interface LoginDoor {
  readonly protocol: SecurityProtocol;
  /** Client port of the brokers. */
  readonly port: number;
  /** Whether nodes and the platform log in there too. Else they still use the listeners without a login. */
  readonly used: boolean;
}

/** Of the listeners in use if these ask for a login, else of those that are open beside them; undefined without any. */
export function loginDoor(input: Pick<SecurityInput, "security" | "listeners">): LoginDoor | undefined {
  const { mode, betweenNodes, alongside } = input.security;
  const sets = [{ mode, listeners: input.listeners }, ...(alongside ? [alongside] : [])];
  const found = sets.find((set) => asksForLogin(set.mode));
  if (!found) return undefined;
  const { CLIENT: protocol } = PROTOCOLS[found.mode][betweenNodes];
  return { protocol, port: found.listeners.client.port, used: found.mode === mode };
}

const SCRAM = "SCRAM-SHA-512";
const PLAIN = "PLAIN";

/** How nodes of a role authenticate and authorise; nothing in plaintext. */
export function securityGroups(input: SecurityInput, role: NodeRole, node: NodeCoordination): PropertyGroup[] {
  if (!logsIn(input)) return [];
  const isBroker = role !== "controller" || usesZooKeeper(node);
  const seesControllers = node !== "zookeeper";
  const among: readonly Among[] = [
    ...(isBroker ? (["REPLICATION"] as const) : []),
    ...(seesControllers ? (["CONTROLLER"] as const) : []),
  ];
  const sets = listenerSets(input);
  const [{ protocols: used }] = sets;
  const spoken = (what: (protocol: SecurityProtocol) => boolean) =>
    sets.flatMap(({ suffix, protocols }) =>
      among.filter((purpose) => what(protocols[purpose])).map((purpose) => ({ purpose, name: `${purpose}${suffix}` })),
    );
  const byCertificate = spoken((protocol) => protocol === "SSL");
  const byPassword = spoken((protocol) => protocol.startsWith("SASL"));
  const client = sets.filter(({ protocols }) => protocols.CLIENT.startsWith("SASL"));
  const passwords = passwordsOf(input);
  return [
    { why: "Secrets: passwords stand in files that only these references name.", entries: secretProvider() },
    ...(encrypts(input)
      ? [
          {
            why: "Encryption: keys stand in files that a renewal replaces.",
            entries: [
              ...tlsProperties(NODE_PATHS),
              ...byCertificate.flatMap(({ name }) => mutualTls(name.toLowerCase())),
            ],
          },
        ]
      : []),
    {
      why: "Logins: clients by SCRAM; nodes by certificates or SCRAM, at controllers, which know no SCRAM, by PLAIN.",
      entries: [
        ...(isBroker ? client.flatMap(({ suffix }) => listener(`client${suffix.toLowerCase()}`, SCRAM)) : []),
        ...(isBroker && input.externalAccess.enabled && used.CLIENT.startsWith("SASL")
          ? listener("external", SCRAM)
          : []),
        ...byPassword.flatMap(({ purpose, name }) =>
          listener(name.toLowerCase(), LOGINS[purpose].mechanism, LOGINS[purpose].options(passwords)),
        ),
        ...among
          .filter((purpose) => used[purpose].startsWith("SASL"))
          .map((purpose): Property => [LOGINS[purpose].key, LOGINS[purpose].mechanism]),
      ],
    },
    {
      why: "Rights: what no entry allows is denied; nodes and the admin need no entries.",
      entries: [
        ["authorizer.class.name", node.startsWith("zookeeper") ? AUTHORIZERS.zookeeper : AUTHORIZERS.kraft],
        [
          "super.users",
          superUsers(input)
            .map((user) => `User:${user}`)
            .join(";"),
        ],
        ["allow.everyone.if.no.acl.found", "false"],
      ],
    },
  ];
}

/** Where a listener asks for no login, whoever comes there may do everything, as before there was one that does. */
const superUsers = (input: Security): string[] => [
  ...Object.keys(firstUsers(input)),
  ...(openModes(input).includes("plaintext") ? [ANONYMOUS] : []),
];

type Among = "REPLICATION" | "CONTROLLER";

const AUTHORIZERS = {
  zookeeper: "kafka.security.authorizer.AclAuthorizer",
  kraft: "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
} as const;

function listener(name: string, mechanism: SaslMechanism, options: Readonly<Record<string, string>> = {}): Property[] {
  const prefix = `listener.name.${name}`;
  return [
    [`${prefix}.sasl.enabled.mechanisms`, mechanism],
    [`${prefix}.${mechanism.toLowerCase()}.sasl.jaas.config`, jaasLine(mechanism, options)],
  ];
}

/** How nodes show each other who they are by passwords: what the listener asks for, which is what whoever dials it says too. */
const LOGINS: Readonly<
  Record<
    Among,
    {
      readonly mechanism: SaslMechanism;
      /** Key by which whoever dials knows the mechanism. */
      readonly key: string;
      readonly options: (passwords: PlatformPasswords) => Readonly<Record<string, string>>;
    }
  >
> = {
  REPLICATION: {
    mechanism: SCRAM,
    key: "sasl.mechanism.inter.broker.protocol",
    options: (passwords) => shownLogin("broker", passwords),
  },
  CONTROLLER: {
    mechanism: PLAIN,
    key: "sasl.mechanism.controller.protocol",
    options: (passwords) => ({
      ...shownLogin("controller", passwords),
      ...Object.fromEntries(
        openLogins("controller", passwords).map(({ username, file }) => [`user_${username}`, secretReference(file)]),
      ),
    }),
  },
};

function shownLogin(of: "broker" | "controller", passwords: PlatformPasswords) {
  const { username, file } = loginInUse(of, passwords);
  return { username, password: secretReference(file) };
}
