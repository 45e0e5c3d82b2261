/** What brokers and controllers of one cluster have to agree on. */

import type { PropertiesInput } from "../kafka/serverProperties.ts";
import type { Distribution } from "../kafka/versions.ts";
import type { IssuerChoice } from "./certificates.ts";
import type { ExternalServices } from "./externalAccess.ts";
import type { NodeStorage } from "./nodeSet.ts";

/** The shape of a cluster; plain, because it decides how many resources there are. Durations in milliseconds. */
export interface ClusterShape extends PropertiesInput {
  readonly kafka: PropertiesInput["kafka"] & {
    readonly distribution: Distribution;
    /** Level of `metadata.version`, e.g. `4.3-IV0`. */
    readonly metadataVersion: string;
    readonly image: string;
    /** JVM heap of a broker. */
    readonly heap: string;
    readonly jvmOptions: readonly string[];
    readonly storage: NodeStorage;
    readonly terminationGrace: number;
    readonly startupBudget: number;
  };
  readonly rackAwareness: {
    /** Replicas spread over zones. */
    readonly enabled: boolean;
    /** Zones by ordinal, in turn; empty: each broker has that of its node. */
    readonly zones: readonly string[];
  };
  readonly externalAccess: ExternalServices;
  /** Who issues the certificates of nodes, where connections are encrypted. */
  readonly certificates: IssuerChoice;
  readonly controllers: PropertiesInput["controllers"] & {
    /** JVM heap of a dedicated controller. */
    readonly heap: string;
    readonly storage: NodeStorage;
  };
}
