/** Finalised features of the cluster: raised to what is declared, never lowered. */
import { FeatureUpgradeTypes, protocolErrors, protocolErrorsCodesById } from "@platformatic/kafka";
import { finalisedFeatures, METADATA_VERSION } from "../../kafka/features.ts";
import { CHANGE_TIMEOUT, type Cluster } from "../connection.ts";
import { explainCode, type Patience, persist, TransientError } from "../retry.ts";
import type { Outcome } from "./apply.ts";
import type { FeatureChange } from "./plan.ts";

/** Levels of the cluster: what is finalised, and what the broker that was asked could do. */
interface Features {
  readonly finalised: ReadonlyMap<string, number>;
  readonly supported: ReadonlyMap<string, number>;
}

/** Features to raise so that the cluster is where one formatted at the metadata version would be; none without KRaft. */
export function planFeatures(metadataVersion: string, { finalised, supported }: Features): FeatureChange[] {
  if (finalised.size === 0) return [];
  return Object.entries(finalisedFeatures(metadataVersion)).flatMap(([feature, to]) => {
    const from = finalised.get(feature) ?? 0;
    // Of the metadata version the brokers say themselves that they are too old for it.
    const possible = feature === METADATA_VERSION || to <= (supported.get(feature) ?? 0);
    return possible && from < to ? [{ feature, from, to }] : [];
  });
}

/** What must be raised. */
export async function changesOfFeatures(cluster: Cluster, metadataVersion: string): Promise<FeatureChange[]> {
  const answer = await cluster.call("any", "ApiVersions", "kafka-platform-agent", "1");
  return planFeatures(metadataVersion, {
    finalised: new Map(answer.finalizedFeatures?.map(({ name, maxVersionLevel }) => [name, maxVersionLevel])),
    supported: new Map(answer.supportedFeatures?.map(({ name, maxVersion }) => [name, maxVersion])),
  });
}

/** Raises the features in one request. @param validateOnly only ask whether the controller would */
export async function raiseFeatures(
  cluster: Cluster,
  changes: readonly FeatureChange[],
  patience: Patience,
  validateOnly = false,
): Promise<Outcome> {
  if (changes.length === 0) return { failures: [], raced: false };
  const updates = changes.map(({ feature, to }) => ({
    feature,
    maxVersionLevel: to,
    upgradeType: FeatureUpgradeTypes.UPGRADE,
  }));
  return persist("the controller to raise features", patience, async () => {
    const answer = await cluster.call("controller", "UpdateFeatures", CHANGE_TIMEOUT, updates, validateOnly);
    const errors = [answer, ...answer.results].filter(({ errorCode }) => errorCode !== 0);
    const failures = errors.map(({ errorCode, errorMessage }) => explainCode(errorCode, errorMessage));
    const passes = errors.some(({ errorCode }) => {
      const id = protocolErrorsCodesById[errorCode];
      return id !== undefined && protocolErrors[id]?.canRetry === true;
    });
    if (passes) throw new TransientError(`features: ${failures.join("; ")}`);
    return { failures: [...new Set(failures)].map((message) => ({ topic: "features", message })), raced: false };
  });
}
