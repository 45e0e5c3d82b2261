/** Outputs about the pods: what they are made of, and in a preview what the change does to them. */
import * as pulumi from "@pulumi/pulumi";
import { type PodTemplates, planLines, podChanges, podTemplates } from "../restartPlan.ts";
import type { Settings } from "../settings/settings.ts";
import type { LastOutputs } from "./previous.ts";

export interface PodOutputs {
  /** Digest of the pod template by StatefulSet; the next plan compares with it. */
  readonly podTemplates: PodTemplates;
  /** What the change does to the pods, a line each; only in a preview, where it does something. It is no state. */
  readonly restartPlan?: readonly string[];
}

export function podOutputs(last: LastOutputs, settings: Settings): PodOutputs {
  const own = { podTemplates: podTemplates(settings) };
  if (last.appliedShape === undefined || !pulumi.runtime.isDryRun()) return own;
  const plan = planLines(podChanges(last.appliedShape, settings, last.podTemplates));
  return plan.length === 0 ? own : { ...own, restartPlan: plan };
}
