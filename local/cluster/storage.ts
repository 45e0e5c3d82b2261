import { apply } from "./api.ts";
import type { Layout } from "./layout.ts";

/** The default class, and the names that stack files commonly give theirs: all of them are folders of this machine. */
const classNames = ["standard", "fast-ssd", "gp3"];

/** Applies what volumes need: the provisioner's namespace and scripts, and the StorageClasses. */
export async function applyStorage(at: Layout): Promise<void> {
  const namespace = "local-path-storage";
  await apply(at, `/api/v1/namespaces/${namespace}`, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace },
  });
  await apply(at, `/api/v1/namespaces/${namespace}/configmaps/local-path-config`, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "local-path-config", namespace },
    data: { setup: 'mkdir -p "$VOL_DIR"\n', teardown: 'rm -rf "$VOL_DIR"\n' },
  });
  for (const name of classNames) {
    await apply(at, `/apis/storage.k8s.io/v1/storageclasses/${name}`, {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: {
        name,
        annotations: {
          "storageclass.kubernetes.io/is-default-class": String(name === "standard"),
          // Local volumes get the pod's fsGroup, as disks of a cloud do; hostPath ones would not.
          defaultVolumeType: "local",
        },
      },
      provisioner: "rancher.io/local-path",
      volumeBindingMode: "WaitForFirstConsumer",
      reclaimPolicy: "Delete",
      allowVolumeExpansion: true,
    });
  }
}
