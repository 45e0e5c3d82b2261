/** A one-shot Job that runs one role of the agent. */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { seconds } from "../kafka/availability.ts";
import { type AgentRun, type AgentRuntime, agentPod } from "./agentPod.ts";
import { contentJob, jobSpec } from "./contentJob.ts";
import { shortDigest } from "./digest.ts";

export interface AgentJobArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
  /** Name before the hash. */
  readonly name: string;
  readonly agent: AgentRuntime;
  readonly run: AgentRun;
  /** What the Job is about, as plain data, beside what it runs: it runs again when any of it changes. */
  readonly subject: unknown;
  /** Longest run, in milliseconds. */
  readonly deadline: number;
}

export function agentJob(name: string, args: AgentJobArgs, opts: pulumi.CustomResourceOptions): k8s.batch.v1.Job {
  const spec = jobSpec(args.labels, agentPod(args.agent, args.run), seconds(args.deadline));
  return contentJob(name, { ...args, spec, digest: shortDigest({ spec, subject: args.subject }) }, opts);
}
