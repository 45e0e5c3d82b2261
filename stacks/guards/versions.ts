/** Upgrades: binaries first, metadata after them, and back only where the old binaries can read what is there. */
import { metadataLevel } from "../../kafka/features.ts";
import { VERSION_LINES, versionFacts } from "../../kafka/versions.ts";
import type { AppliedShape } from "../appliedShape.ts";
import { CHANGE, type ChangeRule, ERROR, insteadOf, keep } from "./rule.ts";

const VERSION = "kafka.version";
const METADATA = "kafka.metadataVersion";

/** The level of the metadata; on ZooKeeper nothing is finalised. */
const finalisedBy = ({ kafka, coordination }: AppliedShape): string | undefined =>
  coordination.mode === "zookeeper" ? undefined : kafka.metadataVersion;

/** Place of a release's line among the lines that are known; a newer one has a higher place. */
function place(version: string): number {
  const [line] = /^\d+\.\d+/.exec(version) ?? [];
  return VERSION_LINES.findIndex((known) => known === line);
}

const isBelow = (level: string, other: string): boolean => (metadataLevel(level) ?? 0) < (metadataLevel(other) ?? 0);

export const VERSION_CHANGE_RULES: readonly ChangeRule[] = [
  {
    ...CHANGE,
    id: "kafka-downgraded",
    severity: ERROR,
    summary: "Kafka goes back only to a line that can read the finalised metadata version.",
    check: (previous, next) => {
      const [old, version] = [previous.kafka.version, next.kafka.version];
      if (place(version) >= place(old)) return [];
      const finalised = finalisedBy(previous);
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
      const [phase, after] = [previous.coordination, next.coordination];
      if (phase.mode !== after.mode || phase.phase !== after.phase) {
        const expected = `${old} while coordination moves`;
        return [{ path: VERSION, found, expected, remedy: `${keep(VERSION, old)}, and upgrade in an up of its own` }];
      }
      const [finalised, wanted] = [finalisedBy(previous), finalisedBy(next)];
      if (finalised === undefined || wanted === finalised || place(version) < place(old)) return [];
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
      const [finalised, wanted] = [finalisedBy(previous), finalisedBy(next)];
      if (finalised === undefined || wanted === undefined || !isBelow(wanted, finalised)) return [];
      // An older release is the other rule's matter: its own level follows from it.
      if (place(next.kafka.version) < place(previous.kafka.version)) return [];
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
