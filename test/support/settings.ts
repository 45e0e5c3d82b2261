/** Questions that tests ask about settings. */
import { layersOf } from "../../stacks/settings/layers.ts";
import { type LoadedSettings, loadSettings, type Problem, SettingsError } from "../../stacks/settings/load.ts";
import { mergeLayers } from "../../stacks/settings/merge.ts";
import { type Tree, valueAt } from "../../stacks/settings/path.ts";
import { switchOff } from "../../stacks/settings/rules/notBuiltYet.ts";
import type { ParsedSettings, SettingsInput } from "../../stacks/settings/schema.ts";

/** The day that tests run on. */
export const TODAY = "2026-11-21";

export type SetValues = Readonly<Record<string, unknown>>;

/** Loads; anything but a refusal with named problems is a bug and passes through. */
export function load(input: SettingsInput | Tree, set: SetValues = {}): LoadedSettings {
  return loadSettings(input, { today: TODAY, set });
}

/** Every problem that an input has, warnings included, loaded or refused. */
export function problemsOf(input: SettingsInput | Tree, set: SetValues = {}): readonly Problem[] {
  try {
    return load(input, set).warnings;
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

/** Names of the rules behind them, sorted, each once. */
export function rulesOf(input: SettingsInput | Tree, set: SetValues = {}): string[] {
  return [...new Set(problemsOf(input, set).map(({ rule }) => rule))].sort();
}

/** What a preset says for an environment before anything is checked, at a dotted path. */
export function presetSays(
  preset: ParsedSettings["preset"],
  environment: ParsedSettings["environment"],
  path: string,
  set: SetValues = {},
): unknown {
  return valueAt(mergeLayers(layersOf({ preset, environment }, set)), path.split("."));
}

/** A preset's environment as it loads, without what is not built yet. */
export function built(
  preset: ParsedSettings["preset"],
  environment: ParsedSettings["environment"],
  set: SetValues = {},
): LoadedSettings {
  return load(switchOff({ preset, environment }), set);
}

/** For {@link built}: the preset on KRaft. */
export const KRAFT: SetValues = { "coordination.mode": "kraft" };
