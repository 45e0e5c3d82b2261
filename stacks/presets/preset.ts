/** What a preset is: plain data in the words of a stack file, with the parts that belong to one coordination mode apart. */
import type { ParsedSettings, SettingsInput } from "../settings/schema.ts";

export type PresetName = ParsedSettings["preset"];
export type Environment = ParsedSettings["environment"];

export interface PresetPart {
  readonly always: SettingsInput;
  /** Merged in where coordination.mode is kraft. */
  readonly kraft?: SettingsInput;
  /** Merged in where coordination.mode is zookeeper. */
  readonly zookeeper?: SettingsInput;
}

export interface Preset {
  readonly base: PresetPart;
  readonly environments: Readonly<Record<Environment, PresetPart>>;
}
