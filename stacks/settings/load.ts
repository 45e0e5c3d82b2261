/** The way from what a stack file says to settings that the program can use, or to every reason why it cannot. */
import { resolvedTree } from "./explain.ts";
import { layersOf } from "./layers.ts";
import { provenanceOf } from "./merge.ts";
import { parseLayers } from "./parse.ts";
import { formatPath, leaves, type Tree } from "./path.ts";
import { type Problem, SettingsError } from "./problem.ts";
import { resolve } from "./resolve.ts";
import { checkRules } from "./rules/index.ts";
import type { SettingsInput } from "./schema.ts";
import type { Settings } from "./settings.ts";

export { formatProblem, type Problem, SettingsError } from "./problem.ts";

export interface LoadOptions {
  /** Path as written after `--set` → value; the last layer. See setPath.ts for the paths. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** The day of the run, `YYYY-MM-DD`; overrides of rules end by it. */
  readonly today: string;
}

export interface LoadedSettings {
  /** Frozen through and through. */
  readonly settings: Settings;
  readonly warnings: readonly Problem[];
  /** Path of each resolved value → the layer that it came from, `derived` where it follows from others. */
  readonly provenance: ReadonlyMap<string, string>;
}

/**
 * Merges, parses, resolves and checks.
 * @param stackFile plain data; nothing about it is taken for granted
 * @throws SettingsError with every problem at once
 */
export function loadSettings(stackFile: SettingsInput | Tree, options: LoadOptions): LoadedSettings {
  const { parsed, layers, tree, problems } = parseLayers(layersOf(stackFile, options.set));
  const settings = freeze(resolve(parsed));
  const all = [...problems, ...checkRules(settings, { parsed, today: options.today })];
  if (all.some(({ severity }) => severity === "error")) throw new SettingsError(all);
  return { settings, warnings: all, provenance: provenance(settings, provenanceOf(tree, layers)) };
}

/** Topic configs by their Kafka names → the topic's setting that they come from. */
const TOPIC_SETTINGS: Readonly<Record<string, string>> = {
  "cleanup.policy": "cleanupPolicy",
  "compression.type": "compression",
  "min.insync.replicas": "minInSyncReplicas",
  "retention.bytes": "retentionBytes",
  "retention.ms": "retention",
};

function provenance(settings: Settings, written: ReadonlyMap<string, string>): Map<string, string> {
  const layers = new Map<string, string>();
  for (const [path] of leaves(resolvedTree(settings))) {
    const text = formatPath(path);
    const setting = path[0] === "topics" && path[3] === "config" ? TOPIC_SETTINGS[path[4] ?? ""] : undefined;
    const source = setting === undefined ? text : formatPath([...path.slice(0, 3), setting]);
    layers.set(text, written.get(text) ?? written.get(source) ?? "derived");
  }
  return layers;
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}
