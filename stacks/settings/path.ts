/** Paths into the settings: `kafka.heap`, `topics.items["user.events"].partitions`, `allowUnsafe[0].rule`. */

export type Segment = string | number;
/** Plain data as YAML or JSON gives it. */
export type Tree = Record<string, unknown>;

const PLAIN = /^[A-Za-z_][\w-]*$/;

/** Whether a value is a mapping, the only thing that merges. */
export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A path as messages and `--set` write it. */
export function formatPath(path: readonly Segment[]): string {
  const text = path.map((segment) => {
    if (typeof segment === "number") return `[${segment}]`;
    return PLAIN.test(segment) ? `.${segment}` : `[${JSON.stringify(segment)}]`;
  });
  return text.join("").replace(/^\./, "");
}

/** The value at a path; `undefined` where there is none. */
export function valueAt(tree: unknown, path: readonly Segment[]): unknown {
  let value: unknown = tree;
  for (const segment of path) {
    if (Array.isArray(value)) value = value[Number(segment)];
    else if (isTree(value) && Object.hasOwn(value, segment)) value = value[segment];
    else return undefined;
  }
  return value;
}

/** A copy of the tree with one value set; mappings on the way are made where they are missing. */
export function withValue(tree: Tree, [head, ...rest]: readonly string[], value: unknown): Tree {
  if (head === undefined) return tree;
  const below = tree[head];
  return define(tree, head, rest.length === 0 ? value : withValue(isTree(below) ? below : {}, rest, value));
}

/** A copy of the tree without the value at a path. */
export function without(tree: Tree, [head, ...rest]: readonly string[]): Tree {
  if (head === undefined || !Object.hasOwn(tree, head)) return tree;
  if (rest.length === 0) return Object.fromEntries(Object.entries(tree).filter(([key]) => key !== head));
  const below = tree[head];
  return isTree(below) ? define(tree, head, without(below, rest)) : tree;
}

/** Every value that is not itself a mapping with something in it, with its path; lists count as one value. */
export function* leaves(tree: unknown, path: readonly string[] = []): Generator<[string[], unknown]> {
  if (isTree(tree) && Object.keys(tree).length > 0) {
    for (const [key, value] of Object.entries(tree)) yield* leaves(value, [...path, key]);
  } else {
    yield [[...path], tree];
  }
}

/** Like `{ ...tree, [key]: value }`, but a key such as `__proto__` stays data. */
function define(tree: Tree, key: string, value: unknown): Tree {
  return Object.fromEntries([...Object.entries(tree).filter(([other]) => other !== key), [key, value]]);
}
