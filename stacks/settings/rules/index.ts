/** The table of rules. */
import { CHANGE_RULES } from "../../guards/table.ts";
import type { Problem } from "../problem.ts";
import type { Settings } from "../settings.ts";
import { overridden, overrideProblems } from "./allowUnsafe.ts";
import { CERTIFICATE_RULES } from "./certificates.ts";
import { COORDINATION_RULES } from "./coordination.ts";
import { DISK_RULES } from "./disk.ts";
import { EXTERNAL_ACCESS_RULES } from "./externalAccess.ts";

import { IN_CLUSTER_RULES } from "./inCluster.ts";
import { KEY_RULES } from "./keys.ts";
import { LISTENER_RULES } from "./listeners.ts";
import { MEMORY_RULES } from "./memory.ts";
import { METADATA_RULES } from "./metadata.ts";
import { NAME_RULES } from "./names.ts";
import { NAMESPACE_RULES } from "./namespaces.ts";
import { NOT_BUILT_YET_RULES } from "./notBuiltYet.ts";
import { PRODUCTION_RULES } from "./production.ts";
import { QUORUM_RULES } from "./quorum.ts";
import { REPLICATION_RULES } from "./replication.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { TOPIC_RULES } from "./topics.ts";
import { USER_RULES } from "./users.ts";
import { VERSION_RULES } from "./versions.ts";

export type { Rule, RuleContext } from "./rule.ts";

export const RULES: readonly Rule[] = [
  ...NOT_BUILT_YET_RULES,
  ...VERSION_RULES,
  ...COORDINATION_RULES,
  ...QUORUM_RULES,
  ...REPLICATION_RULES,
  ...MEMORY_RULES,
  ...DISK_RULES,
  ...KEY_RULES,
  ...LISTENER_RULES,
  ...EXTERNAL_ACCESS_RULES,
  ...CERTIFICATE_RULES,
  ...TOPIC_RULES,
  ...USER_RULES,
  ...NAME_RULES,
  ...NAMESPACE_RULES,
  ...METADATA_RULES,
  ...PRODUCTION_RULES,
];

/** Problems that are found while a file is read or parsed, before there are settings that a rule could look at. */
export const READING_PROBLEMS: Readonly<Record<string, string>> = {
  "unknown-key": "Every key is one that the schema knows.",
  "invalid-value": "Every value has the type and range that the schema asks for.",
  "size-unparsable": "Sizes are written as Kubernetes and the JVM read them.",
  "duration-unparsable": "Durations are a whole number with ms, s, m, h, d or w.",
  "topic-duplicate": "A topic is declared once: of two equal keys YAML would keep one, silently.",
  "duplicate-key": "A key stands once in its mapping.",
  "stack-file-unreadable": "The stack file exists and is YAML.",
  "set-malformed": "--set takes key=value.",
  "allow-unsafe-unknown": "An override names a rule that exists.",
  "allow-unsafe-refused": "An override names a rule that can be overridden.",
  "allow-unsafe-open-ended": "An override of a change rule has an end.",
  "allow-unsafe-expired": "An override has not passed its date.",
};

/** Runs every rule that speaks in the stack's profile, then the stack's overrides. */
export function checkRules(settings: Settings, context: RuleContext): Problem[] {
  const problems = RULES.flatMap((rule): Problem[] => {
    const severity = rule.severity[settings.profile];
    if (severity === "off") return [];
    return rule.check(settings, context).map((finding) => ({ rule: rule.id, severity, ...finding }));
  });
  const { allowUnsafe } = context.parsed;
  const wrong = overrideProblems(allowUnsafe, [...RULES, ...CHANGE_RULES, ...IN_CLUSTER_RULES], context.today);
  const valid = allowUnsafe.filter((_, index) => !wrong.some(({ path }) => path.startsWith(`allowUnsafe[${index}]`)));
  return [...overridden(problems, valid), ...wrong];
}
