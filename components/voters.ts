/**
 * Who has voted: pods that an `up` brought to its end, as a ConfigMap that they mount where it is there. A voter whose volume
 * is lost must not begin again unseen: two of three that do elect a log without anything in it. It comes after the first start
 * of those that it names, so that this one passes.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Labels } from "../kafka/labels.ts";
import { FILES } from "../kafka/paths.ts";

export interface KafkaVotersArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Labels;
  /** Name of the ConfigMap. */
  readonly name: string;
  /** Names of the pods. */
  readonly pods: readonly string[];
}

/** Name of the ConfigMap of the cluster whose brokers are so named. */
export const votersName = (brokers: string): string => `${brokers}-voters`;

/** On what must not be there before the nodes have started: plain manifests would bring it at once. */
export const AFTER_FIRST_START = "kafka-platform/after-first-start";

export class KafkaVoters extends pulumi.ComponentResource {
  constructor(
    name: string,
    { namespace, labels, name: objectName, pods }: KafkaVotersArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka:index:KafkaVoters", name, {}, opts);
    new k8s.core.v1.ConfigMap(
      `${name}-voted`,
      {
        metadata: { namespace, name: objectName, labels, annotations: { [AFTER_FIRST_START]: "true" } },
        data: { [FILES.voted]: pods.map((pod) => `${pod}\n`).join("") },
      },
      { parent: this },
    );
    this.registerOutputs({ configMap: objectName });
  }
}

/** A pod's own ConfigMap and, where it is there, that of the voters, in one folder. */
export const configVolume = (config: string, voters: string) => ({
  name: "config",
  projected: { sources: [{ configMap: { name: config } }, { configMap: { name: voters, optional: true } }] },
});
