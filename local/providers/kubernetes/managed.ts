/** Who owns which field of an object (`metadata.managedFields`), and what follows for an apply. */
import { at, isMap, list, text, type Value, type Values } from "../values.ts";
import { type Path, parse } from "./paths.ts";

const CLIENT_SIDE = ["kubectl", "before-first-apply", "pulumi-kubernetes", "pulumi-resource-kubernetes"];

function union(a: Value | undefined, b: Value | undefined): Value {
  if (!isMap(a) || !isMap(b)) return a ?? b ?? {};
  return Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])].map((key) => [key, union(a[key], b[key])]),
  );
}

/**
 * Ownership as it must be before an apply: fields that we created (or kubectl wrote) become applied by us, so that one
 * which the inputs no longer hold goes away.
 */
export function ownedByApply(managed: readonly Value[], manager: string): Value[] {
  const ours = (entry: Values): boolean =>
    text(entry, "subresource") === "" &&
    (entry["manager"] === manager || (CLIENT_SIDE.includes(text(entry, "manager")) && entry["operation"] === "Update"));
  const entries = managed.filter(isMap);
  const [mine, others] = [entries.filter(ours), entries.filter((entry) => !ours(entry))];
  const [first] = mine;
  if (!first) return others;
  const fieldsV1 = mine.map((entry) => entry["fieldsV1"]).reduce((all, fields) => union(all, fields));
  return [...others, { ...first, manager, operation: "Apply", fieldsV1: fieldsV1 ?? {} }];
}

function owns(live: Values, manager: string, path: Path): boolean {
  const entry = list(live, "metadata", "managedFields").find((item) => text(item, "manager") === manager);
  return at(entry, "fieldsV1", ...path.map((step) => `f:${step}`)) !== undefined;
}

function put(object: Values, path: Path, value: Value | undefined): Values {
  const [step, ...rest] = path;
  if (typeof step !== "string") return object;
  if (rest.length > 0) {
    const inner = object[step];
    return isMap(inner) ? { ...object, [step]: put(inner, rest, value) } : object;
  }
  const others = Object.fromEntries(Object.entries(object).filter(([key]) => key !== step));
  return value === undefined ? others : { ...others, [step]: value };
}

/** The inputs with ignored fields as they are: the live value where we own it, left out where another manager does. */
export function keepIgnored(inputs: Values, live: Values, manager: string, ignore: readonly string[]): Values {
  return ignore.map(parse).reduce((object, path) => {
    const found = at(live, ...path);
    if (found === undefined) return object;
    return put(object, path, owns(live, manager, path) ? found : undefined);
  }, inputs);
}
