/** What lets a broker know the zone of its node: a container that runs first, its token, and the right to read nodes. */

import type { types } from "@pulumi/kubernetes";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Labels } from "../kafka/labels.ts";
import { NODE_PATHS } from "../kafka/paths.ts";
import { ZONE_ACCESS, zoneCommand } from "../kafka/zone.ts";
import { type ContainerResources, hardenedContainer } from "./pod.ts";

/** The program that asks: any Node image will do. */
export interface ZoneReader {
  readonly image: string;
  readonly resources: ContainerResources;
}

const TOKEN = "node-access";
/** The shortest life that Kubernetes gives to a token; the container needs seconds. */
const TOKEN_SECONDS = 600;

export function zoneContainer(reader: ZoneReader): types.input.core.v1.Container {
  return {
    ...hardenedContainer,
    name: "zone",
    image: reader.image,
    command: zoneCommand(),
    env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
    resources: reader.resources,
    volumeMounts: [
      { name: "config", mountPath: NODE_PATHS.config, readOnly: true },
      { name: "rendered", mountPath: NODE_PATHS.rendered },
      { name: TOKEN, mountPath: ZONE_ACCESS, readOnly: true },
    ],
  };
}

/** Mounted by {@link zoneContainer} alone. */
export const zoneVolume: types.input.core.v1.Volume = {
  name: TOKEN,
  projected: {
    sources: [
      { serviceAccountToken: { path: "token", expirationSeconds: TOKEN_SECONDS } },
      { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    ],
  },
};

export interface ZoneAccess {
  readonly parent: pulumi.Resource;
  readonly namespace: pulumi.Input<string>;
  /** Name of the namespace in the names of the two objects, which every namespace of the cluster shares. */
  readonly namespaceName: string;
  readonly serviceAccount: string;
  readonly labels: Labels;
}

/** Lets one ServiceAccount read nodes, and nothing else: nodes belong to no namespace, so this takes rights of the cluster. */
export function zoneAccess(name: string, access: ZoneAccess): pulumi.Resource[] {
  const { parent, namespace, namespaceName, serviceAccount, labels } = access;
  const metadata = { name: `${namespaceName}-${serviceAccount}-zone`, labels };
  const role = new k8s.rbac.v1.ClusterRole(
    `${name}-zone-role`,
    { metadata, rules: [{ apiGroups: [""], resources: ["nodes"], verbs: ["get"] }] },
    { parent },
  );
  const binding = new k8s.rbac.v1.ClusterRoleBinding(
    `${name}-zone-binding`,
    {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: metadata.name },
      subjects: [{ kind: "ServiceAccount", name: serviceAccount, namespace }],
    },
    { parent, dependsOn: role },
  );
  return [role, binding];
}
