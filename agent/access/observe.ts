/** What the cluster holds of users, their rights and their limits. */
import {
  AclOperations,
  AclPermissionTypes,
  ClientQuotaEntityTypes,
  ClientQuotaMatchTypes,
  ResourcePatternTypes,
  ResourceTypes,
  ScramMechanisms,
} from "@platformatic/kafka";
import type { Acl } from "../../kafka/access/acl.ts";
import { ANY_CLIENT, QUOTAS, type UserQuotas } from "../../kafka/access/userFile.ts";
import type { Cluster } from "../connection.ts";
import { explainCode } from "../retry.ts";
import { decode } from "./codes.ts";
import { LOCKED_ITERATIONS } from "./lock.ts";
import type { ActualAccess } from "./plan.ts";

/** Prefix of principals that log in by name. */
export const USER = "User:";
const EVERYTHING = {
  resourceType: ResourceTypes.ANY,
  resourceName: null,
  resourcePatternType: ResourcePatternTypes.ANY,
  principal: null,
  host: null,
  operation: AclOperations.ANY,
  permissionType: AclPermissionTypes.ANY,
} as const;
const USERS = { entityType: ClientQuotaEntityTypes.USER, matchType: ClientQuotaMatchTypes.ANY } as const;
const CLIENTS = { entityType: ClientQuotaEntityTypes.CLIENT_ID, matchType: ClientQuotaMatchTypes.ANY } as const;

/**
 * @param fits whether a declared password opens under a name
 * @throws Error with the broker's message where it will not tell
 */
export async function observeAccess(
  cluster: Cluster,
  declared: readonly string[],
  fits: (login: string) => Promise<boolean>,
): Promise<ActualAccess> {
  const credentials = await readCredentials(cluster);
  const [{ acls, others }, quotas] = await Promise.all([readAcls(cluster), readQuotas(cluster)]);
  const fitting = new Set<string>();
  for (const login of declared) if (credentials.get(login) === "open" && (await fits(login))) fitting.add(login);
  return { credentials, fitting, acls, others, quotas };
}

async function readCredentials(cluster: Cluster): Promise<ActualAccess["credentials"]> {
  const answer = await cluster.call("any", "DescribeUserScramCredentials", null);
  if (answer.errorCode !== 0) {
    throw new Error(`SCRAM credentials: ${explainCode(answer.errorCode, answer.errorMessage)}`);
  }
  const found = answer.results.flatMap(({ user, credentialInfos }) =>
    credentialInfos
      .filter(({ mechanism }) => mechanism === ScramMechanisms.SCRAM_SHA_512)
      .map(({ iterations }) => [user, iterations === LOCKED_ITERATIONS ? "locked" : "open"] as const),
  );
  return new Map(found);
}

async function readAcls(cluster: Cluster): Promise<Pick<ActualAccess, "acls" | "others">> {
  const answer = await cluster.call("any", "DescribeAcls", EVERYTHING);
  if (answer.errorCode !== 0) {
    throw new Error(`access control entries: ${explainCode(answer.errorCode, answer.errorMessage)}`);
  }
  const acls = new Map<string, Acl[]>();
  const others = new Set<string>();
  for (const { acls: entries, ...target } of answer.resources) {
    for (const { principal, ...entry } of entries) {
      const login = principal.slice(USER.length);
      if (!principal.startsWith(USER) || login.includes("=")) others.add(principal);
      else acls.set(login, [...(acls.get(login) ?? []), decode({ ...target, ...entry })]);
    }
  }
  return { acls, others: [...others] };
}

async function readQuotas(cluster: Cluster): Promise<Map<string, UserQuotas>> {
  const quotas = new Map<string, UserQuotas>();
  for (const components of [[USERS], [USERS, CLIENTS]]) {
    const answer = await cluster.call("any", "DescribeClientQuotas", components, true);
    if (answer.errorCode !== 0) {
      throw new Error(`quotas: ${explainCode(answer.errorCode, answer.errorMessage)}`);
    }
    for (const { entity, values } of answer.entries ?? []) {
      const named = (type: string) => entity.find(({ entityType }) => (entityType as string) === type);
      const [user, client] = [named(USERS.entityType), named(CLIENTS.entityType)];
      // Without a name it is a default, which is nobody's.
      if (user?.entityName == null || (client && client.entityName === null)) continue;
      const known = QUOTAS.flatMap((key) => values.filter((value) => (value.key as string) === key));
      quotas.set(user.entityName, {
        ...quotas.get(user.entityName),
        [client?.entityName ?? ANY_CLIENT]: Object.fromEntries(known.map(({ key, value }) => [key, value])),
      });
    }
  }
  return quotas;
}
