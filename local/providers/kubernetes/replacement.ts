/**
 * Which changed fields replace an object instead of updating it: the table of pulumi-kubernetes 4.34,
 * provider/pkg/provider/diff.go. A field stands for everything below it; `[*]` matches every index.
 */
import { at, text, type Values } from "../values.ts";

const POD_FIELDS = [
  "affinity",
  "automountServiceAccountToken",
  "dnsConfig",
  "dnsPolicy",
  "enableServiceLinks",
  "hostAliases",
  "hostIPC",
  "hostNetwork",
  "hostPID",
  "hostname",
  "imagePullSecrets",
  "nodeName",
  "nodeSelector",
  "overhead",
  "preemptionPolicy",
  "priority",
  "priorityClassName",
  "readinessGates",
  "restartPolicy",
  "runtimeClassName",
  "schedulerName",
  "securityContext",
  "serviceAccount",
  "serviceAccountName",
  "shareProcessNamespace",
  "subdomain",
  "terminationGracePeriodSeconds",
  "volumes",
];

const CONTAINER_FIELDS = [
  "args",
  "command",
  "env",
  "image",
  "imagePullPolicy",
  "lifecycle",
  "livenessProbe",
  "ports",
  "readinessProbe",
  "resources",
  "securityContext",
  "stdin",
  "stdinOnce",
  "terminationMessagePath",
  "terminationMessagePolicy",
  "tty",
  "volumeDevices",
  "volumeMounts",
  "workingDir",
];

const VOLUME_SOURCES = [
  "awsElasticBlockStore",
  "azureDisk",
  "azureFile",
  "cephfs",
  "cinder",
  "csi",
  "fc",
  "flexVolume",
  "flocker",
  "gcePersistentDisk",
  "glusterfs",
  "hostPath",
  "iscsi",
  "local",
  "nfs",
  "photonPersistentDisk",
  "portworxVolume",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
];

const under = (prefix: string, fields: readonly string[]): string[] => fields.map((field) => `${prefix}.${field}`);

const ROLE_BINDING = ["roleRef"];
const TABLE: Readonly<Record<string, readonly string[]>> = {
  "apps/v1/DaemonSet": ["spec.selector"],
  "apps/v1/Deployment": ["spec.selector"],
  "apps/v1/StatefulSet": under("spec", [
    "podManagementPolicy",
    "revisionHistoryLimit",
    "selector",
    "serviceName",
    "volumeClaimTemplates",
  ]),
  "batch/v1/Job": under("spec", ["completions", "parallelism", "selector", "template"]),
  "rbac.authorization.k8s.io/v1/ClusterRoleBinding": ROLE_BINDING,
  "rbac.authorization.k8s.io/v1/RoleBinding": ROLE_BINDING,
  "storage.k8s.io/v1/StorageClass": ["parameters", "provisioner"],
  "v1/PersistentVolume": under("spec", VOLUME_SOURCES),
  "v1/PersistentVolumeClaim": under("spec", ["accessModes", "selector", "storageClassName", "volumeName"]),
  "v1/Pod": [
    ...under("spec", POD_FIELDS),
    ...under("spec.containers[*]", CONTAINER_FIELDS),
    ...under("spec.initContainers[*]", CONTAINER_FIELDS),
  ],
  "v1/ResourceQuota": ["spec.scopes"],
  "v1/Secret": ["type"],
  "v1/Service": ["spec.clusterIP"],
};

/** Provider settings that take ConfigMaps and Secrets out of the "new data, new object" rule. */
export interface Mutability {
  readonly configMaps: boolean;
  readonly secrets: boolean;
}

/** The replacing fields of an object as it shall become. A Patch resource only replaces when it patches another object. */
export function replacingFields(object: Values, mutable: Mutability, isPatch: boolean): readonly string[] {
  const identity = ["metadata.name", "metadata.namespace"];
  if (isPatch) return identity;
  const kind = `${text(object, "apiVersion")}/${text(object, "kind")}`;
  const frozen = at(object, "immutable") === true;
  if (kind === "v1/Secret" && (!mutable.secrets || frozen)) return [...identity, "type", "stringData", "data"];
  if (kind === "v1/ConfigMap" && (!mutable.configMaps || frozen)) return [...identity, "binaryData", "data"];
  return [...identity, ...(TABLE[kind] ?? [])];
}
