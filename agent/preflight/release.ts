/**
 * Whether the release that is to run can read the metadata of the cluster. The program compares with what was applied last; an
 * `up` that failed may have raised the metadata version already, and nodes of an older release would not start any more.
 */
import { featureLevelText, METADATA_VERSION, metadataLevel } from "../../kafka/features.ts";
import type { Cluster } from "../connection.ts";

/** Why the release cannot run here, or nothing. @param reads newest metadata version that it reads; null asks nobody */
export async function unreadable(cluster: Cluster, reads: string | null): Promise<string | undefined> {
  const newest = reads === null ? undefined : metadataLevel(reads);
  if (reads === null || newest === undefined) return undefined;
  const { finalizedFeatures = [] } = await cluster.call("any", "ApiVersions", "kafka-platform-agent", "1");
  const level = finalizedFeatures.find(({ name }) => name === METADATA_VERSION)?.maxVersionLevel ?? 0;
  if (level <= newest) return undefined;
  const found = featureLevelText(METADATA_VERSION, level);
  return `the cluster has finalised metadata version ${found}, and the release that is to run reads none above ${reads}: no node of it would start; keep the newer kafka.version`;
}
