/** Users: names that can be logged in with, roles that give something, and rights that are no wider than was meant. */
import { type Acl, aclText, CLUSTER_NAME } from "../../../kafka/access/acl.ts";
import { namesOf, userOf } from "../../../kafka/access/logins.ts";
import { ANONYMOUS, PLATFORM_USERS } from "../../../kafka/access/platformUsers.ts";
import { secretName } from "../../../kafka/access/secrets.ts";
import { ANY_CLIENT, USER_NAME } from "../../../kafka/access/userFile.ts";
import { VALID_OPERATIONS } from "../../../kafka/access/valid.ts";
import { nearest } from "../../../kafka/nearest.ts";
import { rotationText } from "../../../kafka/rotation.ts";
import { logsIn } from "../../../kafka/security.ts";
import { formatPath } from "../path.ts";
import type { Finding } from "../problem.ts";
import type { Settings, UserSettings } from "../settings.ts";
import { alike, ERROR, presentTopics, type Rule, STRICT, WARNING } from "./rule.ts";

interface Named {
  readonly name: string;
  readonly user: UserSettings;
}
const usersOf = ({ users }: Settings): Named[] => Object.entries(users.items).map(([name, user]) => ({ name, user }));
const present = (settings: Settings): Named[] => usersOf(settings).filter(({ user }) => user.state === "present");
const path = (name: string, ...rest: (string | number)[]): string => formatPath(["users", "items", name, ...rest]);

const RESERVED: readonly string[] = [...Object.values(PLATFORM_USERS), ANONYMOUS];

const NAME_FORM = "1 to 63 of a-z A-Z 0-9 . _ - with a letter or digit at both ends";

function nameProblem(name: string): string | undefined {
  if (!USER_NAME.test(name)) return NAME_FORM;
  if (RESERVED.includes(userOf(name))) return "a name that the platform does not use itself";
  return userOf(name) === name
    ? undefined
    : `a name without ${namesOf("")[1]} at its end, which marks a user's second one`;
}

/** Names of topics that roles give, with where they stand. */
function topicsOf({ name, user }: Named): { topic: string; at: string }[] {
  return user.grants.flatMap(({ topics, outputs }, index) =>
    [...topics.map((topic) => ({ topic, key: "topics" })), ...outputs.map((topic) => ({ topic, key: "outputs" }))].map(
      ({ topic, key }) => ({ topic, at: path(name, "roles", index, key) }),
    ),
  );
}

function unknownTopics(settings: Settings): Finding[] {
  const known = presentTopics(settings).map(({ name }) => name);
  return present(settings)
    .flatMap(topicsOf)
    .filter(({ topic }) => !known.includes(topic))
    .map(({ topic, at }) => {
      const [similar] = nearest(topic, known);
      return {
        path: at,
        found: JSON.stringify(topic),
        expected: similar === undefined ? "a topic of topics.items" : `a topic of topics.items, such as ${similar}`,
        remedy: "correct the name, or declare the topic",
      };
    });
}

/** What gives more than any one application needs. */
function tooWide({ permission, operation, resource, name, pattern }: Acl): string | undefined {
  if (permission === "deny") return undefined;
  const everything = (name === "*" && pattern === "literal") || (name === "" && pattern === "prefixed");
  if (resource === "cluster" && operation !== "Describe" && operation !== "IdempotentWrite") {
    return "no right on the whole cluster beyond Describe";
  }
  return everything && resource !== "cluster" ? `a name or prefix of the ${resource}s that it needs` : undefined;
}

const wide = ({ name, user }: Named): Finding[] =>
  user.acls.flatMap((acl) => {
    const expected = tooWide(acl);
    return expected === undefined
      ? []
      : [
          {
            path: path(name, "acls"),
            found: aclText(acl),
            expected,
            remedy: "narrow it, or allow the rule with a reason",
          },
        ];
  });

const impossible = ({ name, user }: Named): Finding[] =>
  user.acls.flatMap((acl) => {
    const operations = VALID_OPERATIONS[acl.resource];
    const at = { path: path(name, "acls"), found: aclText(acl) };
    if (!operations.includes(acl.operation)) {
      return [
        { ...at, expected: `one of ${operations.join(", ")}`, remedy: `choose an operation of a ${acl.resource}` },
      ];
    }
    const isCluster = acl.resource === "cluster";
    if (isCluster === (acl.name === CLUSTER_NAME) && !(isCluster && acl.pattern === "prefixed")) return [];
    const expected = isCluster ? "no name and no pattern: there is one cluster" : `the name of a ${acl.resource}`;
    return [{ ...at, expected, remedy: isCluster ? "leave both out" : "state the name" }];
  });

export const USER_RULES: readonly Rule[] = [
  {
    id: "platform-passwords-without-previous",
    severity: ERROR,
    overridable: false,
    summary: "Only passwords of the platform that are not the first have ones before them to take over from.",
    check: ({ security: { platformPasswords } }) =>
      platformPasswords.generation > 1 || platformPasswords.rotation === "done"
        ? []
        : [
            {
              path: "security.platformPasswords",
              found: rotationText(platformPasswords),
              expected: "rotation done, or generation 2",
              remedy: "set security.platformPasswords.generation=2 to replace the passwords",
            },
          ],
  },
  {
    id: "user-name-invalid",
    severity: ERROR,
    overridable: false,
    summary:
      "A user's name is one that can name a Secret and a file too, and that is not the platform's own; so are client ids with limits.",
    check: (settings) =>
      usersOf(settings).flatMap(({ name, user: { quotas } }) => {
        const problem = (at: string, found: string, expected: string | undefined) =>
          expected === undefined ? [] : [{ path: at, found: JSON.stringify(found), expected, remedy: "rename it" }];
        const clients = Object.keys(quotas).filter((client) => client !== ANY_CLIENT && !USER_NAME.test(client));
        return [
          ...problem(path(name), name, nameProblem(name)),
          ...clients.flatMap((client) => problem(path(name, "quotas", "clientIds", client), client, NAME_FORM)),
        ];
      }),
  },
  {
    id: "user-name-collision",
    severity: ERROR,
    overridable: false,
    summary: "No two users share the name of their Secret.",
    check: (settings) =>
      alike(usersOf(settings), ({ name }) => secretName(settings.names.client, name)).map((group) => ({
        path: path(group[1]?.name ?? ""),
        found: group.map(({ name }) => name).join(" and "),
        expected: "names that differ by more than case and _",
        remedy: "rename one of them",
      })),
  },
  {
    id: "users-without-login",
    severity: WARNING,
    overridable: true,
    summary: "Users need a security mode in which clients log in; without one everybody may do everything.",
    check: (settings) =>
      !logsIn(settings) && usersOf(settings).length > 0
        ? [
            {
              path: "users.items",
              found: `${usersOf(settings).length} with security.mode plaintext`,
              expected: "security.mode scram or scram-tls",
              remedy: "set security.mode=scram",
            },
          ]
        : [],
  },
  {
    id: "logins-without-users",
    severity: WARNING,
    overridable: true,
    summary: "Where clients log in there are users: without any, nobody but the platform itself gets in.",
    check: (settings) =>
      logsIn(settings) && usersOf(settings).length === 0
        ? [
            {
              path: "users.items",
              found: `none, with security.mode ${settings.security.mode}`,
              expected: "a user for each application",
              remedy: "declare them, each with its roles and topics",
            },
          ]
        : [],
  },
  {
    id: "user-topic-unknown",
    severity: ERROR,
    overridable: true,
    summary: "A role names topics that the stack has.",
    check: unknownTopics,
  },
  {
    id: "role-without-topics",
    severity: ERROR,
    overridable: false,
    summary: "A role is given for some topics.",
    check: (settings) =>
      present(settings).flatMap(({ name, user }) =>
        user.grants.flatMap(({ role, topics, prefixes }, index) =>
          topics.length + prefixes.length > 0
            ? []
            : [
                {
                  path: path(name, "roles", index),
                  found: `${role} of nothing`,
                  expected: "topics or prefixes",
                  remedy: "state the topics that it is for",
                },
              ],
        ),
      ),
  },
  {
    id: "acl-too-wide",
    severity: STRICT,
    overridable: true,
    summary: "No application has rights on everything: that is what the admin is for.",
    check: (settings) => present(settings).flatMap(wide),
  },
  {
    id: "acl-impossible",
    severity: ERROR,
    overridable: false,
    summary: "Access control entries are such as Kafka takes.",
    check: (settings) => present(settings).flatMap(impossible),
  },
  {
    id: "user-namespace-unknown",
    severity: ERROR,
    overridable: false,
    summary: "A user's Secret goes to client namespaces that the stack has.",
    check: (settings) => {
      const known = Object.keys(settings.clients.namespaces);
      return present(settings).flatMap(({ name, user }) =>
        user.namespaces
          .filter((namespace) => !known.includes(namespace))
          .map((namespace) => ({
            path: path(name, "namespaces"),
            found: JSON.stringify(namespace),
            expected: known.length === 0 ? "a namespace of clients.namespaces" : known.join(" or "),
            remedy: `declare clients.namespaces.${namespace}, or correct the name`,
          })),
      );
    },
  },
  {
    id: "credential-without-previous",
    severity: ERROR,
    overridable: false,
    summary: "Only a password that is not the first has one before it to keep.",
    check: (settings) =>
      present(settings)
        .filter(({ user: { credential } }) => credential.keepPrevious && credential.generation === 1)
        .map(({ name }) => ({
          path: path(name, "credential", "keepPrevious"),
          found: "true with generation 1",
          expected: "false, or generation 2",
          remedy: `set ${path(name, "credential", "generation")}=2 to replace the password`,
        })),
  },
];
