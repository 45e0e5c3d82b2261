/** Checks a value against the part of JSON Schema that this project's schema is made of. */
import { isTree, type Tree } from "../../stacks/settings/path.ts";

/** Paths that do not fit; an unknown or missing key as `path: key`. Unknown keywords throw, so that none is overlooked. */
export function schemaProblems(schema: unknown, value: unknown, path = ""): string[] {
  if (schema === true || !isTree(schema)) return [];
  for (const keyword of Object.keys(schema))
    if (!KNOWN.has(keyword)) throw new Error(`keyword ${keyword} is not checked`);
  const alternatives = schema["anyOf"];
  if (Array.isArray(alternatives)) {
    const all = alternatives.map((alternative) => schemaProblems(alternative, value, path));
    return all.some((problems) => problems.length === 0) ? [] : (all.find(([first]) => first !== path) ?? all[0] ?? []);
  }
  if (!fits(schema, value)) return [path];
  if (!isTree(value)) return items(schema, value, path);
  return [...keys(schema, value, path), ...members(schema, value, path)];
}

const KNOWN = new Set(
  "$schema title description type enum const pattern format minimum maximum exclusiveMinimum minLength properties additionalProperties propertyNames required items anyOf not".split(
    " ",
  ),
);

function fits(schema: Tree, value: unknown): boolean {
  const { type, enum: choices, pattern, minimum, maximum, minLength, const: only } = schema;
  const types: unknown[] = Array.isArray(type) ? type : type === undefined ? [] : [type];
  if (
    types.length > 0 &&
    !types.some((name) => name === typeOf(value) || (name === "number" && typeOf(value) === "integer"))
  )
    return false;
  if (Array.isArray(choices) && !choices.includes(value)) return false;
  if (only !== undefined && only !== value) return false;
  if (typeof value === "string") {
    if (typeof pattern === "string" && !new RegExp(pattern).test(value)) return false;
    if (typeof minLength === "number" && value.length < minLength) return false;
  }
  if (typeof value === "number") {
    if (typeof minimum === "number" && value < minimum) return false;
    if (typeof maximum === "number" && value > maximum) return false;
  }
  return !isTree(schema["not"]) || schemaProblems(schema["not"], value).length > 0;
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

function items(schema: Tree, value: unknown, path: string): string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item) => (schemaProblems(schema["items"], item, path).length > 0 ? [path] : []));
}

function keys(schema: Tree, value: Tree, path: string): string[] {
  const { required, propertyNames, additionalProperties } = schema;
  const known = isTree(schema["properties"]) ? Object.keys(schema["properties"]) : [];
  const missing = Array.isArray(required) ? required.filter((key) => !Object.hasOwn(value, String(key))) : [];
  const unknown = Object.keys(value).filter(
    (key) =>
      schemaProblems(propertyNames, key, "name").length > 0 || (additionalProperties === false && !known.includes(key)),
  );
  return [...missing.map(String), ...unknown].map((key) => `${path}: ${key}`);
}

function members(schema: Tree, value: Tree, path: string): string[] {
  const properties = isTree(schema["properties"]) ? schema["properties"] : {};
  return Object.entries(value).flatMap(([key, member]) => {
    const own = Object.hasOwn(properties, key) ? properties[key] : schema["additionalProperties"];
    return own === false ? [] : schemaProblems(own, member, path === "" ? key : `${path}.${key}`);
  });
}
