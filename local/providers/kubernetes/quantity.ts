/** Kubernetes quantities: the API server rewrites `1024Mi` to `1Gi` and `1000m` to `1`, which is no change. */
import type { Value } from "../values.ts";
import type { Path } from "./paths.ts";

const HOLDERS = new Set<string | number>([
  "capacity",
  "default",
  "defaultRequest",
  "divisor",
  "hard",
  "limits",
  "max",
  "min",
  "overhead",
  "requests",
  "sizeLimit",
]);

const BINARY = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

/** The amount that a quantity stands for; undefined for anything else. */
export function amount(value: Value): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  const [, digits, suffix = ""] = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([A-Za-z]*)$/.exec(value) ?? [];
  if (digits === undefined) return undefined;
  if (BINARY.includes(suffix)) return Number(digits) * 1024 ** (BINARY.indexOf(suffix) + 1);
  // Written as an exponent and not multiplied, so that 300m is exactly 0.3.
  return DECIMAL.includes(suffix) ? Number(`${Number(digits)}e${(DECIMAL.indexOf(suffix) - 3) * 3}`) : undefined;
}

/** Whether two values at a path that holds quantities are the same amount. */
export function sameQuantity(path: Path, a: Value, b: Value): boolean {
  if (path[0] !== "spec" || !path.some((step) => HOLDERS.has(step))) return false;
  const [first, second] = [amount(a), amount(b)];
  return first !== undefined && first === second;
}
