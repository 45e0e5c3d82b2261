/** What the cases of the change rules are made of. */
import type { Phase } from "../../../kafka/coordination.ts";
import type { SettingsInput } from "../../../stacks/settings/schema.ts";

export interface ChangeCase {
  /** What is wrong, as the end of "refuses …". */
  readonly what: string;
  readonly from: SettingsInput;
  readonly bad: SettingsInput;
  readonly good: SettingsInput;
  /** Path that the problem names. */
  readonly at: string;
  /** A word that its text must hold. */
  readonly says: string;
  /** Rows of the requirements that the case proves. */
  readonly rows?: string;
}

/** Rule → its cases. */
export type ChangeCases = Readonly<Record<string, readonly ChangeCase[]>>;

export const zookeeper = (replicas: number): SettingsInput => ({
  coordination: { mode: "zookeeper" },
  zookeeper: { replicas },
});
export const phase = (at: Phase): SettingsInput => ({ coordination: { mode: "zookeeper", phase: at } });
export const events = (topic: NonNullable<NonNullable<SettingsInput["topics"]>["items"]>[string]): SettingsInput => ({
  topics: { items: { "user.events": topic } },
});
