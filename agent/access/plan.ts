/**
 * What must change so that users, their rights and their limits are as declared: a pure function of both. What belongs to
 * a declared user is put right, both ways; what belongs to anybody else is left alone and listed.
 */
import { type Acl, aclText, distinct } from "../../kafka/access/acl.ts";
import { namesOf } from "../../kafka/access/logins.ts";
import { QUOTAS, type QuotaKey, type Quotas, type UserQuotas, type UserSpec } from "../../kafka/access/userFile.ts";

/** What the cluster holds, by name to log in with. */
export interface ActualAccess {
  /** Names with a SCRAM-SHA-512 credential, and whether a password opens it; see lock.ts. */
  readonly credentials: ReadonlyMap<string, "open" | "locked">;
  /** Those of the declared ones whose declared password opens. */
  readonly fitting: ReadonlySet<string>;
  readonly acls: ReadonlyMap<string, readonly Acl[]>;
  readonly quotas: ReadonlyMap<string, UserQuotas>;
  /** Principals with entries that are no name to log in with, such as `User:CN=kafka` or `Group:ops`. */
  readonly others: readonly string[];
}

export interface QuotaChange {
  readonly key: QuotaKey;
  readonly from: number | null;
  readonly to: number | null;
}

export type AccessAction =
  | { readonly kind: "credential"; readonly login: string; readonly change: "create" | "replace" | "lock" }
  | { readonly kind: "rights"; readonly login: string; readonly add: readonly Acl[]; readonly remove: readonly Acl[] }
  | {
      readonly kind: "quotas";
      readonly login: string;
      /** ANY_CLIENT for those of the user itself. */
      readonly client: string;
      readonly changes: readonly QuotaChange[];
    };

export interface AccessPlan {
  /** In the order in which they are carried out: nobody can log in before his rights and limits are there. */
  readonly actions: readonly AccessAction[];
  /** Declared users that need nothing. */
  readonly unchanged: number;
  /** Names and principals that nobody declared; never touched. */
  readonly unmanaged: readonly string[];
}

const NOBODY: Pick<UserSpec, "acls" | "quotas"> = { acls: [], quotas: {} };
const ORDER: Readonly<Record<AccessAction["kind"], number>> = { rights: 0, quotas: 1, credential: 2 };

/** @param kept names that are the program's without being users: brokers, the agent itself */
export function planAccess(
  desired: readonly UserSpec[],
  actual: ActualAccess,
  kept: ReadonlySet<string> = new Set(),
): AccessPlan {
  const actions: AccessAction[] = [];
  let unchanged = 0;
  for (const user of desired) {
    const own = namesOf(user.name).flatMap((login) => planLogin(user, login, actual));
    if (own.length === 0) unchanged += 1;
    actions.push(...own);
  }
  const declared = new Set([...desired.flatMap(({ name }) => namesOf(name)), ...kept]);
  const open = [...actual.credentials].filter(([, state]) => state === "open").map(([login]) => login);
  const there = new Set([...open, ...actual.acls.keys(), ...actual.quotas.keys()]);
  const unmanaged = [...[...there].filter((login) => !declared.has(login)), ...actual.others].sort();
  return { actions: actions.sort((a, b) => ORDER[a.kind] - ORDER[b.kind]), unchanged, unmanaged };
}

function planLogin(user: UserSpec, login: string, actual: ActualAccess): AccessAction[] {
  const stays = user.state === "present" && user.logins.includes(login);
  const { acls, quotas } = stays ? user : NOBODY;
  const found = actual.acls.get(login) ?? [];
  const [add, remove] = [without(acls, found), without(found, acls)];
  const limits = actual.quotas.get(login) ?? {};
  const clients = [...new Set([...Object.keys(limits), ...Object.keys(quotas)])].sort();
  const change = credentialChange(stays, actual.credentials.get(login), actual.fitting.has(login));
  return [
    ...(add.length + remove.length > 0 ? [{ kind: "rights", login, add, remove } as const] : []),
    ...clients.flatMap((client) => {
      const changes = quotaChanges(limits[client] ?? {}, quotas[client] ?? {});
      return changes.length > 0 ? [{ kind: "quotas", login, client, changes } as const] : [];
    }),
    ...(change ? [{ kind: "credential", login, change } as const] : []),
  ];
}

function credentialChange(
  stays: boolean,
  found: "open" | "locked" | undefined,
  fits: boolean,
): "create" | "replace" | "lock" | undefined {
  if (!stays) return found === "open" ? "lock" : undefined;
  if (found === undefined) return "create";
  return fits ? undefined : "replace";
}

function without(acls: readonly Acl[], others: readonly Acl[]): Acl[] {
  const known = new Set(others.map(aclText));
  return distinct(acls).filter((acl) => !known.has(aclText(acl)));
}

function quotaChanges(found: Quotas, wanted: Quotas): QuotaChange[] {
  return QUOTAS.flatMap((key) => {
    const [from, to] = [found[key] ?? null, wanted[key] ?? null];
    return from === to ? [] : [{ key, from, to }];
  });
}
