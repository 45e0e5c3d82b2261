/**
 * A ZooKeeper ensemble: the StatefulSet with its volumes, the Services by which brokers, peers and monitoring find it, and
 * a disruption budget that keeps a majority. It never deletes a claim.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { minAvailable } from "../kafka/availability.ts";
import { type Labels, selector } from "../kafka/labels.ts";
import { type EnsembleInput, type ZooKeeperPort, zookeeperConnect } from "../kafka/zookeeper.ts";
import type { IssuerChoice } from "./certificates.ts";
import { namedPorts } from "./ensemblePod.ts";
import { ensembleFiles, ensembleNodes, ensembleSetSpec } from "./ensembleSet.ts";
import { configName } from "./nodePod.ts";
import { withoutAwait } from "./nodeServices.ts";
import { deletionPropagation, type NodeStorage, nodeSetOptions, volumeSizes } from "./nodeSet.ts";
import type { ContainerResources, Scheduling } from "./pod.ts";

export interface ZooKeeperEnsembleArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Labels;
  readonly cluster: EnsembleInput & {
    readonly names: { readonly zookeeperClient: string; readonly brokers: string };
    /** Who issues the certificate of the members, where they have one. */
    readonly certificates: IssuerChoice;
    readonly zookeeper: { readonly image: string; readonly heap: string; readonly storage: NodeStorage };
  };
  readonly resources: ContainerResources;
  readonly scheduling: Scheduling;
  /** Refuse to delete or replace the ensemble. */
  readonly deletionProtection: boolean;
}

export class ZooKeeperEnsemble extends pulumi.ComponentResource {
  /** `zookeeper.connect`: every member `host:port`, and the path. */
  public readonly connect: string;
  /** Escape hatch. */
  public readonly statefulSet: k8s.apps.v1.StatefulSet;

  constructor(name: string, args: ZooKeeperEnsembleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:ZooKeeperEnsemble", name, {}, opts);
    const { names, zookeeper } = args.cluster;
    const own = { parent: this };
    const selected = selector("zookeeper");
    const metadata = (objectName: string) => ({ namespace: args.namespace, name: objectName, labels: args.labels });
    const ports = (...wanted: ZooKeeperPort[]) =>
      namedPorts(args.cluster, wanted).map(({ name: portName, port }) => ({
        name: portName,
        port,
        targetPort: portName,
        protocol: "TCP",
      }));
    const set = ensembleNodes(args);

    const before = [
      new k8s.core.v1.ConfigMap(
        `${name}-config`,
        { metadata: metadata(configName(names.zookeeper)), data: ensembleFiles(set) },
        own,
      ),
      new k8s.core.v1.ServiceAccount(
        `${name}-account`,
        { metadata: metadata(names.zookeeper), automountServiceAccountToken: false },
        own,
      ),
      // Members find each other, and brokers find a member, whether or not it serves yet.
      new k8s.core.v1.Service(
        `${name}-headless`,
        {
          metadata: metadata(names.zookeeper),
          spec: {
            clusterIP: "None",
            publishNotReadyAddresses: true,
            selector: selected,
            ports: ports("client", "secure", "peer", "election"),
          },
        },
        own,
      ),
      ...(["client", "metrics"] as const).map(
        (port) =>
          new k8s.core.v1.Service(
            `${name}-${port}`,
            {
              metadata: {
                ...metadata(port === "client" ? names.zookeeperClient : `${names.zookeeper}-metrics`),
                annotations: withoutAwait,
              },
              spec: {
                type: "ClusterIP",
                selector: selected,
                ports: port === "client" ? ports(port, "secure") : ports(port),
              },
            },
            own,
          ),
      ),
      new k8s.policy.v1.PodDisruptionBudget(
        `${name}-budget`,
        {
          metadata: metadata(names.zookeeper),
          spec: { minAvailable: minAvailable("ensemble", zookeeper.replicas), selector: { matchLabels: selected } },
        },
        own,
      ),
    ];
    this.statefulSet = new k8s.apps.v1.StatefulSet(
      `${name}-nodes`,
      {
        metadata: {
          ...metadata(names.zookeeper),
          annotations: { ...deletionPropagation(args.deletionProtection), ...volumeSizes(zookeeper.storage) },
        },
        spec: ensembleSetSpec(set),
      },
      {
        ...own,
        ...nodeSetOptions(set, args.deletionProtection),
        dependsOn: before,
      },
    );
    this.connect = zookeeperConnect(args.cluster);
    this.registerOutputs({ connect: this.connect, statefulSet: this.statefulSet });
  }
}
