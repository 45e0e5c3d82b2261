/** Questions that tests ask about a change of settings. */
import { shapeText } from "../../stacks/appliedShape.ts";
import { checkChange } from "../../stacks/guards/check.ts";
import { layersOf } from "../../stacks/settings/layers.ts";
import { parseLayers } from "../../stacks/settings/parse.ts";
import { type Problem, SettingsError } from "../../stacks/settings/problem.ts";
import { resolve } from "../../stacks/settings/resolve.ts";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import type { Settings } from "../../stacks/settings/settings.ts";

/** Settings as the rules of change see them, whatever the rules of settings say of them. */
export const unchecked = (input: SettingsInput): Settings => resolve(parseLayers(layersOf(input)).parsed);

/** Every problem of the change from one to the other, warnings included. */
export function changeProblems(from: SettingsInput, to: SettingsInput): readonly Problem[] {
  try {
    return checkChange(shapeText(unchecked(from)), unchecked(to));
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}
