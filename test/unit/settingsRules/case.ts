/** What the cases of the rules are made of. */
import type { Tree } from "../../../stacks/settings/path.ts";
import type { SettingsInput } from "../../../stacks/settings/schema.ts";

export interface Case {
  /** What is wrong, as the end of "refuses …". */
  readonly what: string;
  readonly bad: SettingsInput | Tree;
  readonly good: SettingsInput | Tree;
  /** Path that the problem names. */
  readonly at: string;
  /** A word that its text must hold. */
  readonly says: string;
  /** Rows of the requirements that the case proves. */
  readonly rows?: string;
}

/** Rule → its cases. */
export type Cases = Readonly<Record<string, readonly Case[]>>;

/** Three brokers and three controllers that no rule of production has anything against but the missing encryption. */
export const production = (input: SettingsInput = {}): SettingsInput => ({
  preset: "none",
  environment: "prod",
  ...input,
});
export const topics = (items: NonNullable<SettingsInput["topics"]>["items"]): SettingsInput => ({ topics: { items } });
export const kafka = (part: SettingsInput["kafka"]): SettingsInput => ({ kafka: part });
export const names = (part: SettingsInput["names"]): SettingsInput => ({ names: part });
export const memory = (requests: string, limits: string | undefined, cpu = "1") => ({
  requests: { cpu, memory: requests },
  limits: { memory: limits },
});
export const WITHOUT_LIMIT: Tree = { kafka: { resources: { limits: { memory: null } } } };
export const LONG = "a".repeat(53);
