/**
 * What comes after a change of the nodes: a Job that waits until every replica is in sync, spreads partitions onto brokers
 * that have joined, brings leaders back to where they belong and forgets brokers that are gone. Topics do not wait for it.
 */
import * as pulumi from "@pulumi/pulumi";
import { agentJob } from "./agentJob.ts";
import type { AgentRuntime } from "./agentPod.ts";
import { AROUND, movingOptions, type Rebalance } from "./rebalance.ts";

export interface KafkaSettleArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
  /** Name of the Job before its hash. */
  readonly name: string;
  /** Brokers that there are to be. */
  readonly replicas: number;
  /** Digest of what makes the nodes' pods: the Job runs when it changes. */
  readonly roll: string;
  readonly rebalance: Rebalance;
  /** Every broker, `host:port` separated by commas. */
  readonly brokers: string;
  readonly agent: AgentRuntime;
}

export class KafkaSettle extends pulumi.ComponentResource {
  /** Name of the Job that settled the current state. */
  public readonly job: pulumi.Output<string>;

  constructor(name: string, args: KafkaSettleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:KafkaSettle", name, {}, opts);
    const job = agentJob(
      `${name}-run`,
      {
        ...args,
        run: {
          role: "settle",
          args: [
            ...["--replicas", String(args.replicas)],
            ...movingOptions(args.rebalance),
            ...(args.rebalance.onScaleUp === "spread" ? [] : ["--no-spread"]),
          ],
          brokers: args.brokers,
          inputs: {},
        },
        subject: args.roll,
        deadline: args.rebalance.timeout + AROUND,
      },
      { parent: this },
    );
    this.job = job.metadata.name;
    this.registerOutputs({ job: this.job });
  }
}
