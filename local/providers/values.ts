/**
 * Property values as they travel between the engine and a provider: JSON, plus two marks. A secret is an envelope around
 * its value; a value that is not known before the update is one fixed string.
 * Source: pulumi/pulumi sdk/go/common/resource/properties.go.
 */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Values = Record<string, Value>;

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
/** The string that stands for a value which only the update will know. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isMap(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value under a path of keys and indexes; undefined where the path leads nowhere. */
export function at(value: unknown, ...path: readonly (string | number)[]): Value | undefined {
  let here = value;
  for (const step of path) {
    if (typeof step === "number" ? !Array.isArray(here) : !isMap(here) || !Object.hasOwn(here, step)) return undefined;
    here = (here as Record<string | number, unknown>)[step];
  }
  return here as Value | undefined;
}

/** The string under a path, or "" where there is none. */
export function text(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

/** The number under a path, or 0 where there is none. */
export function count(value: unknown, ...path: readonly (string | number)[]): number {
  const found = at(value, ...path);
  return typeof found === "number" ? found : 0;
}

/** The list under a path, or an empty one. */
export function list(value: unknown, ...path: readonly (string | number)[]): Value[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function isSecret(value: unknown): value is Values {
  return isMap(value) && value[SIGNATURE] === SECRET;
}

/** Marks a value as secret; a value that is one already stays as it is. */
export function secret(value: Value): Value {
  return isSecret(value) ? value : { [SIGNATURE]: SECRET, value };
}

function some(value: Value, test: (value: Value) => boolean): boolean {
  if (test(value)) return true;
  if (Array.isArray(value)) return value.some((item) => some(item, test));
  return isMap(value) && Object.values(value).some((item) => some(item, test));
}

export const hasSecret = (value: Value): boolean => some(value, isSecret);
export const hasUnknown = (value: Value): boolean => some(value, (item) => item === UNKNOWN);

/** The same value without secret envelopes, and without the nulls that stand for absent properties. */
export function plain(value: Value): Value {
  if (isSecret(value)) return plain(value["value"] ?? null);
  if (Array.isArray(value)) return value.map(plain);
  if (!isMap(value)) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, plain(item)]));
}

export const plainMap = (value: Values): Values => plain(value) as Values;

/** Equality of two plain values; the order of keys does not matter. */
export function same(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => same(item, b[index]));
  }
  if (!isMap(a) || !isMap(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
}

/** Values that the API server drops, so that their absence from the live object is no difference. */
export function dropped(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === "") return true;
  return Array.isArray(value) ? value.length === 0 : isMap(value) && Object.values(value).every(dropped);
}
