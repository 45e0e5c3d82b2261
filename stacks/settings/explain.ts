/** Every resolved value with the layer that it came from, as data and as aligned text. */
import type { LoadedSettings } from "./load.ts";
import { formatPath, leaves, type Tree } from "./path.ts";
import type { Settings } from "./settings.ts";

export interface Explanation {
  readonly path: string;
  readonly value: unknown;
  readonly layer: string;
}

/** Settings as one tree, topics by name. */
export function resolvedTree(settings: Omit<Settings, "kubernetes">): Tree {
  const items = settings.topics.items.map(({ name, ...topic }) => [name, topic] as const);
  return { ...settings, topics: { ...settings.topics, items: Object.fromEntries(items) } };
}

/** Every value whose path begins with `prefix`, in the order of the schema. */
export function explain({ settings, provenance }: LoadedSettings, prefix = ""): Explanation[] {
  const all = [...leaves(resolvedTree(settings))].map(([path, value]) => {
    const text = formatPath(path);
    return { path: text, value, layer: provenance.get(text) ?? "derived" };
  });
  return all.filter(({ path }) => path.startsWith(prefix));
}

const DURATIONS = /(?:^|\.)(?:retention|terminationGrace|startupBudget|rebalance\.timeout)$|\["retention\.ms"\]$/;

/** Three columns: path, value, layer. */
export function renderExplanation(explanations: readonly Explanation[]): string {
  const rows = explanations.map(({ path, value, layer }) => [path, showValue(path, value), layer] as const);
  const width = (column: 0 | 1) => Math.max(0, ...rows.map((row) => row[column].length));
  const [paths, values] = [width(0), Math.min(60, width(1))];
  return rows.map(([path, value, layer]) => `${path.padEnd(paths)}  ${value.padEnd(values)}  ${layer}`).join("\n");
}

function showValue(path: string, value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return DURATIONS.test(path) ? `${text} (${humanDuration(Number(value))})` : text;
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
] as const;

/** Milliseconds as a stack file writes them: `7d`; -1 is `unlimited`. */
export function humanDuration(ms: number): string {
  if (ms < 0) return "unlimited";
  const unit = UNITS.find(([, size]) => ms >= size && ms % size === 0);
  return unit ? `${ms / unit[1]}${unit[0]}` : `${ms}ms`;
}
