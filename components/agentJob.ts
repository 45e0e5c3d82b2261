/** A one-shot Job of the agent whose name follows from its content: an unchanged one runs nothing. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { seconds } from "../kafka/availability.ts";
import { type AgentRun, type AgentRuntime, agentPod, jobPodLabels, oneTry } from "./agentPod.ts";
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
  const deadline = seconds(args.deadline);
  const template = {
    metadata: { labels: { ...args.labels, ...jobPodLabels } },
    spec: agentPod(args.agent, args.run),
  };
  // No TTL: a Job that vanished would be drift, and would run again.
  const spec = { ...oneTry, activeDeadlineSeconds: deadline, template };
  return new k8s.batch.v1.Job(
    name,
    {
      metadata: {
        namespace: args.namespace,
        labels: args.labels,
        name: `${args.name}-${shortDigest({ spec, subject: args.subject })}`,
        // A failed Job never runs again by itself: the next `up` replaces it, so that it resumes.
        annotations: { "pulumi.com/replaceUnready": "true" },
      },
      spec,
    },
    {
      ...opts,
      // The name follows from the content: after a failed `up` the way back needs the old name, which must be free.
      deleteBeforeReplace: true,
      // Above the Job's own deadline, so that its own words arrive first.
      customTimeouts: { create: `${deadline + 60}s` },
    },
  );
}
