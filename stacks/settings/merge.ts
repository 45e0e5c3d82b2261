/**
 * Layers of settings become one tree, and every value remembers its layer. Mappings merge key by key, lists replace as a
 * whole, and `null` for a topic takes the topic out that an earlier layer declared.
 */
import { formatPath, isTree, leaves, type Tree, without } from "./path.ts";

export interface Layer {
  /** `defaults`, `preset <name>`, `preset <name>/<environment>`, `stack file` or `--set`. */
  readonly name: string;
  readonly tree: Tree;
}

export interface Merged {
  readonly tree: Tree;
  /** Path of a value → name of the layer that it came from. */
  readonly provenance: Map<string, string>;
}

/** Merges two trees; the second wins. Neither is changed. */
export function mergeTrees(below: Tree, above: Tree): Tree {
  const merged = new Map(Object.entries(below));
  for (const [key, value] of Object.entries(above)) {
    if (value === undefined) continue;
    const other = merged.get(key);
    merged.set(key, isTree(other) && isTree(value) ? mergeTrees(other, value) : value);
  }
  return Object.fromEntries(merged);
}

/** Merges the layers in their order. */
export function mergeLayers(layers: readonly Layer[]): Merged {
  const tree = dropNullTopics(layers.reduce<Tree>((merged, layer) => mergeTrees(merged, layer.tree), {}));
  const provenance = new Map<string, string>();
  for (const [path] of leaves(tree)) provenance.set(formatPath(path), origin(layers, path));
  return { tree, provenance };
}

/** The last layer that says anything at the path. */
function origin(layers: readonly Layer[], path: readonly string[]): string {
  return layers.findLast(({ tree }) => has(tree, path))?.name ?? "defaults";
}

/** Whether the layer itself holds the path; a `{}` at the end of it counts only where nothing below filled it. */
export function has(tree: unknown, path: readonly string[]): boolean {
  const [head, ...rest] = path;
  if (head === undefined) return tree !== undefined;
  return isTree(tree) && Object.hasOwn(tree, head) && has(tree[head], rest);
}

function dropNullTopics(tree: Tree): Tree {
  const { topics } = tree;
  if (!isTree(topics) || !isTree(topics["items"])) return tree;
  const gone = Object.entries(topics["items"]).filter(([, topic]) => topic === null);
  return gone.reduce((kept, [name]) => without(kept, ["topics", "items", name]), tree);
}
