/** The table of change rules. */
import { IDENTITY_RULES } from "./identity.ts";
import { LISTENER_CHANGE_RULES } from "./listeners.ts";
import { MIGRATION_RULES } from "./migration.ts";
import { QUORUM_CHANGE_RULES } from "./quorum.ts";
import { CHANGE, type ChangeRule, ERROR } from "./rule.ts";
import { SECURITY_CHANGE_RULES } from "./security.ts";
import { STORAGE_RULES } from "./storage.ts";
import { TOPIC_CHANGE_RULES } from "./topics.ts";
import { USER_CHANGE_RULES } from "./users.ts";
import { VERSION_CHANGE_RULES } from "./versions.ts";
import { ZONE_CHANGE_RULES } from "./zones.ts";

export const UNREADABLE: ChangeRule = {
  ...CHANGE,
  id: "applied-shape-unreadable",
  severity: ERROR,
  summary: "The settings that were applied last can be read: without them no change can be judged.",
  // Found before there is anything to compare.
  check: () => [],
};

export const CHANGE_RULES: readonly ChangeRule[] = [
  UNREADABLE,
  ...IDENTITY_RULES,
  ...STORAGE_RULES,
  ...QUORUM_CHANGE_RULES,
  ...VERSION_CHANGE_RULES,
  ...MIGRATION_RULES,
  ...TOPIC_CHANGE_RULES,
  ...USER_CHANGE_RULES,
  ...LISTENER_CHANGE_RULES,
  ...ZONE_CHANGE_RULES,
  ...SECURITY_CHANGE_RULES,
];
