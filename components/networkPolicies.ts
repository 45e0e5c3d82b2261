/**
 * Who gets in: the NetworkPolicies of the platform's namespace, from the table of flows. A cluster whose network plugin knows
 * no policies takes the objects and lets everybody in.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Labels } from "../kafka/labels.ts";
import { DEFAULT_DENY, networkPolicies, type PoliciesInput } from "../kafka/networkPolicies.ts";

export interface KafkaNetworkPoliciesArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Labels;
  /** Plain, because it decides how many policies there are. */
  readonly stack: PoliciesInput;
}

export class KafkaNetworkPolicies extends pulumi.ComponentResource {
  /** Names of the policies. */
  public readonly policies: readonly string[];

  constructor(name: string, args: KafkaNetworkPoliciesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:KafkaNetworkPolicies", name, {}, opts);
    const policies = networkPolicies(args.stack);
    const make = (policy: (typeof policies)[number], before: pulumi.Resource[] = []) =>
      new k8s.networking.v1.NetworkPolicy(
        `${name}-${policy.name}`,
        { metadata: { namespace: args.namespace, name: policy.name, labels: args.labels }, spec: policy.spec },
        { parent: this, dependsOn: before },
      );
    const allowing = policies.filter((policy) => policy.name !== DEFAULT_DENY).map((policy) => make(policy));
    // Last in, first out: a running cluster is never under it alone.
    for (const deny of policies.filter((policy) => policy.name === DEFAULT_DENY)) make(deny, allowing);

    this.policies = policies.map((policy) => policy.name);
    this.registerOutputs({ policies: this.policies });
  }
}
