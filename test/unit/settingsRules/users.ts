/** Users and what they may do. */
import type { SettingsInput } from "../../../stacks/settings/schema.ts";
import { type Cases, topics } from "./case.ts";

type User = NonNullable<NonNullable<NonNullable<SettingsInput["users"]>["items"]>[string]>;

const declared = (items: Readonly<Record<string, User>>): SettingsInput => ({
  ...topics({ orders: {} }),
  clients: { namespaces: { shop: {} } },
  users: { items },
});
const writer: User = { roles: [{ role: "producer", topics: ["orders"] }] };
const acl = (entry: NonNullable<User["acls"]>[number]): SettingsInput =>
  declared({ writer: { ...writer, acls: [entry] } });
const READ = acl({ operations: ["Read"], resource: "topic", name: "orders" });

export const USERS: Cases = {
  "user-name-invalid": [
    {
      what: "a user name with a blank",
      bad: declared({ "the writer": writer }),
      good: declared({ "the-writer": writer }),
      at: 'users.items["the writer"]',
      says: "1 to 63",
    },
    {
      what: "limits of a client id that no line can hold",
      bad: declared({ writer: { ...writer, quotas: { clientIds: { "the export": { producerRate: "1Mi" } } } } }),
      good: declared({ writer: { ...writer, quotas: { clientIds: { "the-export": { producerRate: "1Mi" } } } } }),
      at: 'users.items.writer.quotas.clientIds["the export"]',
      says: "1 to 63",
    },
    {
      what: "a user of the platform's own",
      bad: declared({ "kafka-admin": writer }),
      good: declared({ "kafka-administrator": writer }),
      at: "users.items.kafka-admin",
      says: "does not use itself",
    },
    {
      what: "a name that marks the second one of a user",
      bad: declared({ "writer.2": writer }),
      good: declared({ "writer.3": writer }),
      at: 'users.items["writer.2"]',
      says: "without .2",
    },
  ],
  "platform-passwords-without-previous": [
    {
      what: "first passwords of the platform that take over from none",
      bad: { security: { mode: "scram", platformPasswords: { rotation: "trust" } } },
      good: { security: { mode: "scram", platformPasswords: { generation: 2, rotation: "trust" } } },
      at: "security.platformPasswords",
      says: "platformPasswords.generation=2",
      rows: "R-USR-11",
    },
  ],
  "user-name-collision": [
    {
      what: "two users with one Secret",
      bad: declared({ the_writer: writer, "the-writer": writer }),
      good: declared({ the_writer: writer, "a-writer": writer }),
      at: "users.items.the-writer",
      says: "more than case and _",
    },
  ],
  "users-without-login": [
    {
      what: "users where nobody logs in",
      bad: declared({ writer }),
      good: declared({}),
      at: "users.items",
      says: "security.mode=scram",
    },
  ],
  "logins-without-users": [
    {
      what: "logins that nobody has",
      bad: { security: { mode: "scram" } },
      good: { ...declared({ writer }), security: { mode: "scram" } },
      at: "users.items",
      says: "none, with security.mode scram",
    },
  ],
  "user-topic-unknown": [
    {
      what: "a role for a topic that is not there",
      rows: "R-USR-06",
      bad: declared({ writer: { roles: [{ role: "producer", topics: ["order"] }] } }),
      good: declared({ writer }),
      at: "users.items.writer.roles[0].topics",
      says: "such as orders",
    },
  ],
  "role-without-topics": [
    {
      what: "a role of nothing",
      bad: declared({ writer: { roles: [{ role: "producer" }] } }),
      good: declared({ writer: { roles: [{ role: "producer", prefixes: ["ord"] }] } }),
      at: "users.items.writer.roles[0]",
      says: "topics or prefixes",
    },
  ],
  "acl-too-wide": [
    {
      what: "a right on every topic",
      rows: "R-USR-05",
      bad: acl({ operations: ["Read"], resource: "topic", name: "*" }),
      good: READ,
      at: "users.items.writer.acls",
      says: "narrow it",
    },
    {
      what: "a right on the whole cluster",
      rows: "R-USR-05",
      bad: acl({ operations: ["Alter"], resource: "cluster" }),
      good: acl({ operations: ["Describe"], resource: "cluster" }),
      at: "users.items.writer.acls",
      says: "beyond Describe",
    },
  ],
  "acl-impossible": [
    {
      what: "an operation that a group does not have",
      bad: acl({ operations: ["Write"], resource: "group", name: "billing" }),
      good: acl({ operations: ["Read"], resource: "group", name: "billing" }),
      at: "users.items.writer.acls",
      says: "an operation of a group",
    },
    {
      what: "a resource without a name",
      bad: acl({ operations: ["Read"], resource: "topic" }),
      good: READ,
      at: "users.items.writer.acls",
      says: "state the name",
    },
  ],
  "user-namespace-unknown": [
    {
      what: "a Secret for a namespace that is none of the stack's",
      bad: declared({ writer: { ...writer, namespaces: ["shops"] } }),
      good: declared({ writer: { ...writer, namespaces: ["shop"] } }),
      at: "users.items.writer.namespaces",
      says: "shop",
    },
  ],
  "credential-without-previous": [
    {
      what: "a first password that keeps the one before it",
      rows: "R-USR-11",
      bad: declared({ writer: { ...writer, credential: { generation: 1, keepPrevious: true } } }),
      good: declared({ writer: { ...writer, credential: { generation: 2, keepPrevious: true } } }),
      at: "users.items.writer.credential.keepPrevious",
      says: "generation 2",
    },
  ],
};
