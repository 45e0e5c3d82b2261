/**
 * Sizes and durations as people write them, parsed in one place. Sizes stay text in the settings (Kubernetes and the JVM
 * read them as written) and become bytes only where a rule or a formula needs a number.
 */

const BINARY: Record<string, number> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50 };
const DECIMAL: Record<string, number> = { k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 };
const SECOND = 1000;
const DURATION: Record<string, number> = {
  ms: 1,
  s: SECOND,
  m: 60 * SECOND,
  h: 3600 * SECOND,
  d: 86_400 * SECOND,
  w: 7 * 86_400 * SECOND,
};

/** A Kubernetes memory or storage quantity: a number with an optional suffix Ki Mi Gi Ti Pi or k M G T P. */
export const QUANTITY = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?$/;
/** A Kubernetes CPU quantity: cores (`2`, `0.5`) or millicores (`500m`). */
export const CPU = /^(\d+(?:\.\d+)?|\d+m)$/;
/** A JVM heap size: an integer with k, m or g. */
export const HEAP = /^(\d+)([kmgKMG])$/;
/** A duration: an integer with ms, s, m, h, d or w. */
export const TIME = /^(\d+)(ms|s|m|h|d|w)$/;

/** Bytes of a Kubernetes quantity such as `500Gi`; `undefined` when the text is not one. */
export function quantityBytes(text: string): number | undefined {
  const match = QUANTITY.exec(text);
  if (!match?.[1]) return undefined;
  const suffix = match[2] ?? "";
  return Number(match[1]) * (BINARY[suffix] ?? DECIMAL[suffix] ?? 1);
}

/** Bytes of a JVM heap size such as `8g`; `undefined` when the text is not one. The JVM reads k, m, g as powers of 1024. */
export function heapBytes(text: string): number | undefined {
  const match = HEAP.exec(text);
  if (!match?.[1] || !match[2]) return undefined;
  return Number(match[1]) * { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }[match[2].toLowerCase() as "k" | "m" | "g"];
}

/** Cores of a Kubernetes CPU quantity such as `500m`; `undefined` when the text is not one. */
export function cpuCores(text: string): number | undefined {
  if (!CPU.test(text)) return undefined;
  return text.endsWith("m") ? Number(text.slice(0, -1)) / 1000 : Number(text);
}

/** Milliseconds of a duration such as `7d`; `undefined` when the text is not one. */
export function durationMs(text: string): number | undefined {
  const match = TIME.exec(text);
  if (!match?.[1] || !match[2]) return undefined;
  return Number(match[1]) * (DURATION[match[2]] ?? Number.NaN);
}

/** Bytes as a person reads them in a message: `1.5 TiB`, `512 MiB`. */
export function humanBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  const value = bytes / 2 ** (10 * power);
  return `${Number(value.toFixed(value < 10 ? 1 : 0))} ${units[power] ?? "B"}`;
}
