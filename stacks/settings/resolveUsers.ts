/** Users with everything that follows from other settings filled in. */
import { type Acl, CLUSTER_NAME, distinct } from "../../kafka/access/acl.ts";
import type { Credential } from "../../kafka/access/logins.ts";
import { deriveAcls, type Grant } from "../../kafka/access/roles.ts";
import { ANY_CLIENT, type Quotas, type UserQuotas } from "../../kafka/access/userFile.ts";
import { quantityBytes } from "../../kafka/units.ts";
import type { ParsedSettings } from "./schema.ts";

type User = NonNullable<ParsedSettings["users"]["items"][string]>;
type Limits = Omit<NonNullable<User["quotas"]>, "clientIds">;

/** A user as the program uses it. */
export interface UserSettings {
  readonly grants: readonly Grant[];
  /** Derived from its roles, and its own. */
  readonly acls: readonly Acl[];
  readonly quotas: UserQuotas;
  readonly credential: Credential;
  /** Client namespaces whose applications get its Secret. */
  readonly namespaces: readonly string[];
  readonly state: "present" | "absent";
}

export function resolveUsers({ users, clients }: ParsedSettings): Record<string, UserSettings> {
  const everywhere = Object.keys(clients.namespaces);
  const declared = Object.entries(users.items).flatMap(([name, user]) => (user ? [{ name, user }] : []));
  return Object.fromEntries(declared.map(({ name, user }) => [name, resolveUser(name, user, everywhere)]));
}

function resolveUser(name: string, user: User, everywhere: readonly string[]): UserSettings {
  const grants = (user.roles ?? []).map((role) => resolveGrant(name, role));
  const { generation, keepPrevious = false } = user.credential ?? { generation: 1 };
  return {
    grants,
    acls: distinct([...deriveAcls(grants), ...(user.acls ?? []).flatMap(ownAcls)]),
    quotas: resolveQuotas(user),
    credential: { generation, keepPrevious },
    namespaces: user.namespaces ?? everywhere,
    state: user.state ?? "present",
  };
}

function resolveGrant(user: string, role: NonNullable<User["roles"]>[number]): Grant {
  return {
    role: role.role,
    topics: role.topics ?? [],
    prefixes: role.prefixes ?? [],
    outputs: role.outputs ?? [],
    groups: role.groups ?? (role.role === "consumer" && role.groupPrefixes === undefined ? [user] : []),
    groupPrefixes: role.groupPrefixes ?? [],
    transactionalIds: role.transactionalIds ?? [],
    transactionalIdPrefixes: role.transactionalIdPrefixes ?? [],
    applicationId: role.role === "streamProcessor" ? (role.applicationId ?? user) : null,
  };
}

function ownAcls(acl: NonNullable<User["acls"]>[number]): Acl[] {
  const { permission = "allow", resource, name = CLUSTER_NAME, pattern = "literal", host = "*" } = acl;
  return acl.operations.map((operation) => ({ permission, operation, resource, pattern, name, host }));
}

function resolveQuotas({ quotas: { clientIds = {}, ...own } = {} }: User): UserQuotas {
  const stated = Object.entries({ [ANY_CLIENT]: own, ...clientIds }).map(
    ([client, limits]) => [client, inKafkasWords(limits)] as const,
  );
  return Object.fromEntries(stated.filter(([, limits]) => Object.keys(limits).length > 0));
}

function inKafkasWords({ producerRate, consumerRate, requestPercentage, mutationRate }: Limits): Quotas {
  const stated = {
    producer_byte_rate: bytes(producerRate),
    consumer_byte_rate: bytes(consumerRate),
    request_percentage: requestPercentage,
    controller_mutation_rate: mutationRate,
  };
  return Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined));
}

/** Bytes of a rate; undefined for none, or no limit. */
function bytes(rate: string | undefined): number | undefined {
  return rate === undefined || rate === "unlimited" ? undefined : (quantityBytes(rate) ?? undefined);
}
