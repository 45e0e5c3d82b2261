/**
 * What changes between an object as it was last seen and as the program wants it. As in the real provider
 * (provider/pkg/provider/provider.go, Diff), the last seen state counts only where the old inputs spoke: fields that the
 * cluster fills in are no change, fields of ours that somebody else altered are.
 */
import type { Change, ChangeKind, Diff } from "../protocol.ts";
import { at, dropped, hasUnknown, isMap, same, text, UNKNOWN, type Value, type Values } from "../values.ts";
import { contains, format, type Path, parse } from "./paths.ts";
import { sameQuantity } from "./quantity.ts";
import { type Mutability, replacingFields } from "./replacement.ts";

export interface DiffInput {
  /** The inputs of the last update, normalised. */
  readonly oldInputs: Values;
  /** The object as last seen. */
  readonly live: Values;
  /** The inputs now, normalised. */
  readonly newInputs: Values;
  readonly namespaced: boolean;
  readonly isPatch: boolean;
  /** Paths of the resource's ignoreChanges. */
  readonly ignore: readonly string[];
  readonly mutable: Mutability;
  /** The object is a Job that asked to run again because its last run did not succeed. */
  readonly runAgain?: boolean;
}

type Report = (kind: ChangeKind, path: Path, now: Value | undefined) => void;

function compare(
  path: Path,
  now: Value | undefined,
  live: Value | undefined,
  old: Value | undefined,
  report: Report,
): void {
  if (now === undefined) {
    if (live !== undefined && old !== undefined) report("delete", path, now);
  } else if (live === undefined) {
    if (!dropped(now)) report("add", path, now);
  } else if (now === UNKNOWN) {
    report("update", path, now);
  } else if (isMap(now) && isMap(live)) {
    for (const key of new Set([...Object.keys(now), ...Object.keys(live)])) {
      compare([...path, key], now[key], live[key], at(old, key), report);
    }
  } else if (Array.isArray(now) && Array.isArray(live)) {
    const seen = Array.isArray(old) ? live.slice(0, old.length) : live;
    for (let index = 0; index < Math.max(now.length, seen.length); index++) {
      compare([...path, index], now[index], seen[index], at(old, index), report);
    }
  } else if (!same(now, live) && !sameQuantity(path, now, live)) {
    report("update", path, now);
  }
}

/** Whether a change at `path` to `now` touches the field: above it only when the new value holds that field. */
function touches(field: Path, path: Path, now: Value | undefined): boolean {
  if (contains(field, path)) return true;
  return contains(path, field) && now !== undefined && at(now, ...field.slice(path.length)) !== undefined;
}

function withNamespace(object: Values, namespaced: boolean): Values {
  const metadata = at(object, "metadata");
  const { namespace, ...rest } = isMap(metadata) ? metadata : {};
  return { ...object, metadata: namespaced ? { ...rest, namespace: namespace ?? "default" } : rest };
}

const isAutonamed = (object: Values): boolean =>
  text(object, "metadata", "annotations", "pulumi.com/autonamed") === "true";

/** The changes, which of them replace, and whether the old object has to go first because the new one takes its name. */
export function diff({ oldInputs, live, newInputs, namespaced, isPatch, ignore, mutable, runAgain }: DiffInput): Diff {
  const [before, seen, now] = [oldInputs, live, newInputs].map((object) => withNamespace(object, namespaced)) as [
    Values,
    Values,
    Values,
  ];
  const replacing = replacingFields(now, mutable, isPatch).map(parse);
  const ignored = ignore.map(parse);
  const changes = new Map<string, Change>();
  compare(
    [],
    now,
    seen,
    { ...before, metadata: { ...(before["metadata"] as Values), namespace: "" } },
    (kind, path, value) => {
      if (ignored.some((prefix) => contains(prefix, path))) return;
      changes.set(format(path), { kind, replace: replacing.some((field) => touches(field, path, value)) });
    },
  );
  if (runAgain) changes.set('metadata.annotations["pulumi.com/replaceUnready"]', { kind: "update", replace: true });
  const replaces = [...changes.values()].some(({ replace }) => replace);
  const name = text(now, "metadata", "name");
  const keepsName =
    name !== "" &&
    !hasUnknown(name) &&
    !isAutonamed(now) &&
    name === text(seen, "metadata", "name") &&
    text(now, "metadata", "namespace") === text(seen, "metadata", "namespace");
  return { changes, deleteBeforeReplace: replaces && keepsName };
}
