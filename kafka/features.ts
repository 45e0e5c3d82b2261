/**
 * Features of a KRaft cluster (KIP-584): levels that are finalised for the whole cluster, and so decide which record
 * formats and protocols its nodes may use. Checked against the jars by kafka/catalogue/generate.ts.
 */
import { requireVersion } from "./versions.ts";

/** The feature that the others follow: the format of cluster metadata. */
export const METADATA_VERSION = "metadata.version";

/** Levels of `metadata.version` that a release made ready for production, oldest first. */
export const METADATA_LEVELS: Readonly<Record<string, number>> = {
  "3.9-IV0": 21,
  "4.0-IV0": 22,
  "4.0-IV1": 23,
  "4.0-IV2": 24,
  "4.0-IV3": 25,
  "4.1-IV0": 26,
  "4.1-IV1": 27,
  "4.2-IV0": 28,
  "4.2-IV1": 29,
  "4.3-IV0": 30,
};

/**
 * Further features with the metadata version from which Kafka has each on. `kraft.version` is not among them: it decides
 * whether the set of voters is fixed, which is a step of its own (KAFKA-21426).
 */
const FOLLOWERS: readonly (readonly [feature: string, level: number, from: string])[] = [
  ["group.version", 1, "4.0-IV0"], // KIP-848
  ["transaction.version", 2, "4.0-IV2"], // KIP-890
  ["eligible.leader.replicas.version", 1, "4.1-IV0"], // KIP-966
  ["share.version", 1, "4.2-IV0"], // KIP-932
  ["streams.version", 1, "4.2-IV1"], // KIP-1071
];

/** Number of a level such as `4.3-IV0`; undefined for one that is not in the table. */
export function metadataLevel(metadataVersion: string): number | undefined {
  return Object.hasOwn(METADATA_LEVELS, metadataVersion) ? METADATA_LEVELS[metadataVersion] : undefined;
}

/**
 * What a cluster that was formatted at a metadata version has finalised, by feature.
 * @throws RangeError for an unknown metadata version
 */
export function finalisedFeatures(metadataVersion: string): Record<string, number> {
  const level = metadataLevel(metadataVersion);
  if (level === undefined) {
    const known = Object.keys(METADATA_LEVELS).join(", ");
    throw new RangeError(`found metadata version ${JSON.stringify(metadataVersion)}, expected one of ${known}`);
  }
  const following = FOLLOWERS.filter(([, , from]) => (metadataLevel(from) ?? 0) <= level);
  return { [METADATA_VERSION]: level, ...Object.fromEntries(following.map(([feature, own]) => [feature, own])) };
}

/** A feature's level as people know it: `4.3-IV0` for the metadata version, the number for the others. */
export function featureLevelText(feature: string, level: number): string {
  const name = Object.entries(METADATA_LEVELS).find(([, own]) => own === level)?.[0];
  return feature === METADATA_VERSION && name !== undefined ? name : String(level);
}

/** The level that a release formats new storage with where nobody names another. @throws RangeError for an unknown version. */
export const defaultMetadataVersion = (version: string): string => requireVersion(version).metadataVersion;
