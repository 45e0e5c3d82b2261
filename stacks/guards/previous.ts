/** What the stack was last brought up with, as its own outputs say. */
import * as pulumi from "@pulumi/pulumi";

/**
 * What the engine answers a StackReference with. Asked directly, because that resource would stay in the state with a copy
 * of all outputs, which every refresh after an `up` finds outdated: a change where there is none.
 */
export const READ_OUTPUTS = "pulumi:pulumi:readStackOutputs";

/**
 * Text of the output `appliedShape` of the last `up`; undefined where there was none. It comes from the stack's state, in
 * every backend, in a preview as in an `up`, and asks no cluster.
 */
export async function appliedBefore(): Promise<string | undefined> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const { outputs } = (await pulumi.runtime.invoke(READ_OUTPUTS, { name })) as { outputs?: Record<string, unknown> };
  const text = outputs?.["appliedShape"];
  return typeof text === "string" ? text : undefined;
}
