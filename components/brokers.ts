/**
 * The brokers of a cluster, or combined nodes that are brokers and voters in one: the StatefulSet with its volumes, the
 * Services by which clients and peers find them, and a disruption budget. It never deletes a claim.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { externalBrokers } from "../kafka/externalAccess.ts";
import type { Labels } from "../kafka/labels.ts";
import { nodeIdBase } from "../kafka/quorum.ts";
import type { ClusterShape } from "./cluster.ts";
import { externalServices } from "./externalAccess.ts";
import { brokerService, clientService, withoutAwait } from "./nodeServices.ts";
import { nodeSetResources } from "./nodeSetResources.ts";
import { brokerAddresses, brokerNodes } from "./nodeSets.ts";
import type { ContainerResources, Scheduling } from "./pod.ts";
import type { SidecarRuntime } from "./sidecar.ts";
import { type ZoneReader, zoneAccess } from "./zone.ts";

export interface KafkaBrokersArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Labels;
  readonly clusterId: pulumi.Input<string>;
  readonly cluster: ClusterShape & {
    readonly names: { readonly bootstrap: string; readonly aliases: readonly string[] };
  };
  readonly resources: ContainerResources;
  readonly scheduling: Scheduling;
  readonly sidecar: SidecarRuntime;
  /** Reads the zone of a pod's node; used where zones come from there. */
  readonly zoneReader: ZoneReader;
  /** Refuse to delete or replace the brokers. */
  readonly deletionProtection: boolean;
}

export class KafkaBrokers extends pulumi.ComponentResource {
  /** Every broker, `host:port` separated by commas: what clients should be given. */
  public readonly brokers: string;
  /** The client Service, `host:port`. */
  public readonly bootstrap: string;
  /** Every broker as clients outside the cluster dial it, `host:port` separated by commas; undefined without such access. */
  public readonly externalBrokers: string | undefined;
  /** Escape hatch. */
  public readonly statefulSet: k8s.apps.v1.StatefulSet;

  constructor(name: string, args: KafkaBrokersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:KafkaBrokers", name, {}, opts);
    const { cluster, labels } = args;
    const { kafka, names, externalAccess } = cluster;
    const nodes = brokerNodes(args);
    const { listeners, selector: selected } = nodes;
    const pods = Array.from({ length: kafka.replicas }, (_, ordinal) => `${names.brokers}-${ordinal}`);

    const service = (suffix: string, serviceName: string, spec: ReturnType<typeof clientService>) =>
      new k8s.core.v1.Service(
        `${name}-${suffix}`,
        { metadata: { namespace: args.namespace, name: serviceName, labels, annotations: withoutAwait }, spec },
        { parent: this },
      );
    const services = [
      service("bootstrap", names.bootstrap, clientService(selected, listeners)),
      ...names.aliases.map((alias) => service(`alias-${alias}`, alias, clientService(selected, listeners))),
      ...pods.map((pod, ordinal) => service(`broker-${ordinal}`, pod, brokerService(pod, listeners))),
    ];
    const external = externalAccess.enabled
      ? externalServices(name, externalAccess, {
          parent: this,
          namespace: args.namespace,
          labels,
          bootstrap: names.bootstrap,
          pods,
          nodeIdBase: nodeIdBase("brokers"),
          selector: selected,
        })
      : [];
    const access =
      nodes.zones === "node"
        ? zoneAccess(name, {
            parent: this,
            namespace: args.namespace,
            namespaceName: cluster.namespace.name,
            serviceAccount: names.brokers,
            labels,
          })
        : [];
    this.statefulSet = nodeSetResources(name, nodes, {
      parent: this,
      namespace: args.namespace,
      deletionProtection: args.deletionProtection,
      before: [...services, ...external, ...access],
    });

    this.brokers = brokerAddresses(cluster);
    this.bootstrap = `${names.bootstrap}.${cluster.namespace.name}.svc.cluster.local:${cluster.listeners.client.port}`;
    this.externalBrokers = externalAccess.enabled
      ? externalBrokers(externalAccess, kafka.replicas, nodeIdBase("brokers"))
      : undefined;
    this.registerOutputs({ brokers: this.brokers, bootstrap: this.bootstrap, statefulSet: this.statefulSet });
  }
}
