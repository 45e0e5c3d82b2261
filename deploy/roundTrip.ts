/** Proof that Kafka works, each time anew: the cluster checked, records written to a topic and read back by a pod in it. */
import { readShape } from "../stacks/appliedShape.ts";
import { agentPodOf, type ClusterAccess, runOnce } from "./cluster.ts";
import type { Outputs } from "./results.ts";

/** Where a platform is, as its stack's outputs say. */
export interface Platform {
  readonly namespace: string;
  /** Every broker, `host:port` separated by commas. */
  readonly brokers: string;
  /** The one client Service, `host:port`. */
  readonly bootstrap: string;
  /** Name of the broker StatefulSet: its pods are `<name>-0` … */
  readonly brokerSet: string;
  /** Name of the verification Job before its hash. */
  readonly verifyJob: string;
}

/**
 * @throws Error when an output is missing
 */
export function platformOf(outputs: Outputs): Platform {
  const text = (key: string, value: unknown): string => {
    if (typeof value !== "string") throw new Error(`The stack has no output "${key}": bring it up first (npm start).`);
    return value;
  };
  const { names } = readShape(text("appliedShape", outputs["appliedShape"]));
  return {
    namespace: text("namespace", outputs["namespace"]),
    brokers: text("brokers", outputs["brokers"]),
    bootstrap: text("bootstrap", outputs["bootstrap"]),
    brokerSet: names.brokers,
    verifyJob: names.verifyJob,
  };
}

/**
 * Checks the cluster, writes records and reads them back, in a pod like that of the stack's verification Job.
 *
 * @returns what the pod said, a line a check
 * @throws Error with the pod's words when a check fails
 */
export async function roundTrip(
  access: ClusterAccess,
  { namespace, verifyJob }: Platform,
  topic: string,
  records: number,
): Promise<string> {
  const pod = await agentPodOf(access, namespace, verifyJob);
  for (const container of pod.containers) {
    // The last of a repeated option counts.
    container.command = [...(container.command ?? []), "--round-trip", topic, "--records", String(records)];
  }
  const run = await runOnce(access, { namespace, name: "kafka-round-trip", pod, seconds: 120 });
  if (!run.succeeded) throw new Error(`Writing to ${topic} and reading back failed. The pod's log:\n${run.log}`);
  return run.log;
}
