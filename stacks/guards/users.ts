/** Users: passwords are replaced with an overlap, and nobody disappears by being left out. */
import type { Credential } from "../../kafka/access/logins.ts";
import { generations } from "../../kafka/access/logins.ts";
import type { AppliedShape } from "../appliedShape.ts";
import { formatPath } from "../settings/path.ts";
import type { Settings } from "../settings/settings.ts";
import { CHANGE, type ChangeRule, ERROR, insteadOf, STRICT } from "./rule.ts";

const path = (name: string, ...rest: string[]): string => formatPath(["users", "items", name, ...rest]);

/** Users that were there and are to be there; a stack of before there were users had none. */
function kept(previous: AppliedShape, next: Settings): { name: string; before: Credential; after: Credential }[] {
  const old = usersOf(previous);
  return Object.entries(next.users.items).flatMap(([name, { state, credential: after }]) => {
    const before = old[name];
    return before?.state === "present" && state === "present" ? [{ name, before: before.credential, after }] : [];
  });
}

const usersOf = (shape: AppliedShape): AppliedShape["users"]["items"] =>
  (shape as Partial<Pick<AppliedShape, "users">>).users?.items ?? {};

export const USER_CHANGE_RULES: readonly ChangeRule[] = [
  {
    ...CHANGE,
    id: "password-replaced-at-once",
    severity: ERROR,
    summary: "A password that clients use goes only after the one that replaces it has been there for an up.",
    check: (previous, next) =>
      kept(previous, next).flatMap(({ name, before, after }) => {
        const open = generations(after);
        if (open.includes(before.generation)) return [];
        const setting = path(name, "credential", "generation");
        return [
          {
            path: setting,
            found: insteadOf(after.generation, before.generation),
            expected: `generation ${before.generation} to open for one more up`,
            remedy:
              `set ${setting}=${before.generation + 1} and ${path(name, "credential", "keepPrevious")}=true, let clients take the ` +
              "new Secret, and set keepPrevious=false in the next up",
          },
        ];
      }),
  },
  {
    ...CHANGE,
    id: "user-left-out",
    severity: STRICT,
    summary: "A user leaves the settings by state absent; left out, its password and rights stay, with nobody's care.",
    check: (previous, next) =>
      Object.entries(usersOf(previous))
        .filter(([name, { state }]) => state === "present" && !Object.hasOwn(next.users.items, name))
        .map(([name]) => ({
          path: path(name),
          found: "nothing, applied is a user",
          expected: "an entry",
          remedy: `keep it, or set ${path(name, "state")}=absent, which takes its password and rights away`,
        })),
  },
];
