/**
 * Components that have a setting and no code yet. Switching one on is refused by name, so that a stack file never promises
 * what is not there; a preset that wants one loads with the switch turned off.
 */
import { layersOf } from "../layers.ts";
import { mergeLayers, mergeTrees } from "../merge.ts";
import { type Tree, valueAt, withValue } from "../path.ts";
import { show } from "../problem.ts";
import type { SettingsInput } from "../schema.ts";
import { ERROR, type Rule } from "./rule.ts";

export interface NotBuiltYet {
  /** Dotted path of the setting. */
  readonly path: string;
  /** Whether a value asks for what is missing. */
  readonly when: (value: unknown) => boolean;
  /** The value to set instead. */
  readonly off: string | boolean;
  /** Areas or rows of the requirements that wait for it. */
  readonly rows: readonly string[];
}

const isOn = (value: unknown): boolean => value === true;

export const NOT_BUILT_YET: readonly NotBuiltYet[] = [
  { path: "schemaRegistry.enabled", when: isOn, off: false, rows: ["R-SR"] },
  { path: "connect.enabled", when: isOn, off: false, rows: ["R-CON", "R-BKP-06"] },
  { path: "ksqldb.enabled", when: isOn, off: false, rows: ["R-KSQ"] },
  { path: "ui.enabled", when: isOn, off: false, rows: ["R-UI"] },
  { path: "monitoring.enabled", when: isOn, off: false, rows: ["R-MON", "R-ALR", "R-DSH", "R-BRK-24"] },
  { path: "mirrorMaker.enabled", when: isOn, off: false, rows: ["R-DR"] },
  { path: "backup.enabled", when: isOn, off: false, rows: ["R-BKP"] },
];

/** The same stack without anything that is not built yet. */
export function switchOff(input: SettingsInput): SettingsInput {
  const said = mergeLayers(layersOf(input));
  const wanted = NOT_BUILT_YET.filter(({ path, when }) => when(valueAt(said, path.split("."))));
  return mergeTrees(
    input,
    wanted.reduce<Tree>((tree, { path, off }) => withValue(tree, path.split("."), off), {}),
  );
}

export const NOT_BUILT_YET_RULES: readonly Rule[] = [
  {
    id: "not-built-yet",
    severity: ERROR,
    overridable: false,
    summary: "Nothing is switched on that the program does not build yet.",
    check: (settings) =>
      NOT_BUILT_YET.flatMap(({ path, when, off }) => {
        const value = valueAt(settings, path.split("."));
        if (!when(value)) return [];
        return [
          {
            path,
            found: show(value),
            expected: `${show(off)}, as the program does not build this yet`,
            remedy: `set ${path}=${off}`,
          },
        ];
      }),
  },
];
