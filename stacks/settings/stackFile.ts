/** Reads Pulumi.<stack>.yaml as the engine would, without an engine. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, isMap, isScalar, parseDocument, visit } from "yaml";
import { formatPath, isTree, type Tree } from "./path.ts";
import { type Problem, SettingsError } from "./problem.ts";

/**
 * What a stack's file says, with the project's defaults for keys that it leaves out.
 * @param dir folder of Pulumi.yaml
 * @param stack name of the stack; its file is Pulumi.<stack>.yaml
 * @throws SettingsError for a missing file, YAML that does not parse, and keys that stand twice
 */
export function stackFileInput(dir: string, stack: string): Tree {
  const project = read(dir, "Pulumi.yaml");
  const name = String(project["name"]);
  const declared = Object.entries(mapping(project["config"])).map(([key, entry]) => [
    key,
    isTree(entry) ? entry["default"] : entry,
  ]);
  const own = Object.entries(mapping(read(dir, `Pulumi.${stack}.yaml`)["config"])).flatMap(([key, value]) => {
    const [first = "", ...rest] = key.split(":");
    // The engine takes a key without namespace for the project's.
    if (rest.length > 0 && first !== name) return [];
    return [[rest.length > 0 ? rest.join(":") : first, hidden(value)]];
  });
  // A stack's value replaces the project's default as a whole, as in the engine.
  return Object.fromEntries([...declared, ...own]) as Tree;
}

/** An encrypted value says nothing here, and the settings have no room for secrets. */
const hidden = (value: unknown): unknown => (isTree(value) && "secure" in value ? "[secret]" : value);

const mapping = (value: unknown): Tree => (isTree(value) ? value : {});

function read(dir: string, file: string): Tree {
  const document = parseDocument(text(dir, file));
  const problems = document.errors.map((error): Problem => {
    const [{ line }] = error.linePos ?? [{ line: 1 }];
    if (error.code === "DUPLICATE_KEY") return duplicate(document, error.pos[0], file, line);
    return unreadable(`${file}:${line}`, error.message.split("\n")[0] ?? error.code, "YAML", "correct the line");
  });
  if (problems.length > 0) throw new SettingsError(problems);
  return mapping(document.toJS());
}

function text(dir: string, file: string): string {
  try {
    return readFileSync(join(dir, file), "utf8");
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new SettingsError([
      unreadable(file, why === "ENOENT" ? "no such file" : why, "a stack file", "name a stack that has one"),
    ]);
  }
}

function unreadable(path: string, found: string, expected: string, remedy: string): Problem {
  return { rule: "stack-file-unreadable", severity: "error", path, found, expected, remedy };
}

/** Names the key that stands twice by its path, which the error of the parser does not. */
function duplicate(document: Document, offset: number, file: string, line: number): Problem {
  let path: string[] = [];
  visit(document, {
    Pair(_, pair, ancestors) {
      if (!isScalar(pair.key) || pair.key.range?.[0] !== offset) return undefined;
      const keys = ancestors.flatMap((node, i) => {
        const above = ancestors[i + 1] ?? pair;
        return isMap(node) && "key" in above && isScalar(above.key) ? [String(above.key.value)] : [];
      });
      path = keys;
      return visit.BREAK;
    },
  });
  const names = path[0] === "config" ? [path[1]?.replace(/^[^:]+:/, "") ?? "", ...path.slice(2)] : path;
  const isTopic = names.length === 3 && names[0] === "topics" && names[1] === "items";
  return {
    rule: isTopic ? "topic-duplicate" : "duplicate-key",
    severity: "error",
    path: formatPath(names),
    found: `the key a second time, in ${file} line ${line}`,
    expected: "each key once",
    remedy: isTopic ? "merge the two topics into one, or rename one" : "take one of the two out",
  };
}
