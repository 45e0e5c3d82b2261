/** Proof that Kafka works: records written to a topic and read back, by a pod in the cluster. */
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
  /** Name of the topics Job before its hash. */
  readonly topicsJob: string;
}

/**
 * @throws Error when an output is missing
 */
export function platformOf(outputs: Outputs): Platform {
  const text = (key: string, value: unknown): string => {
    if (typeof value !== "string") throw new Error(`The stack has no output "${key}": bring it up first (npm start).`);
    return value;
  };
  const shape = outputs["appliedShape"] as { names?: Readonly<Record<string, unknown>> } | undefined;
  return {
    namespace: text("namespace", outputs["namespace"]),
    brokers: text("brokers", outputs["brokers"]),
    bootstrap: text("bootstrap", outputs["bootstrap"]),
    brokerSet: text("appliedShape.names.brokers", shape?.names?.["brokers"]),
    topicsJob: text("appliedShape.names.topicsJob", shape?.names?.["topicsJob"]),
  };
}

/**
 * Writes records and reads them back in a pod made like that of the topics Job: same program, same image, same rights.
 *
 * @returns what the pod said
 * @throws Error with the pod's words when a record is missing
 */
export async function roundTrip(
  access: ClusterAccess,
  platform: Platform,
  topic: string,
  records: number,
): Promise<string> {
  const { namespace } = platform;
  const pod = await agentPodOf(access, namespace, platform.topicsJob);
  const [container] = pod.containers;
  if (!container) throw new Error(`The pod of Job ${platform.topicsJob} has no container.`);
  container.name = "verify";
  // Node and the program stay, the role and its arguments change.
  container.command = [
    ...(container.command ?? []).slice(0, 2),
    "verify",
    ...["--round-trip", topic, "--records", String(records)],
  ];
  const run = await runOnce(access, { namespace, name: "kafka-round-trip", pod, seconds: 120 });
  if (!run.succeeded) throw new Error(`Writing to ${topic} and reading back failed. The pod's log:\n${run.log}`);
  return run.log;
}
