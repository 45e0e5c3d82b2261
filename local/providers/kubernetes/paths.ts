/** Property paths such as `spec.containers[0].image` or `metadata.annotations["a.b/c"]`. */

export type Path = readonly (string | number)[];

/** Writes a path the way the engine prints it. */
export function format(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (/[."[\]]/.test(step)) return `["${step.replaceAll('"', '\\"')}"]`;
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}

/** Reads a path; `*` and `[*]` become the step "*", which matches anything. */
export function parse(text: string): Path {
  const steps = text.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|\[(\*)\]|([^.[\]]+)/g);
  return Array.from(steps, ([, quoted, index, star, word]) => {
    if (index !== undefined) return Number(index);
    return quoted?.replaceAll('\\"', '"') ?? star ?? word ?? "";
  });
}

/** Whether the first path is the second one or leads to it. */
export function contains(outer: Path, inner: Path): boolean {
  return outer.length <= inner.length && outer.every((step, index) => step === "*" || step === inner[index]);
}
