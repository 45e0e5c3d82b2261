/** Volumes: they grow, and that is all that can happen to them in place. */

import type { AppliedShape } from "../appliedShape.ts";
import { bytes } from "../settings/rules/rule.ts";
import type { Settings } from "../settings/settings.ts";
import { CHANGE, type ChangeRule, ERROR, insteadOf, isDedicated, isZookeeper, keep, written } from "./rule.ts";

interface Storage {
  readonly class: string | null;
  readonly data: string;
  readonly logs?: string | null;
}

interface Volumes {
  /** Path of the settings. */
  readonly path: string;
  readonly before: Storage;
  readonly after: Storage;
}

/** The storage of every set of nodes that was there and stays. */
function volumes(previous: AppliedShape, next: Settings): Volumes[] {
  const both = (has: typeof isDedicated) => has(previous) && has(next);
  const of = (set: "kafka" | "controllers" | "zookeeper"): Volumes => ({
    path: `${set}.storage`,
    before: previous[set].storage,
    after: next[set].storage,
  });
  return [
    of("kafka"),
    ...(both(isDedicated) ? [of("controllers")] : []),
    ...(both(isZookeeper) ? [of("zookeeper")] : []),
  ];
}

const COPY = "docs/runbooks/volumes.md shows how data is copied over to other volumes, a node at a time";

export const STORAGE_RULES: readonly ChangeRule[] = [
  {
    ...CHANGE,
    id: "volume-shrunk",
    severity: ERROR,
    summary: "A volume does not shrink: no file system below Kafka does that in place.",
    check: (previous, next) =>
      volumes(previous, next).flatMap(({ path, before, after }) =>
        (["data", "logs"] as const).flatMap((volume) => {
          const [old, size] = [before[volume], after[volume]];
          if (!old || !size || bytes(size) >= bytes(old)) return [];
          const at = `${path}.${volume}`;
          return [
            {
              path: at,
              found: insteadOf(size, old),
              expected: `at least ${old}`,
              remedy: `${keep(at, old)}; for less disk, ${COPY}`,
            },
          ];
        }),
      ),
  },
  {
    ...CHANGE,
    id: "storage-class-changed",
    severity: ERROR,
    summary: "Volumes keep their StorageClass: Kubernetes moves no claim to another one.",
    check: (previous, next) =>
      volumes(previous, next)
        .filter(({ before, after }) => before.class !== after.class)
        .map(({ path, before, after }) => ({
          path: `${path}.class`,
          found: insteadOf(after.class, before.class),
          expected: `${written(before.class)}: a claim's class is fixed when it is made`,
          remedy: `${keep(`${path}.class`, before.class)}; for another class, ${COPY}`,
        })),
  },
  {
    ...CHANGE,
    id: "volume-added-or-removed",
    severity: ERROR,
    summary: "Nodes keep the volumes that they were made with: a StatefulSet's claim templates cannot change.",
    check: (previous, next) =>
      volumes(previous, next)
        .filter(({ before, after }) => Boolean(before.logs) !== Boolean(after.logs))
        .map(({ path, before, after }) => ({
          path: `${path}.logs`,
          found: insteadOf(after.logs ?? null, before.logs ?? null),
          expected: `${before.logs ? "a volume" : "none"}: the pods' claims are those that their StatefulSet was made with`,
          remedy: `${keep(`${path}.logs`, before.logs ?? null)}; docs/runbooks/volumes.md shows how a set is made anew around its pods`,
        })),
  },
];
