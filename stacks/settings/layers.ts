/** Which layers a stack has: defaults ← preset ← the preset's environment ← stack file ← `--set`. */
import { type Environment, PRESETS, type PresetName, type PresetPart } from "../presets/index.ts";
import { DEFAULTS } from "./defaults.ts";

import { type Layer, mergeLayers } from "./merge.ts";
import { isTree, type Tree, valueAt, withValue } from "./path.ts";
import { parseSetPath } from "./setPath.ts";

const LIST = Object.keys(PRESETS) as PresetName[];

/**
 * The layers of a stack.
 * @param stackFile what the stack's own file says
 * @param set path as written after `--set` → value
 */
export function layersOf(stackFile: Tree, set: Readonly<Record<string, unknown>> = {}): Layer[] {
  const own: Layer[] = [{ name: "stack file", tree: said(stackFile) }];
  const defaults: Layer = { name: "defaults", tree: DEFAULTS };
  // A preset or a mode may itself come from --set, and neither has a name with dots in it.
  const early = mergeLayers([defaults, ...own, setLayer(set, {})]);
  const name = LIST.find((preset) => preset === early["preset"]) ?? "none";
  const preset = PRESETS[name];
  const environment = (["dev", "staging", "prod"] as const).find((env) => env === early["environment"]) ?? "dev";
  const parts = (mode?: unknown) =>
    presetLayers(name, environment, preset.base, preset.environments[environment], mode);
  const mode = valueAt(mergeLayers([defaults, ...parts(), ...own, setLayer(set, {})]), ["coordination", "mode"]);
  const below = [defaults, ...parts(mode), ...own];
  const chosen = Object.keys(set).length > 0 ? [setLayer(set, mergeLayers(below))] : [];
  return [...below, ...chosen];
}

function presetLayers(
  name: PresetName,
  environment: Environment,
  base: PresetPart,
  specific: PresetPart,
  mode: unknown,
): Layer[] {
  const layersOfPart = (label: string, part: PresetPart): Layer[] => {
    const layers: Layer[] = [{ name: `preset ${label}`, tree: part.always }];
    const more = mode === "kraft" ? part.kraft : mode === "zookeeper" ? part.zookeeper : undefined;
    if (more) layers.push({ name: `preset ${label} (${String(mode)})`, tree: more });
    return layers;
  };
  return [...layersOfPart(name, base), ...layersOfPart(`${name}/${environment}`, specific)];
}

/** What the file says: an empty top-level value is the project's default, which only stands for "not said". */
function said(stackFile: Tree): Tree {
  const empty = (value: unknown) =>
    value === "" || (Array.isArray(value) && value.length === 0) || (isTree(value) && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(stackFile).filter(([, value]) => !empty(value)));
}

function setLayer(set: Readonly<Record<string, unknown>>, below: Tree): Layer {
  const tree = Object.entries(set).reduce<Tree>(
    (built, [path, value]) => withValue(built, parseSetPath(path, below), value),
    {},
  );
  return { name: "--set", tree };
}
