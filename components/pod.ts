/** What every pod of the platform has in common: it is not root, cannot write to its image and knows no API token. */
import type { types } from "@pulumi/kubernetes";

type PodSpec = types.input.core.v1.PodSpec;
type Container = types.input.core.v1.Container;
type Volume = types.input.core.v1.Volume;

/** Requests and limits of a container; without a CPU limit the container may use what its node has to spare. */
export interface ContainerResources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu?: string; readonly memory: string };
}

/** Requests and limits as a stack states them. */
export interface StatedResources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu?: string | undefined; readonly memory?: string | undefined };
}

/**
 * Complete requests and limits. Memory is reserved whole where no limit is stated. A CPU limit stays out where none is
 * stated, because throttling breaks replication's timing; `ceiling` replaces it where a LimitRange would otherwise set its
 * default.
 */
export function containerResources(stated: StatedResources, ceiling?: { readonly cpu: string }): ContainerResources {
  const cpu = stated.limits.cpu ?? ceiling?.cpu;
  return {
    requests: stated.requests,
    limits: { ...(cpu === undefined ? {} : { cpu }), memory: stated.limits.memory ?? stated.requests.memory },
  };
}

/** Where pods of one role may run. */
export interface Scheduling {
  /** Two pods of a role on one host. */
  readonly antiAffinity: "required" | "preferred" | "none";
  /** Pods of a role spread evenly over zones. */
  readonly zoneSpread: "required" | "preferred" | "none";
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  readonly priorityClass: string | null;
}

export interface Toleration {
  readonly key?: string | undefined;
  readonly operator?: "Exists" | "Equal" | undefined;
  readonly value?: string | undefined;
  readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute" | undefined;
}

/** User and group of the official Kafka images (`appuser`) and of the Node images (`node`). */
const UID = 1000;

/** Pod-level settings that Pod Security's `restricted` standard asks for, and what keeps Kafka images from misreading their environment. */
export const hardenedPod = {
  automountServiceAccountToken: false,
  // A Service named `kafka` would put KAFKA_PORT=tcp://… into the environment, which images read as configuration.
  enableServiceLinks: false,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: UID,
    runAsGroup: UID,
    fsGroup: UID,
    // `Always` would re-own every file of a large volume at each start.
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  },
} satisfies Partial<PodSpec>;

/** Container-level settings of the same standard, plus a read-only root file system. */
export const hardenedContainer = {
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  },
  // The last log lines of a failed container become its message, which Pulumi prints.
  terminationMessagePolicy: "FallbackToLogsOnError",
} satisfies Partial<Container>;

/** A scratch volume that lives as long as its pod. */
export function scratch(name: string, sizeLimit?: string): Volume {
  return { name, emptyDir: sizeLimit === undefined ? {} : { sizeLimit } };
}

const HOST = "kubernetes.io/hostname";
const ZONE = "topology.kubernetes.io/zone";

/** Affinity, spread and node choice of the pods that `selector` selects. */
export function placement(scheduling: Scheduling, selector: Readonly<Record<string, string>>): Partial<PodSpec> {
  const { antiAffinity, zoneSpread, nodeSelector, tolerations, priorityClass } = scheduling;
  const sameHost = { labelSelector: { matchLabels: selector }, topologyKey: HOST };
  return {
    ...(antiAffinity === "required"
      ? { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [sameHost] } } }
      : {}),
    ...(antiAffinity === "preferred"
      ? {
          affinity: {
            podAntiAffinity: {
              preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: sameHost }],
            },
          },
        }
      : {}),
    ...(zoneSpread === "none"
      ? {}
      : {
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: ZONE,
              whenUnsatisfiable: zoneSpread === "required" ? "DoNotSchedule" : "ScheduleAnyway",
              labelSelector: { matchLabels: selector },
              // A zone whose nodes are all tainted for us would otherwise count as an empty one, for ever.
              nodeTaintsPolicy: "Honor",
            },
          ],
        }),
    ...(Object.keys(nodeSelector).length > 0 ? { nodeSelector } : {}),
    ...(tolerations.length > 0 ? { tolerations: tolerations.map(stated) } : {}),
    ...(priorityClass === null ? {} : { priorityClassName: priorityClass }),
  };
}

/** Without keys that are undefined: Kubernetes' types know absent fields only. */
function stated<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
