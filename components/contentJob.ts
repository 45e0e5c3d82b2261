/** A one-shot Job whose name follows from its content: an unchanged one runs nothing, a failed one is made again. */

import type { types } from "@pulumi/kubernetes";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { jobPodLabels, oneTry } from "./agentPod.ts";

type Labels = Readonly<Record<string, string>>;

export interface ContentJobArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Labels;
  /** Name before the hash. */
  readonly name: string;
  /** Changes with whatever the Job is to run again for. */
  readonly digest: string;
  readonly spec: ReturnType<typeof jobSpec>;
}

/**
 * Spec of a Job that tries once. No TTL: a Job that vanished would be drift, and would run again.
 * @param deadline longest run, in seconds
 */
export function jobSpec(labels: Labels, pod: types.input.core.v1.PodSpec, deadline: number) {
  const template = { metadata: { labels: { ...labels, ...jobPodLabels } }, spec: pod };
  return { ...oneTry, activeDeadlineSeconds: deadline, template };
}

export function contentJob(name: string, args: ContentJobArgs, opts: pulumi.CustomResourceOptions): k8s.batch.v1.Job {
  return new k8s.batch.v1.Job(
    name,
    {
      metadata: {
        namespace: args.namespace,
        labels: args.labels,
        name: `${args.name}-${args.digest}`,
        // A failed Job never runs again by itself: the next `up` replaces it, so that it resumes.
        annotations: { "pulumi.com/replaceUnready": "true" },
      },
      spec: args.spec,
    },
    {
      ...opts,
      // The name follows from the content: after a failed `up` the way back needs the old name, which must be free.
      deleteBeforeReplace: true,
      // Above the Job's own deadline, so that its own words arrive first.
      customTimeouts: { create: `${args.spec.activeDeadlineSeconds + 60}s` },
    },
  );
}
