/**
 * Layers of settings become one tree, and every value remembers its layer. Mappings merge key by key, lists replace as a
 * whole, and `null` takes back what an earlier layer said: an entry of a map, such as a topic, a client namespace or a
 * broker property, or a value that may be left out, such as a heap.
 */
import { formatPath, isTree, leaves, type Tree, without } from "./path.ts";
import { canBeTakenBack } from "./schemaKeys.ts";

export interface Layer {
  /** `defaults`, `preset <name>`, `preset <name>/<environment>`, `stack file` or `--set`. */
  readonly name: string;
  readonly tree: Tree;
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
export function mergeLayers(layers: readonly Layer[]): Tree {
  return dropTakenBack(layers.reduce<Tree>((merged, layer) => mergeTrees(merged, layer.tree), {}));
}

/** Path of each value of the merged tree → name of the layer that it came from. */
export function provenanceOf(tree: Tree, layers: readonly Layer[]): Map<string, string> {
  return new Map([...leaves(tree)].map(([path]) => [formatPath(path), origin(layers, path)]));
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

function dropTakenBack(tree: Tree): Tree {
  const taken = [...leaves(tree)].filter(([path, value]) => value === null && canBeTakenBack(path));
  return taken.reduce((kept, [path]) => without(kept, path), tree);
}
