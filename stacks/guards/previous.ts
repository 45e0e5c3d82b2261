/** What the stack was last brought up with, as its own outputs say. */
import * as pulumi from "@pulumi/pulumi";
import type { PodTemplates } from "../restartPlan.ts";

/**
 * What the engine answers a StackReference with. Asked directly, because that resource would stay in the state with a copy
 * of all outputs, which every refresh after an `up` finds outdated: a change where there is none.
 */
export const READ_OUTPUTS = "pulumi:pulumi:readStackOutputs";

/** What the last `up` left; a stack that was never brought up, or by an older program, has less of it. */
export interface LastOutputs {
  /** Text of the settings, see appliedShape.ts. */
  readonly appliedShape?: string;
  /** Digests of the pod templates, see restartPlan.ts. */
  readonly podTemplates?: PodTemplates;
}

/**
 * The outputs of the last `up`. They come from the stack's state, in every backend, in a preview as in an `up`, and ask no
 * cluster.
 */
export async function lastOutputs(): Promise<LastOutputs> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const { outputs } = (await pulumi.runtime.invoke(READ_OUTPUTS, { name })) as { outputs?: LastOutputs };
  return outputs ?? {};
}
