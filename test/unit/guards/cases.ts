/** For each change rule: what it refuses, and the nearest change that passes. */
import type { PlatformPasswords } from "../../../kafka/access/platformLogins.ts";
import type { Rotation } from "../../../kafka/authority.ts";
import type { Phase } from "../../../kafka/coordination.ts";
import type { SecurityMode } from "../../../kafka/security.ts";
import type { SettingsInput } from "../../../stacks/settings/schema.ts";

export interface ChangeCase {
  /** What is wrong, as the end of "refuses …". */
  readonly what: string;
  readonly from: SettingsInput;
  readonly bad: SettingsInput;
  readonly good: SettingsInput;
  /** Path that the problem names. */
  readonly at: string;
  /** A word that its text must hold. */
  readonly says: string;
  /** Rows of the requirements that the case proves. */
  readonly rows?: string;
}

const combined = (replicas: number): SettingsInput => ({
  controllers: { mode: "combined" },
  kafka: { replicas, replicationFactor: 1 },
});
const zookeeper = (replicas: number): SettingsInput => ({
  coordination: { mode: "zookeeper" },
  zookeeper: { replicas },
});
const phase = (at: Phase): SettingsInput => ({ coordination: { mode: "zookeeper", phase: at } });
const events = (topic: NonNullable<NonNullable<SettingsInput["topics"]>["items"]>[string]): SettingsInput => ({
  topics: { items: { "user.events": topic } },
});
const user = (user: NonNullable<NonNullable<NonNullable<SettingsInput["users"]>["items"]>[string]>): SettingsInput => ({
  users: { items: { orders: { acls: [{ operations: ["Read"], resource: "topic", name: "orders" }], ...user } } },
});
const authority = (generation: number, rotation: Rotation): SettingsInput => ({
  security: { mode: "scram-tls" },
  certificates: { authority: { generation, rotation } },
});
const passwords = (generation: number, rotation: PlatformPasswords["rotation"]): SettingsInput => ({
  security: { mode: "scram", platformPasswords: { generation, rotation } },
});
const portsFrom = (client: number) => ({
  client: { port: client },
  replication: { port: client - 1 },
  controller: { port: client + 1 },
});
const alongside = (mode: SecurityMode, client: number) => ({ mode, listeners: portsFrom(client) });
const zones = (...list: string[]): SettingsInput => ({ rackAwareness: { enabled: true, zones: list } });
const issuing = (certManager: "install" | "present", mode: SecurityMode = "scram-tls"): SettingsInput => ({
  security: { mode },
  certificates: { certManager },
});
const shop = (create: boolean): SettingsInput => ({ clients: { namespaces: { shop: { create } } } });

export const CHANGE_CASES: Readonly<Record<string, readonly ChangeCase[]>> = {
  "identity-changed": [
    {
      what: "another namespace",
      from: {},
      bad: { namespace: { name: "other" } },
      good: { namespace: { podSecurity: "baseline" } },
      at: "namespace.name",
      says: "new stack",
    },
    {
      what: "a renamed StatefulSet of brokers",
      from: {},
      bad: { names: { brokers: "broker" } },
      good: { names: { zookeeper: "zk" } },
      at: "names.brokers",
      says: "come up empty",
    },
    {
      what: "a renamed headless Service",
      from: {},
      bad: { names: { headless: "nodes" } },
      good: { names: { verifyJob: "check" } },
      at: "names.headless",
      says: "address",
    },
    {
      what: "renamed controllers",
      from: {},
      bad: { names: { controllersHeadless: "voters" } },
      good: {},
      at: "names.controllersHeadless",
      says: "address",
    },
    {
      what: "a renamed ensemble",
      from: zookeeper(3),
      bad: { ...zookeeper(3), names: { zookeeper: "zk" } },
      good: { ...zookeeper(3), names: { controllers: "voters" } },
      at: "names.zookeeper",
      says: "claims",
    },
  ],
  "namespace-taken-over": [
    {
      what: "a namespace that was adopted and is now the stack's own",
      from: { namespace: { create: false } },
      bad: {},
      good: { namespace: { create: false } },
      at: "namespace.create",
      says: "there before the stack",
    },
  ],
  "address-removed": [
    {
      what: "another name of the client Service",
      from: {},
      bad: { names: { bootstrap: "bootstrap" } },
      good: { names: { aliases: ["bootstrap"] } },
      at: "names.bootstrap",
      says: "names.aliases",
    },
    {
      what: "an alias that is gone",
      from: { names: { aliases: ["old", "older"] } },
      bad: { names: { aliases: ["older"] } },
      good: { names: { aliases: ["older", "old"] } },
      at: "names.aliases",
      says: "old among them",
    },
  ],
  "client-namespace-removed": [
    {
      what: "a client namespace of the stack's own that is left out",
      from: shop(true),
      bad: {},
      good: shop(false),
      at: "clients.namespaces.shop",
      says: "clients.namespaces.shop.create=false",
    },
  ],
  "volume-shrunk": [
    {
      what: "a smaller data volume",
      from: { kafka: { storage: { data: "20Gi" } } },
      bad: { kafka: { storage: { data: "20000Mi" } } },
      good: { kafka: { storage: { data: "20480Mi" } } },
      at: "kafka.storage.data",
      says: "at least 20Gi",
    },
    {
      what: "a smaller volume of the controllers",
      from: {},
      bad: { controllers: { storage: { data: "5Gi" } } },
      good: { controllers: { storage: { data: "15Gi" } } },
      at: "controllers.storage.data",
      says: "at least 10Gi",
    },
    {
      what: "a smaller log volume of ZooKeeper",
      from: { ...zookeeper(3), zookeeper: { storage: { logs: "2Gi" } } },
      bad: { ...zookeeper(3), zookeeper: { storage: { logs: "1Gi" } } },
      good: { ...zookeeper(3), zookeeper: { storage: { logs: "3Gi" } } },
      at: "zookeeper.storage.logs",
      says: "2Gi",
    },
  ],
  "storage-class-changed": [
    {
      what: "another StorageClass",
      from: {},
      bad: { kafka: { storage: { class: "fast" } } },
      good: { zookeeper: { storage: { class: "fast" } } },
      at: "kafka.storage.class",
      says: "kafka.storage.class=null",
    },
  ],
  "volume-added-or-removed": [
    {
      what: "a log volume for brokers that have none",
      from: {},
      bad: { kafka: { storage: { logs: "5Gi" } } },
      good: { kafka: { storage: { data: "50Gi" } } },
      at: "kafka.storage.logs",
      says: "made anew",
    },
    {
      what: "a log volume taken away",
      from: { kafka: { storage: { logs: "5Gi" } } },
      bad: {},
      good: { kafka: { storage: { logs: "6Gi" } } },
      at: "kafka.storage.logs",
      says: "kafka.storage.logs=5Gi",
    },
  ],
  "voters-changed": [
    {
      what: "more controllers",
      from: { controllers: { replicas: 3 } },
      bad: { controllers: { replicas: 5 } },
      good: { kafka: { replicas: 5 } },
      at: "controllers.replicas",
      says: "two leaders",
    },
    {
      what: "more combined nodes",
      from: combined(1),
      bad: combined(3),
      good: { ...combined(1), names: { aliases: ["kafka-one"] } },
      at: "kafka.replicas",
      says: "brokers that are the voters",
    },
    {
      what: "voters that move into pods of their own",
      from: combined(1),
      bad: { kafka: { replicas: 1 } },
      good: combined(1),
      at: "controllers.mode",
      says: "combined",
    },
  ],
  "brokers-below-copies": [
    {
      what: "fewer brokers than the copies of a topic",
      from: { kafka: { replicas: 5, replicationFactor: 3 }, ...events({ replicationFactor: 4 }) },
      bad: { kafka: { replicas: 3, replicationFactor: 3 }, ...events({ replicationFactor: 4 }) },
      good: { kafka: { replicas: 4, replicationFactor: 3 }, ...events({ replicationFactor: 4 }) },
      at: "kafka.replicas",
      says: "user.events",
    },
  ],
  "ensemble-resized": [
    {
      what: "fewer ZooKeeper nodes",
      from: zookeeper(5),
      bad: zookeeper(3),
      good: zookeeper(7),
      at: "zookeeper.replicas",
      says: "at least 5",
    },
    {
      what: "an ensemble in which the new nodes alone would be a majority",
      from: zookeeper(3),
      bad: zookeeper(7),
      good: zookeeper(5),
      at: "zookeeper.replicas",
      says: "zookeeper.replicas=5",
    },
    {
      what: "an ensemble made of a single node",
      from: zookeeper(1),
      bad: zookeeper(3),
      good: zookeeper(1),
      at: "zookeeper.replicas",
      says: "single node",
    },
  ],
  "kafka-downgraded": [
    {
      what: "a line that cannot read the metadata",
      from: { kafka: { version: "4.2.1" } },
      bad: { kafka: { version: "4.1.2" } },
      good: { kafka: { version: "4.2.0" } },
      at: "kafka.version",
      says: "4.2-IV1",
    },
  ],
  "upgrade-in-one-step": [
    {
      what: "Kafka 4 together with the way off ZooKeeper",
      from: zookeeper(3),
      bad: { kafka: { version: "4.3.1" } },
      good: { ...zookeeper(3), kafka: { version: "3.9.1" } },
      at: "kafka.version",
      says: "of its own",
    },
  ],
  "metadata-downgraded": [
    {
      what: "a metadata version below the finalised one",
      from: { kafka: { version: "4.3.1", metadataVersion: "4.2-IV1" } },
      bad: { kafka: { version: "4.3.1", metadataVersion: "4.2-IV0" } },
      good: { kafka: { version: "4.3.1", metadataVersion: "4.3-IV0" } },
      at: "kafka.metadataVersion",
      says: "4.2-IV1 or newer",
    },
  ],
  "coordination-jump": [
    {
      what: "KRaft in place of ZooKeeper at once",
      from: zookeeper(3),
      bad: { kafka: { version: "3.9.2" } },
      good: zookeeper(3),
      at: "coordination.mode",
      says: "coordination.phase=zookeeper or coordination.phase=controllers",
    },
    {
      what: "a phase left out",
      rows: "R-CRD-31",
      from: phase("controllers"),
      bad: phase("brokers-kraft"),
      good: phase("dual-write"),
      at: "coordination.phase",
      says: "set coordination.phase=dual-write",
    },
    {
      what: "the way back from behind the point of no return",
      rows: "R-CRD-33",
      from: phase("kraft"),
      bad: phase("rollback"),
      good: { coordination: { mode: "kraft" }, kafka: { version: "3.9.2" } },
      at: "coordination.phase",
      says: "coordination.mode=kraft",
    },
    {
      what: "ZooKeeper for a cluster on KRaft",
      from: { kafka: { version: "3.9.2" } },
      bad: zookeeper(3),
      good: { kafka: { version: "3.9.2" } },
      at: "coordination.mode",
      says: "keep coordination.mode=kraft",
    },
    {
      what: "a way back that leaves the controllers leading",
      rows: "R-CRD-33",
      from: phase("dual-write"),
      bad: phase("controllers"),
      good: phase("rollback"),
      at: "coordination.phase",
      says: "coordination.phase=rollback",
    },
  ],
  "migration-not-alone": [
    {
      what: "a broker more in the middle of a migration",
      from: phase("dual-write"),
      bad: { ...phase("dual-write"), kafka: { replicas: 4 } },
      good: phase("dual-write"),
      at: "kafka.replicas",
      says: "keep it until coordination.mode=kraft",
    },
    {
      what: "another release together with the last step",
      from: phase("kraft"),
      bad: { coordination: { mode: "kraft" }, kafka: { version: "4.0.2" } },
      good: { coordination: { mode: "kraft" }, kafka: { version: "3.9.2" } },
      at: "kafka.version",
      says: "same release",
    },
  ],
  "partitions-decreased": [
    {
      what: "fewer partitions",
      rows: "R-TOP-09",
      from: events({ partitions: 12 }),
      bad: events({ partitions: 6 }),
      good: events({ partitions: 6, recreate: true }),
      at: 'topics.items["user.events"].partitions',
      says: "at least 12",
    },
  ],
  "replication-factor-changed": [
    {
      what: "more copies of one topic",
      from: events({ replicationFactor: 2 }),
      bad: events({ replicationFactor: 3 }),
      good: events({ replicationFactor: 2, partitions: 4 }),
      at: 'topics.items["user.events"].replicationFactor',
      says: "reassigned",
    },
    {
      what: "more copies by default, once for all topics that follow it",
      from: { kafka: { replicationFactor: 2 }, ...events({}) },
      bad: { kafka: { replicationFactor: 3 }, ...events({}) },
      good: {
        kafka: { replicationFactor: 2 },
        topics: { items: { "user.events": {}, more: { replicationFactor: 3 } } },
      },
      at: "kafka.replicationFactor",
      says: "1 of the topics",
    },
  ],
  "topic-left-out": [
    {
      what: "a topic that nothing names any more",
      from: events({}),
      bad: {},
      good: events({ state: "absent" }),
      at: 'topics.items["user.events"]',
      says: "state=absent",
    },
  ],
  "listener-port-changed": [
    {
      what: "another port of the controllers",
      from: {},
      bad: { listeners: { controller: { port: 9193 } } },
      good: {},
      at: "listeners.controller.port",
      says: "voters",
    },
  ],
  "external-access-removed": [
    {
      what: "external access that is switched off",
      from: { externalAccess: { enabled: true } },
      bad: {},
      good: { externalAccess: { enabled: true, sourceRanges: ["10.0.0.0/8"] } },
      at: "externalAccess.enabled",
      says: "outside the cluster",
    },
    {
      what: "another template of the brokers' hosts",
      from: { externalAccess: { enabled: true, hostTemplate: "b{id}.kafka.example" } },
      bad: { externalAccess: { enabled: true, hostTemplate: "{id}.kafka.example" } },
      good: { externalAccess: { enabled: true, hostTemplate: "b{id}.kafka.example", annotations: { a: "b" } } },
      at: "externalAccess.hostTemplate",
      says: "move those clients",
    },
  ],
  "zone-changed": [
    {
      what: "another zone for a broker that is there",
      from: zones("a", "b", "c"),
      bad: zones("a", "c", "b"),
      good: zones("a", "b", "c", "d"),
      at: "rackAwareness.zones",
      says: "broker 1",
    },
    {
      what: "zones of the nodes in place of those of a list",
      from: zones("a", "b", "c"),
      bad: zones(),
      good: zones("a", "b", "c"),
      at: "rackAwareness.zones",
      says: "those of the nodes, applied is a list",
    },
    {
      what: "a list in place of the zones of the nodes",
      from: zones(),
      bad: zones("a", "b", "c"),
      good: zones(),
      at: "rackAwareness.zones",
      says: "a list, applied is those of the nodes",
    },
    {
      what: "brokers that have a zone no more, while those without may get one",
      from: zones(),
      bad: {},
      good: zones(),
      at: "rackAwareness.enabled",
      says: "keep rackAwareness.enabled=true",
    },
  ],
  "security-in-one-step": [
    {
      what: "encryption in one go",
      from: {},
      bad: { security: { mode: "scram-tls" } },
      good: { security: { alongside: alongside("scram-tls", 9192) } },
      at: "security.mode",
      says: "next set security.mode=plaintext, listeners={ client: { port: 9092 }, replication: { port: 9091 }, controller: { port: 9093 } }, security.alongside={ mode: scram-tls, listeners: { client: { port: 9192 }",
    },
    {
      what: "the end of listeners that are in use",
      from: { security: { alongside: alongside("scram-tls", 9192) } },
      bad: { security: { mode: "scram-tls" }, listeners: portsFrom(9192) },
      good: { security: { mode: "scram-tls", alongside: alongside("plaintext", 9092) }, listeners: portsFrom(9192) },
      at: "security.mode",
      says: "next set security.mode=scram-tls, listeners={ client: { port: 9192 }",
    },
    {
      what: "listeners that change places without their ports",
      from: { security: { alongside: alongside("scram", 9192) } },
      bad: { security: { mode: "scram", alongside: alongside("plaintext", 9192) } },
      good: { security: { mode: "plaintext" } },
      at: "security.mode",
      says: "security.alongside={ mode: plaintext, listeners: { client: { port: 9092 }",
    },
    {
      what: "other listeners in place of those alongside",
      from: { security: { alongside: alongside("scram", 9192) } },
      bad: { security: { alongside: alongside("scram-tls", 9192) } },
      good: { security: { alongside: alongside("scram", 9192), networkPolicies: true } },
      at: "security.alongside",
      says: "next set security.mode=plaintext",
    },
    {
      what: "a step in the middle of the way from ZooKeeper to KRaft",
      from: phase("dual-write"),
      bad: { ...phase("dual-write"), security: { alongside: alongside("scram", 9192) } },
      good: phase("dual-write"),
      at: "security.alongside",
      says: "on their way from ZooKeeper to KRaft",
    },
    {
      what: "passwords among nodes in place of certificates",
      from: { security: { mode: "scram-tls" } },
      bad: { security: { mode: "scram-tls", betweenNodes: "scram" } },
      good: { security: { mode: "scram-tls", networkPolicies: true } },
      at: "security.betweenNodes",
      says: "would refuse each other",
    },
  ],
  "authority-replaced": [
    {
      what: "an issuer in place of the stack's own authority",
      from: { security: { mode: "scram-tls" } },
      bad: { security: { mode: "scram-tls" }, certificates: { issuer: { name: "company", kind: "ClusterIssuer" } } },
      good: { security: { mode: "scram-tls" }, certificates: { duration: "60d" } },
      at: "certificates.issuer",
      says: "trusts both",
    },
  ],
  "authority-rotated-at-once": [
    {
      what: "a new authority that nobody trusts yet",
      from: authority(1, "done"),
      bad: authority(2, "done"),
      good: authority(2, "trust"),
      at: "certificates.authority",
      says: "generation 2, trust",
    },
    {
      what: "the end of the old authority while it still signs",
      from: authority(2, "trust"),
      bad: authority(2, "done"),
      good: authority(2, "sign"),
      at: "certificates.authority",
      says: "generation 2, sign or generation 1, done",
    },
    {
      what: "going back to an authority that signs no more, at once",
      from: authority(2, "sign"),
      bad: authority(1, "done"),
      good: authority(2, "trust"),
      at: "certificates.authority",
      says: "generation 2, done or generation 2, trust",
    },
  ],
  "cert-manager-removed": [
    {
      what: "a stack that leaves to others what it installed for all",
      from: issuing("install"),
      bad: issuing("present"),
      good: issuing("install"),
      at: "certificates.certManager",
      says: "every Certificate and Issuer of the cluster",
    },
    {
      what: "a stack that has no more use for it itself",
      from: issuing("install"),
      bad: issuing("install", "scram"),
      good: issuing("install"),
      at: "certificates.certManager",
      says: "with security.mode scram",
    },
  ],
  "platform-passwords-at-once": [
    {
      what: "new passwords of the platform that no node knows yet",
      from: passwords(1, "done"),
      bad: passwords(2, "use"),
      good: passwords(2, "trust"),
      at: "security.platformPasswords",
      says: "generation 2, trust",
      rows: "R-USR-11",
    },
    {
      what: "the end of the former passwords while nodes still use them",
      from: passwords(2, "trust"),
      bad: passwords(2, "done"),
      good: passwords(2, "use"),
      at: "security.platformPasswords",
      says: "generation 2, use or generation 1, done",
      rows: "R-USR-11",
    },
    {
      what: "going back to passwords that are used no more, at once",
      from: passwords(2, "use"),
      bad: passwords(1, "done"),
      good: passwords(2, "trust"),
      at: "security.platformPasswords",
      says: "generation 2, done or generation 2, trust",
      rows: "R-USR-11",
    },
  ],
  "password-replaced-at-once": [
    {
      what: "a new password without an overlap",
      from: user({}),
      bad: user({ credential: { generation: 2 } }),
      good: user({ credential: { generation: 2, keepPrevious: true } }),
      at: "users.items.orders.credential.generation",
      says: "keepPrevious=true",
      rows: "R-USR-11",
    },
    {
      what: "the end of a password that is in force",
      from: user({ credential: { generation: 2, keepPrevious: true } }),
      bad: user({ credential: { generation: 4, keepPrevious: true } }),
      good: user({ credential: { generation: 2 } }),
      at: "users.items.orders.credential.generation",
      says: "for one more up",
    },
  ],
  "user-left-out": [
    {
      what: "a user that is no longer named",
      from: user({}),
      bad: { users: { items: {} } },
      good: user({ state: "absent" }),
      at: "users.items.orders",
      says: "state=absent",
    },
  ],
};
