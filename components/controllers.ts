/**
 * Dedicated KRaft controllers: the voters of the metadata quorum in pods of their own, which no client can reach through a
 * Service. It never deletes a claim.
 */
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { phaseFacts } from "../kafka/coordination.ts";
import { type Labels, selector } from "../kafka/labels.ts";
import { nodeListeners } from "../kafka/listeners.ts";
import { nodeIdBase } from "../kafka/quorum.ts";
import { controllerCoordination, controllerProperties } from "../kafka/serverProperties.ts";
import { zookeeperAccess } from "../kafka/zookeeperStorage.ts";
import type { ClusterShape } from "./cluster.ts";
import { nodeSetResources } from "./nodeSetResources.ts";
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

/** Controllers stop in seconds, once they may: half of it is for waiting. Milliseconds. */
const TERMINATION_GRACE = 120_000;
/** They hold metadata alone: there is no log of records to recover. Milliseconds. */
const STARTUP_BUDGET = 300_000;

export class KafkaControllers extends pulumi.ComponentResource {
  /** Escape hatch. */
  public readonly statefulSet: k8s.apps.v1.StatefulSet;

  constructor(name: string, args: KafkaControllersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:KafkaControllers", name, {}, opts);
    const { kafka, controllers, names } = args.cluster;
    this.statefulSet = nodeSetResources(
      name,
      {
        name: names.controllers,
        headless: names.controllersHeadless,
        replicas: phaseFacts(args.cluster.coordination).controllers === "stopped" ? 0 : controllers.replicas,
        nodeIdBase: nodeIdBase("controllers"),
        kind: "ensemble",
        node: controllerCoordination(args.cluster),
        zookeeper: zookeeperAccess(args.cluster),
        labels: args.labels,
        selector: selector("kafka-controller"),
        distribution: kafka.distribution,
        version: kafka.version,
        metadataVersion: kafka.metadataVersion,
        image: kafka.image,
        clusterId: args.clusterId,
        properties: controllerProperties(args.cluster),
        listeners: nodeListeners("controller", args.cluster.listeners),
        heap: controllers.heap,
        jvmOptions: kafka.jvmOptions,
        resources: args.resources,
        storage: controllers.storage,
        scheduling: args.scheduling,
        terminationGrace: TERMINATION_GRACE,
        startupBudget: STARTUP_BUDGET,
        sidecar: args.sidecar,
      },
      { parent: this, namespace: args.namespace, deletionProtection: args.deletionProtection },
    );
    this.registerOutputs({ statefulSet: this.statefulSet });
  }
}
