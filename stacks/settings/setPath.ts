/**
 * Paths as `--set` takes them: `kafka.heap`, `topics.items["user.events"].partitions`. The brackets may be left out:
 *
 * - below a map of properties everything left is one key: `kafka.config.log.segment.bytes`;
 * - a topic or namespace that exists is taken by the longest name that fits: `topics.items.user.events.partitions`;
 * - of a new one the last word is the setting and all before it is the name.
 */
import { isTree, type Tree, valueAt } from "./path.ts";

/** Maps whose keys people choose, by path; `*` is any one name. The keys are names of entries or whole property names. */
const NAMED: readonly { readonly path: readonly string[]; readonly entries: boolean }[] = [
  { path: ["labels"], entries: false },
  { path: ["kafka", "config"], entries: false },
  { path: ["topics", "items"], entries: true },
  { path: ["topics", "items", "*", "config"], entries: false },
  { path: ["clients", "producer"], entries: false },
  { path: ["clients", "consumer"], entries: false },
  { path: ["clients", "namespaces"], entries: true },
  { path: ["clients", "namespaces", "*", "labels"], entries: false },
  { path: ["clients", "namespaces", "*", "env"], entries: false },
  { path: ["scheduling", "nodeSelector"], entries: false },
];

/** Splits a path; `below` is the tree of the other layers, where names with dots are looked up. */
export function parseSetPath(text: string, below: Tree): string[] {
  let rest = tokens(text);
  const path: string[] = [];
  while (rest.length > 0) {
    const [first] = rest;
    if (first === undefined) break;
    const map = NAMED.find((named) => matches(named.path, path));
    const taken = map === undefined || first.quoted ? 1 : map.entries ? entryLength(rest, path, below) : rest.length;
    const words = rest.slice(0, taken).map(({ word }) => word);
    path.push(words.join("."));
    rest = rest.slice(taken);
  }
  return path;
}

interface Token {
  readonly word: string;
  readonly quoted: boolean;
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  for (const match of text.matchAll(/\[\s*(?:"([^"]*)"|'([^']*)'|([^\]]*))\s*\]|([^.[\]]+)/g)) {
    const [, double, single, bare, plain] = match;
    const quoted = double ?? single ?? bare;
    found.push({ word: quoted ?? plain ?? "", quoted: quoted !== undefined });
  }
  return found;
}

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  return pattern.length === path.length && pattern.every((word, i) => word === "*" || word === path[i]);
}

function entryLength(rest: readonly Token[], path: readonly string[], below: Tree): number {
  const names = valueAt(below, path);
  const stop = rest.findIndex(({ quoted }) => quoted);
  const most = stop === -1 ? rest.length : stop;
  for (let length = most; length > 0 && isTree(names); length--) {
    const name = rest.slice(0, length).map(({ word }) => word);
    if (Object.hasOwn(names, name.join("."))) return length;
  }
  const config = rest.findIndex(({ word }, i) => i > 0 && i < rest.length - 1 && MAPS_OF_ENTRIES.has(word));
  return config > 0 ? config : Math.max(1, most - 1);
}

/** Settings of an entry that are maps themselves: the name of a new entry ends before them. */
const MAPS_OF_ENTRIES = new Set(["config", "labels", "env"]);
