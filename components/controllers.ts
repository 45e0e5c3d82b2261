/**
 * Dedicated KRaft controllers: the voters of the metadata quorum in pods of their own, which no client can reach through a
 * Service. It never deletes a claim.
 */
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Labels } from "../kafka/labels.ts";
import type { ClusterShape } from "./cluster.ts";
import { nodeSetResources } from "./nodeSetResources.ts";
import { controllerNodes } from "./nodeSets.ts";
import type { ContainerResources, Scheduling } from "./pod.ts";
import type { SidecarRuntime } from "./sidecar.ts";

export interface KafkaControllersArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Labels;
  readonly clusterId: pulumi.Input<string>;
  readonly cluster: ClusterShape;
  readonly resources: ContainerResources;
  readonly scheduling: Scheduling;
  readonly sidecar: SidecarRuntime;
  /** Refuse to delete or replace the controllers. */
  readonly deletionProtection: boolean;
}

export class KafkaControllers extends pulumi.ComponentResource {
  /** Escape hatch. */
  public readonly statefulSet: k8s.apps.v1.StatefulSet;

  constructor(name: string, args: KafkaControllersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:KafkaControllers", name, {}, opts);
    this.statefulSet = nodeSetResources(name, controllerNodes(args), {
      parent: this,
      namespace: args.namespace,
      deletionProtection: args.deletionProtection,
    });
    this.registerOutputs({ statefulSet: this.statefulSet });
  }
}
