/**
 * What comes before a change of the nodes: a Job that finds that the cluster can stand a roll, or that there is none yet,
 * and that empties brokers which are about to go. Controllers and brokers wait for it, so that an `up` which it stops has
 * touched no pod.
 */
import * as pulumi from "@pulumi/pulumi";
import { defaultMetadataVersion } from "../kafka/features.ts";
import { podHost } from "../kafka/listeners.ts";
import { agentJob } from "./agentJob.ts";
import type { AgentRuntime } from "./agentPod.ts";
import type { ClusterShape } from "./cluster.ts";
import { brokerAddresses } from "./nodeSets.ts";
import { AROUND, movingOptions, type Rebalance } from "./rebalance.ts";

export interface KafkaPreflightArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
  /** Name of the Job before its hash. */
  readonly name: string;
  readonly cluster: ClusterShape;
  /** Digest of what makes the nodes' pods: the Job runs when it changes. */
  readonly roll: string;
  readonly rebalance: Rebalance;
  /** False lets an ill cluster pass; brokers that go are emptied all the same. */
  readonly checks: boolean;
  readonly agent: AgentRuntime;
}

/** What the agent compares with the brokers themselves, as an `up` that failed may have gone further than the applied shape. */
function startOptions({ coordination, kafka }: ClusterShape): string[] {
  return coordination.mode === "zookeeper"
    ? ["--phase", coordination.phase]
    : ["--reads", defaultMetadataVersion(kafka.version)];
}

export class KafkaPreflight extends pulumi.ComponentResource {
  /** Name of the Job that let the current state pass. */
  public readonly job: pulumi.Output<string>;

  constructor(name: string, args: KafkaPreflightArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:KafkaPreflight", name, {}, opts);
    const { cluster } = args;
    const { kafka, names, namespace } = cluster;
    const { replicas } = kafka;
    // Nobody looks these names up later: a name server may remember for a while that there was no such name.
    const discovery = `${names.headless}.${namespace.name}.svc.cluster.local`;
    const leaving = podHost(`${names.brokers}-${replicas}`, names.headless, namespace.name);
    const job = agentJob(
      `${name}-check`,
      {
        ...args,
        run: {
          role: "preflight",
          args: [
            ...["--replicas", String(replicas), "--discovery", discovery, "--leaving", leaving],
            ...movingOptions(args.rebalance),
            ...startOptions(cluster),
            ...(args.checks ? [] : ["--no-checks"]),
          ],
          brokers: brokerAddresses(cluster),
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
