/**
 * The proof that a platform works: a Job that asks the running cluster for everything its settings promise, and writes and
 * reads records. It runs whenever something that it proves has changed, and fails the `up` with what is wrong.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { renderVerifySpec, type VerifySpec } from "../kafka/verifySpec.ts";
import { type AgentRuntime, agentPod } from "./agentPod.ts";
import { contentJob, jobSpec } from "./contentJob.ts";
import { shortDigest } from "./digest.ts";

export interface KafkaVerifyArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
  /** Name of the Job before its hash, and of the ConfigMap. */
  readonly name: string;
  readonly spec: VerifySpec;
  /** ConfigMaps of the declared topics. */
  readonly topicFiles: readonly string[];
  /** What the check is about, as plain data: it runs again when any of it changes. */
  readonly subject: unknown;
  /** Every broker, `host:port` separated by commas. */
  readonly brokers: string;
  readonly agent: AgentRuntime;
}

const INPUTS = "/etc/kafka-platform/verify";
const SPEC_FILE = "spec.json";
const DEADLINE_SECONDS = 300;

export class KafkaVerify extends pulumi.ComponentResource {
  /** Name of the Job that checked the current state. */
  public readonly job: pulumi.Output<string>;

  constructor(name: string, args: KafkaVerifyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:KafkaVerify", name, {}, opts);
    const metadata = { namespace: args.namespace, labels: args.labels };
    const spec = renderVerifySpec(args.spec);
    const configMap = new k8s.core.v1.ConfigMap(
      `${name}-spec`,
      { metadata: { ...metadata, name: args.name }, data: { [SPEC_FILE]: spec } },
      { parent: this },
    );
    const topics = "/etc/kafka-platform/topics";
    const pod = agentPod(args.agent, {
      role: "verify",
      args: ["--spec", `${INPUTS}/${SPEC_FILE}`, "--topics", topics, "--round-trip", args.spec.roundTripTopic],
      brokers: args.brokers,
      inputs: { [INPUTS]: [args.name], [topics]: args.topicFiles },
    });
    const runs = jobSpec(args.labels, pod, DEADLINE_SECONDS);
    const job = contentJob(
      `${name}-check`,
      { ...args, spec: runs, digest: shortDigest({ spec, jobSpec: runs, subject: args.subject }) },
      { parent: this, dependsOn: configMap },
    );
    this.job = job.metadata.name;
    this.registerOutputs({ job: this.job });
  }
}
