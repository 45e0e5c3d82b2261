/**
 * Layers → parsed settings, with every problem at once. A value that the schema refuses is taken out of its layer and the
 * rest is read again, so that the rules still see what the stack would be without it.
 */
import type * as z from "zod";
import { nearest } from "../../kafka/nearest.ts";
import { has, type Layer, mergeLayers } from "./merge.ts";
import { formatPath, type Segment, type Tree, valueAt, without } from "./path.ts";
import { type Problem, show } from "./problem.ts";
import { type ParsedSettings, SettingsSchema } from "./schema.ts";
import { keysAt } from "./schemaKeys.ts";

export interface Parsed {
  readonly parsed: ParsedSettings;
  /** The layers without what was taken out. */
  readonly layers: readonly Layer[];
  /** Those layers merged. */
  readonly tree: Tree;
  readonly problems: readonly Problem[];
}

type Issue = z.core.$ZodIssue;

/** Reads the layers; never throws for what a stack file says. */
export function parseLayers(layers: readonly Layer[]): Parsed {
  const problems: Problem[] = [];
  let current = layers;
  for (;;) {
    const round = current;
    const tree = mergeLayers(round);
    const result = SettingsSchema.safeParse(tree);
    if (result.success) return { parsed: result.data, layers: round, tree, problems };
    for (const issue of result.error.issues) {
      for (const path of offenders(issue)) {
        problems.push(describe(issue, path, tree));
        const { index, keys } = holder(round, path);
        current = current.map((layer, i) => (i === index ? { ...layer, tree: without(layer.tree, keys) } : layer));
      }
    }
  }
}

/** Paths that an issue is about: a strict object reports all its unknown keys at once. */
function offenders(issue: Issue): Segment[][] {
  const path = issue.path.map((segment) => (typeof segment === "number" ? segment : String(segment)));
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...path, key]) : [path];
}

/** Where a value is said last, to take it out there; a list goes as a whole, a missing value takes its mapping along. */
function holder(layers: readonly Layer[], path: readonly Segment[]): { index: number; keys: string[] } {
  const list = path.findIndex((segment) => typeof segment === "number");
  for (
    let keys = path.slice(0, list === -1 ? path.length : list).map(String);
    keys.length > 0;
    keys = keys.slice(0, -1)
  ) {
    const index = layers.findLastIndex(({ tree }) => has(tree, keys));
    if (index >= 0) return { index, keys };
  }
  throw new Error(`no layer holds ${formatPath(path)}`);
}

function describe(issue: Issue, path: readonly Segment[], tree: unknown): Problem {
  const problem = { severity: "error", path: formatPath(path) } as const;
  if (issue.code === "unrecognized_keys") return { ...problem, rule: "unknown-key", ...unknownKey(path, tree) };
  const expected = expectation(issue);
  return {
    ...problem,
    rule: ruleOf(issue),
    found: show(valueAt(tree, path)),
    expected,
    remedy: `give ${formatPath(path)} a value of that form, or leave it out`,
  };
}

function unknownKey(path: readonly Segment[], tree: unknown): Pick<Problem, "found" | "expected" | "remedy"> {
  const key = String(path.at(-1));
  const known = keysAt(path.slice(0, -1));
  const [guess] = nearest(key, known);
  return {
    found: `${key}: ${show(valueAt(tree, path))}`,
    expected: `one of ${known.join(", ")}`,
    remedy: guess === undefined ? "take it out" : `did you mean ${guess}?`,
  };
}

function ruleOf(issue: Issue): string {
  const rule: unknown = issue.code === "custom" ? issue.params?.["rule"] : undefined;
  return typeof rule === "string" ? rule : "invalid-value";
}

/** What the schema wanted, in words. */
function expectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return TYPES[issue.expected] ?? issue.expected;
    case "invalid_value":
      return `one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return issue.origin === "string" ? "some text" : `at least ${issue.minimum}`;
    case "too_big":
      return `at most ${issue.maximum}`;
    default:
      return issue.message.replace(/^expected /, "");
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  int: "a whole number",
  number: "a number",
  boolean: "true or false",
  object: "a mapping of keys",
  record: "a mapping of names",
  array: "a list",
};
