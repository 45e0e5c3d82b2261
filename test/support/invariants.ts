/** Tests that walk over every stack, and what they ask. */
import type { Recording } from "../../deploy/render/record.ts";
import type { PlatformOutputs } from "../../stacks/platform.ts";
import { ALL_STACKS, type GoldenStack, recordedStack } from "./stacks.ts";
import { at, kindOf, type RecordedResource } from "./world.ts";

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  readonly securityContext?: Record<string, unknown>;
}
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly affinity?: object;
  readonly topologySpreadConstraints?: readonly object[];
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly volumes?: readonly object[];
  readonly securityContext?: Record<string, unknown>;
}

const TEMPLATES: Readonly<Record<string, string>> = {
  StatefulSet: "spec.template",
  Job: "spec.template",
  CronJob: "spec.jobTemplate.spec.template",
};
export const podOf = (resource: RecordedResource) => {
  const template = TEMPLATES[kindOf(resource)];
  return template === undefined ? undefined : (at(resource, `${template}.spec`) as PodSpec);
};
export const containersOf = (pod: PodSpec) => [...(pod.initContainers ?? []), ...pod.containers];
export const nameOf = (resource: RecordedResource) => String(at(resource, "metadata.name"));

/** Resources whose kind is one of those. */
export const kinds = (resources: readonly RecordedResource[], ...wanted: string[]) =>
  resources.filter((resource) => wanted.includes(kindOf(resource)));

/** Everything that makes pods, with the pod. */
export const pods = (resources: readonly RecordedResource[]) =>
  resources.flatMap((resource) => {
    const pod = podOf(resource);
    return pod ? [{ resource, pod }] : [];
  });

const made = new Map<string, Promise<Recording<PlatformOutputs>>>();
export function recorded(stack: GoldenStack): Promise<Recording<PlatformOutputs>> {
  const run = made.get(stack.title) ?? recordedStack(stack);
  made.set(stack.title, run);
  return run;
}

/** One test that walks over every stack, and names the one that breaks it. */
export function invariant(
  title: string,
  check: (resources: readonly RecordedResource[], stack: GoldenStack, run: Recording<PlatformOutputs>) => void,
): void {
  it(title, async () => {
    for (const stack of ALL_STACKS) {
      const run = await recorded(stack);
      try {
        check(run.resources, stack, run);
      } catch (error) {
        throw new Error(`${stack.title}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
    }
  });
}
