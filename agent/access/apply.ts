/** Carries an access plan out, with the broker's own message for each name that it will not change. */
import { pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { ClientQuotaEntityTypes, ScramMechanisms } from "@platformatic/kafka";
import type { Acl } from "../../kafka/access/acl.ts";
import { ANY_CLIENT } from "../../kafka/access/userFile.ts";
import type { Cluster } from "../connection.ts";
import type { Failure, Outcome } from "../reconcile/apply.ts";
import { chunks } from "../reconcile/batches.ts";
import { explainCode, type Patience, persist } from "../retry.ts";
import type { DesiredAccess } from "./changes.ts";
import { encode } from "./codes.ts";
import { ITERATIONS, LOCKED_ITERATIONS } from "./lock.ts";
import { USER } from "./observe.ts";
import type { AccessAction, AccessPlan } from "./plan.ts";

const KEY_BYTES = 64;
const ENTRIES_PER_REQUEST = 1_000;

type Of<K extends AccessAction["kind"]> = Extract<AccessAction, { kind: K }>;
interface Answer {
  readonly errorCode: number;
  readonly errorMessage: string | null | undefined;
}

export async function applyAccess(
  cluster: Cluster,
  { actions }: AccessPlan,
  { passwords }: Pick<DesiredAccess, "passwords">,
  patience: Patience,
): Promise<Outcome> {
  const failures: Failure[] = [];
  const note = (login: string, answer: Answer | undefined) => {
    if (answer?.errorCode === 0) return;
    failures.push({ topic: `user ${login}`, message: explainCode(answer?.errorCode ?? -1, answer?.errorMessage) });
  };
  const of = <K extends AccessAction["kind"]>(kind: K) =>
    actions.filter((action): action is Of<K> => action.kind === kind);
  const entries = (pick: (action: Of<"rights">) => readonly Acl[]) =>
    of("rights").flatMap((action) => pick(action).map((acl) => ({ login: action.login, acl })));

  for (const batch of chunks(
    entries(({ add }) => add),
    ENTRIES_PER_REQUEST,
  )) {
    const request = batch.map(({ login, acl }) => ({ ...encode(acl), principal: `${USER}${login}` }));
    const { results } = await persist("access control entries to be made", patience, () =>
      cluster.call("controller", "CreateAcls", request),
    );
    for (const [index, { login }] of batch.entries()) note(login, results[index]);
  }
  for (const { login, client, changes } of of("quotas")) {
    const ops = changes.map(({ key, to }) =>
      to === null ? { key, remove: true as const } : { key, value: to, remove: false as const },
    );
    const entities = [
      { entityType: ClientQuotaEntityTypes.USER, entityName: login },
      ...(client === ANY_CLIENT ? [] : [{ entityType: ClientQuotaEntityTypes.CLIENT_ID, entityName: client }]),
    ];
    const { entries: answers } = await persist(`quotas of ${login}`, patience, () =>
      cluster.call("controller", "AlterClientQuotas", [{ entities, ops }], false),
    );
    note(login, answers[0]);
  }
  for (const { login, change } of of("credential")) {
    const made = change === "lock" ? locked(login) : await credential(login, passwords.get(login) ?? "");
    const { results } = await persist(`credential of ${login}`, patience, () =>
      cluster.call("controller", "AlterUserScramCredentials", [], [made]),
    );
    note(login, results[0]);
  }
  // Last: what is taken away is never missing while something else waits.
  for (const batch of chunks(
    entries(({ remove }) => remove),
    ENTRIES_PER_REQUEST,
  )) {
    const filters = batch.map(({ login, acl }) => ({ ...encode(acl), principal: `${USER}${login}` }));
    const { filterResults } = await persist("access control entries to be removed", patience, () =>
      cluster.call("controller", "DeleteAcls", filters),
    );
    for (const [index, { login }] of batch.entries()) note(login, filterResults[index]);
  }
  return { failures, raced: false };
}

/** What no password opens. */
const locked = (name: string) => ({
  name,
  mechanism: ScramMechanisms.SCRAM_SHA_512,
  iterations: LOCKED_ITERATIONS,
  salt: randomBytes(KEY_BYTES),
  saltedPassword: randomBytes(KEY_BYTES),
});

/** Only what Kafka keeps is sent: the password itself never leaves this process. */
export async function credential(name: string, password: string) {
  const salt = randomBytes(KEY_BYTES);
  const saltedPassword = await promisify(pbkdf2)(password.normalize("NFKC"), salt, ITERATIONS, KEY_BYTES, "sha512");
  return { name, mechanism: ScramMechanisms.SCRAM_SHA_512, iterations: ITERATIONS, salt, saltedPassword };
}
