/** A plan as people read it: like a diff, one line an action. */
import { aclText } from "../../kafka/access/acl.ts";
import { ANY_CLIENT } from "../../kafka/access/userFile.ts";
import { featureLevelText } from "../../kafka/features.ts";
import type { AccessAction } from "../access/plan.ts";
import type { Action, ConfigChange, FeatureChange, Plan } from "./plan.ts";

/** Names of unmanaged topics that the text shows; `--json` lists all. */
const SHOWN = 20;

/** What follows the actions: who is left alone, and the numbers. */
export function formatSummary(plan: Plan): string[] {
  const lines: string[] = [];
  if (plan.unmanaged.length > 0) lines.push(`  unmanaged, left alone: ${some(plan.unmanaged)}`);
  const users = plan.unmanagedUsers ?? [];
  if (users.length > 0) lines.push(`  users that nobody declared, left alone: ${some(users)}`);
  return [...lines, summary(plan)];
}

function some(names: readonly string[]): string {
  const rest = names.length - SHOWN;
  return `${names.slice(0, SHOWN).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

export function formatAction(action: Action): string {
  switch (action.kind) {
    case "finalise":
      return `^ finalise ${action.features.map(formatFeature).join(", ")}; cannot be taken back`;
    case "configure":
      return `~ configure brokers  ${action.changes.map(formatChange).join(", ")}`;
    case "create":
      return `+ create ${action.topic}  ${shape(action.spec)}`;
    case "grow":
      return `~ grow ${action.topic}  ${action.from} → ${action.to} partitions`;
    case "alter":
      return `~ alter ${action.topic}  ${action.changes.map(formatChange).join(", ")}`;
    case "delete":
      return `- delete ${action.topic}  ${count(action.partitions, "partition")} and the data in them`;
    case "recreate":
      return `± recreate ${action.topic}  ${action.from} partitions and the data in them → ${shape(action.spec)}`;
    case "rights":
    case "quotas":
    case "credential":
      return formatAccess(action);
    case "refuse":
      return `! refuse ${action.topic}  ${action.field} ${action.found} → ${action.wanted}: ${action.reason}`;
  }
}

const CREDENTIAL = { create: "+ password of", replace: "~ password of", lock: "- password of" } as const;

function formatAccess(action: AccessAction): string {
  const user = `user ${action.login}`;
  switch (action.kind) {
    case "credential":
      return `${CREDENTIAL[action.change]} ${user}`;
    case "quotas":
      return `~ quotas of ${user}${action.client === ANY_CLIENT ? "" : ` by client id ${action.client}`}  ${action.changes.map(({ key, from, to }) => `${key} ${from ?? "none"} → ${to ?? "none"}`).join(", ")}`;
    case "rights":
      return `~ rights of ${user}  ${[
        ...action.add.map((acl) => `+ ${aclText(acl)}`),
        ...action.remove.map((acl) => `- ${aclText(acl)}`),
      ].join(", ")}`;
  }
}

/** `1 topic`, `2 topics`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

function shape(spec: Extract<Action, { kind: "create" }>["spec"]): string {
  const config = Object.entries(spec.config)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ` ${key}=${value}`);
  return [`${count(spec.partitions, "partition")} × ${spec.replicationFactor}`, ...config].join(" ");
}

function formatFeature({ feature, from, to }: FeatureChange): string {
  return `${feature} ${featureLevelText(feature, from)} → ${featureLevelText(feature, to)}`;
}

function formatChange({ key, from, to }: ConfigChange): string {
  return `${key} ${from ?? "default"} → ${to ?? "default"}`;
}

function summary(plan: Plan): string {
  const configs = plan.actions.reduce(
    (sum, action) => sum + (action.kind === "configure" ? action.changes.length : 0),
    0,
  );
  const verbs = [
    ["create", "to create"],
    ["grow", "to grow"],
    ["alter", "to alter"],
    ["recreate", "to recreate"],
    ["delete", "to delete"],
    ["refuse", "refused"],
    ["rights", "with other rights"],
    ["quotas", "with other quotas"],
    ["credential", "with another password"],
  ] as const;
  const parts = verbs.flatMap(([kind, verb]) => {
    const found = plan.actions.filter((action) => action.kind === kind).length;
    return found > 0 ? [`${found} ${verb}`] : [];
  });
  const features = plan.actions.flatMap((action) => (action.kind === "finalise" ? action.features : []));
  const raised = features.length > 0 ? [`${count(features.length, "feature")} to finalise`] : [];
  const brokers = configs > 0 ? [`${count(configs, "broker config")} to change`] : [];
  return `plan: ${[...raised, ...brokers, ...parts, `${plan.unchanged} unchanged`, `${plan.unmanaged.length} unmanaged`].join(", ")}`;
}
