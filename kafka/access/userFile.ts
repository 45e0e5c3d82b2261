/**
 * One user as text: the value of one ConfigMap key, mounted as one file whose name is the user's. It holds no secret:
 * passwords come from Secrets. A review of the ConfigMap shows whose rights change and how.
 *
 *     allow Read on group "analytics-service" from "*"
 *     allow Read on topic "user.events" from "*"
 *     quota consumer_byte_rate 10485760
 *     quota consumer_byte_rate 1048576 of nightly-export
 *     login analytics-service
 */
import { type Acl, aclText, parseAcl } from "./acl.ts";

/** Limits that Kafka enforces on a user (KIP-13, KIP-124, KIP-599). */
export const QUOTAS = [
  "producer_byte_rate",
  "consumer_byte_rate",
  "request_percentage",
  "controller_mutation_rate",
] as const;
export type QuotaKey = (typeof QUOTAS)[number];
export type Quotas = Readonly<Partial<Record<QuotaKey, number>>>;

/** Key of the limits that hold for a user whatever its client ids. */
export const ANY_CLIENT = "";
/** Limits by client id. Those of a client id hold in place of the user's own (kafka.apache.org/documentation, Enforcement). */
export type UserQuotas = Readonly<Record<string, Quotas>>;

export interface UserSpec {
  readonly name: string;
  /** Names to log in with: one, or two while a password is being replaced. Rights and quotas hold for each. */
  readonly logins: readonly string[];
  /** `absent` takes credentials, rights and quotas away. */
  readonly state: "present" | "absent";
  readonly acls: readonly Acl[];
  readonly quotas: UserQuotas;
}

/** What names of users look like: they name keys, Secrets and files too. */
export const USER_NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9._-]{0,61}[a-zA-Z0-9])?$/;

/** The text of a user; equal users give equal text. */
export function renderUserFile({ state, acls, quotas, logins }: UserSpec): string {
  const limits = Object.keys(quotas)
    .sort()
    .flatMap((client) =>
      QUOTAS.flatMap((key) => {
        const value = quotas[client]?.[key];
        return value === undefined ? [] : [`quota ${key} ${value}${client === ANY_CLIENT ? "" : ` of ${client}`}`];
      }),
    );
  const lines = [...acls.map(aclText).sort(), ...limits, ...logins.map((login) => `login ${login}`)];
  return `${[...(state === "absent" ? ["absent"] : []), ...lines].join("\n")}\n`;
}

/**
 * Reads a user back.
 * @param name the file's name, which is the user's
 * @throws Error that names file, line, what was found and what was expected
 */
export function parseUserFile(name: string, text: string): UserSpec {
  if (!USER_NAME.test(name)) throw new Error(`${name}: not a user name; expected 1 to 63 of a-z A-Z 0-9 . _ -`);
  const acls: Acl[] = [];
  const quotas: Record<string, Quotas> = {};
  const logins: string[] = [];
  let state: UserSpec["state"] = "present";
  for (const [index, line] of text.split("\n").entries()) {
    if (line === "") continue;
    const acl = parseAcl(line);
    const [word = "", first = "", second = ""] = line.split(" ");
    const quota = parseQuota(line);
    if (acl) acls.push(acl);
    else if (quota) quotas[quota.client] = { ...quotas[quota.client], [quota.key]: quota.value };
    else if (word === "login" && USER_NAME.test(first) && second === "") logins.push(first);
    else if (line === "absent") state = "absent";
    else {
      throw new Error(
        `${name}:${index + 1}: found ${JSON.stringify(line)}, expected an access control entry such as ` +
          `${aclText({ permission: "allow", operation: "Read", resource: "topic", pattern: "literal", name: "events", host: "*" })}, ` +
          "quota <key> <number>, quota <key> <number> of <client id>, login <name> or absent",
      );
    }
  }
  return { name, logins, state, acls, quotas };
}

function parseQuota(line: string): { key: QuotaKey; value: number; client: string } | undefined {
  const [, name, number, client = ANY_CLIENT] = /^quota (\w+) ([\d.]+(?:e[+-]\d+)?)(?: of (\S+))?$/.exec(line) ?? [];
  const key = QUOTAS.find((one) => one === name);
  const value = Number(number);
  return key !== undefined && value > 0 && (client === ANY_CLIENT || USER_NAME.test(client))
    ? { key, value, client }
    : undefined;
}

/** Names under which users that are to be there log in. */
export const openLogins = (users: readonly UserSpec[]): string[] =>
  users.filter(({ state }) => state === "present").flatMap(({ logins }) => logins);
