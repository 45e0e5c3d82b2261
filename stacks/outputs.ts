/** What the platform is given beside settings, and what it gives back. */
import type * as pulumi from "@pulumi/pulumi";

/** The in-cluster programs: the code of each and the hex digest of it. */
export interface ClusterPrograms {
  readonly agent: { readonly code: string; readonly digest: string };
  readonly sidecar: { readonly code: string };
}

/** What a stack exports. Addresses of components that the stack does not have are left out. */
export interface PlatformOutputs {
  readonly namespace: pulumi.Output<string>;
  /** Every broker, `host:port` separated by commas: the string to give to clients. */
  readonly brokers: string;
  /** The one client Service, `host:port`. */
  readonly bootstrap: string;
  /** Every broker as clients outside the cluster dial it, `host:port` separated by commas. */
  readonly externalBrokers?: string;
  readonly clusterId: pulumi.Output<string>;
  /** With ZooKeeper: how far the cluster is on its way to KRaft, and what may come next. */
  readonly migration?: string;
  /** While listeners of two security modes are open: which are in use, and what may come next. */
  readonly securityStep?: string;
  /** Client namespace → `namespace/name` of the ConfigMap that tells applications how to connect. */
  readonly clientConfigMaps: Readonly<Record<string, pulumi.Output<string>>>;
  /** Client namespace → `namespace/name` of the Secret of the same purpose. */
  readonly clientSecrets: Readonly<Record<string, pulumi.Output<string>>>;
  /** User → `namespace/name` of the Secrets by which it logs in. */
  readonly userSecrets?: Readonly<Record<string, readonly string[]>>;
  /** Every setting that was applied, a line each; see appliedShape.ts. */
  readonly appliedShape: string;
}
