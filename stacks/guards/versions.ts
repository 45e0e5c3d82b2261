/** Upgrades: binaries first, metadata after them, and back only where the old binaries can read what is there. */
import { VERSION_LINES, versionFacts } from "../../kafka/versions.ts";
import type { AppliedShape } from "../appliedShape.ts";
import { valueAt } from "../settings/path.ts";
import type { Settings } from "../settings/settings.ts";
import { CHANGE, type ChangeRule, ERROR, insteadOf, isZookeeper, keep } from "./rule.ts";

const VERSION = "kafka.version";
const METADATA = "kafka.metadataVersion";

/** The level of the metadata; a stack of before the setting has that of its release. */
const metadataVersion = (shape: AppliedShape | Settings): string | undefined =>
  (valueAt(shape, ["kafka", "metadataVersion"]) as string | undefined) ??
  versionFacts(shape.kafka.version)?.metadataVersion;

/** Place of a line, release or level among the lines that are known; a newer one has a higher place. */
function place(version: string): number {
  const [line] = /^\d+\.\d+/.exec(version) ?? [];
  return VERSION_LINES.findIndex((known) => known === line);
}

/** `4.0-IV3` → 3. */
const step = (level: string): number => Number(/-IV(\d+)$/.exec(level)?.[1] ?? 0);
const isBelow = (level: string, other: string): boolean =>
  place(level) === place(other) ? step(level) < step(other) : place(level) < place(other);

export const VERSION_CHANGE_RULES: readonly ChangeRule[] = [
  {
    ...CHANGE,
    id: "kafka-downgraded",
    severity: ERROR,
    summary: "Kafka goes back only to a line that can read the finalised metadata version.",
    check: (previous, next) => {
      const [old, version] = [previous.kafka.version, next.kafka.version];
      if (place(version) >= place(old)) return [];
      const finalised = isZookeeper(previous) ? undefined : metadataVersion(previous);
      const reads = versionFacts(version)?.metadataVersion;
      if (finalised === undefined || reads === undefined || !isBelow(reads, finalised)) return [];
      return [
        {
          path: VERSION,
          found: insteadOf(version, old),
          expected: `a release that reads metadata version ${finalised}; ${version} ends at ${reads}`,
          remedy: keep(VERSION, old),
        },
      ];
    },
  },
  {
    ...CHANGE,
    id: "upgrade-in-one-step",
    severity: ERROR,
    summary:
      "A release and the metadata version, or the way off ZooKeeper, are steps of their own, each with its way back.",
    check: (previous, next) => {
      const [old, version] = [previous.kafka.version, next.kafka.version];
      if (place(old) === place(version)) return [];
      const found = insteadOf(version, old);
      if (previous.coordination.mode !== next.coordination.mode) {
        const expected = `${old} while coordination.mode goes from ${previous.coordination.mode} to ${next.coordination.mode}`;
        return [{ path: VERSION, found, expected, remedy: `${keep(VERSION, old)}, and upgrade in a later up` }];
      }
      const finalised = metadataVersion(previous);
      const wanted = valueAt(next, ["kafka", "metadataVersion"]);
      if (isZookeeper(next) || wanted === undefined || finalised === undefined || wanted === finalised) return [];
      return [
        {
          path: METADATA,
          found: insteadOf(wanted, finalised),
          expected: `${finalised} until every node runs ${version}: there is no way back from a newer one`,
          remedy: `set ${METADATA}=${finalised} now, and take it out in the next up`,
        },
      ];
    },
  },
  {
    ...CHANGE,
    id: "metadata-downgraded",
    severity: ERROR,
    summary: "The metadata version only rises: brokers refuse to lower it where that would lose something.",
    check: (previous, next) => {
      const [finalised, wanted] = [metadataVersion(previous), valueAt(next, ["kafka", "metadataVersion"])];
      if (isZookeeper(previous) || finalised === undefined || typeof wanted !== "string") return [];
      if (!isBelow(wanted, finalised)) return [];
      return [
        {
          path: METADATA,
          found: insteadOf(wanted, finalised),
          expected: `${finalised} or newer`,
          remedy: keep(METADATA, finalised),
        },
      ];
    },
  },
];
