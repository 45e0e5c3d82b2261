/**
 * The settings that a stack was last brought up with, as one of its outputs: a line a setting, so that Pulumi's preview
 * shows exactly the settings that a change edits, and the next run can read the former ones back. Plain, free of secrets.
 */
import { resolvedTree } from "./settings/explain.ts";
import { formatPath, isTree, leaves, type Segment, type Tree } from "./settings/path.ts";
import { canBeTakenBack } from "./settings/schemaKeys.ts";
import type { Settings, TopicSettings } from "./settings/settings.ts";

/** Where the cluster is says nothing about the platform, and differs from one machine to the next. */
const LEFT_OUT = "kubernetes";
export type AppliedShape = Omit<Settings, typeof LEFT_OUT>;

/** `path = JSON value`, sorted; a topic is one line. The form is no YAML on purpose: Pulumi would print such text whole. */
export function shapeText(settings: AppliedShape): string {
  const { topics, ...others } = resolvedTree(settings);
  const { items, ...ofTopics } = topics as Tree;
  const lines = [
    ...[...leaves({ ...others, topics: ofTopics })].filter(([[first]]) => first !== LEFT_OUT),
    ...Object.entries(items as Tree).map(([name, topic]) => [["topics", "items", name], topic] as const),
  ].map(([path, value]) => `${formatPath(path)} = ${JSON.stringify(value)}\n`);
  return lines.sort().join("");
}

/**
 * Reads the text back.
 * @throws Error that names the line that is not `path = JSON value`
 */
export function readShape(text: string): AppliedShape {
  const tree: Tree = { topics: { items: {} } };
  for (const [index, line] of text.split("\n").entries()) {
    if (line !== "") set(tree, ...parseLine(line, index + 1));
  }
  const topics = tree["topics"] as Tree;
  const items = Object.entries(topics["items"] as Tree).map(([name, topic]) => ({
    name,
    ...(topic as Omit<TopicSettings, "name">),
  }));
  return { ...tree, topics: { ...topics, items } } as unknown as AppliedShape;
}

/**
 * The text with what it cannot say: settings that the program has got since it was written, as they are in `next`. They
 * changed nothing, while an entry of a free map, or a value that may be missing, was missing on purpose.
 */
export function completeShape(text: string, next: AppliedShape): string {
  const written = lineByPath(text);
  const within = (path: string, other: string): boolean => path.startsWith(`${other}.`) || path.startsWith(`${other}[`);
  const paths = [...written.keys()];
  const isNew = (path: string, line: string): boolean => {
    if (
      path.startsWith("topics.items") ||
      paths.some((other) => path === other || within(path, other) || within(other, path))
    )
      return false;
    const [segments] = parseLine(line, 0);
    const siblings = paths.some((other) => within(other, formatPath(segments.slice(0, -1))));
    return !siblings || !canBeTakenBack(segments);
  };
  const missing = [...lineByPath(shapeText(next))].filter(([path, line]) => isNew(path, line));
  return [text, ...missing.map(([, line]) => `${line}\n`)].join("");
}

/** Lines of the text by their paths; a line that is none stays under its own text, for the reader to refuse. */
export function lineByPath(text: string): Map<string, string> {
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => [line.split(" = ", 1)[0] ?? line, line]));
}

function parseLine(line: string, number: number): [readonly Segment[], unknown] {
  const [, path, value] = /^(\S+) = (.+)$/.exec(line) ?? [];
  if (path === undefined || value === undefined) {
    throw new Error(`appliedShape, line ${number}: found ${JSON.stringify(line)}, expected "path = JSON value"`);
  }
  const segments = [...path.matchAll(/\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g)].map(
    ([, quoted, plain]) => plain ?? (JSON.parse(quoted ?? '""') as string),
  );
  return [segments, JSON.parse(value) as unknown];
}

function set(tree: Tree, path: readonly Segment[], value: unknown): void {
  const keys = path.map(String);
  const last = keys.pop() ?? "";
  let at = tree;
  for (const key of keys) {
    const below = Object.hasOwn(at, key) ? at[key] : undefined;
    const next = isTree(below) ? below : {};
    Object.defineProperty(at, key, { value: next, enumerable: true, configurable: true, writable: true });
    at = next;
  }
  Object.defineProperty(at, last, { value, enumerable: true, configurable: true, writable: true });
}
