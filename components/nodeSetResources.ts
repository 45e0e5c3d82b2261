/** The objects of one set of Kafka nodes, as children of the component that owns them. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { configName } from "./nodePod.ts";
import { headlessService } from "./nodeServices.ts";
import {
  deletionPropagation,
  type NodeSetArgs,
  nodeFiles,
  nodeSetOptions,
  nodeSetSpec,
  volumeSizes,
} from "./nodeSet.ts";

export interface NodeSetPlace {
  readonly parent: pulumi.ComponentResource;
  readonly namespace: pulumi.Input<string>;
  readonly deletionProtection: boolean;
  /** Resources that must exist before the first pod starts. */
  readonly before?: readonly pulumi.Resource[];
}

/** Makes ConfigMap, ServiceAccount, headless Service and disruption budget, then the StatefulSet; returns that. */
export function nodeSetResources(name: string, args: NodeSetArgs, place: NodeSetPlace): k8s.apps.v1.StatefulSet {
  const { parent, namespace, deletionProtection } = place;
  const metadata = (objectName: string) => ({ namespace, name: objectName, labels: args.labels });

  const config = new k8s.core.v1.ConfigMap(
    `${name}-config`,
    { metadata: metadata(configName(args.name)), data: nodeFiles(args) },
    { parent },
  );
  const account = new k8s.core.v1.ServiceAccount(
    `${name}-account`,
    { metadata: metadata(args.name), automountServiceAccountToken: false },
    { parent },
  );
  const headless = new k8s.core.v1.Service(
    `${name}-headless`,
    { metadata: metadata(args.headless), spec: headlessService(args.selector, args.listeners) },
    { parent },
  );
  const budget = new k8s.policy.v1.PodDisruptionBudget(
    `${name}-budget`,
    {
      metadata: metadata(args.name),
      // One at a time, whatever the size: a second one down can take partitions, or the quorum, below their minimum.
      spec: { maxUnavailable: 1, selector: { matchLabels: args.selector } },
    },
    { parent },
  );
  return new k8s.apps.v1.StatefulSet(
    `${name}-nodes`,
    {
      metadata: {
        ...metadata(args.name),
        annotations: { ...deletionPropagation(deletionProtection), ...volumeSizes(args.storage) },
      },
      spec: nodeSetSpec(args),
    },
    {
      parent,
      ...nodeSetOptions(args, deletionProtection),
      dependsOn: [config, account, headless, budget, ...(place.before ?? [])],
    },
  );
}
