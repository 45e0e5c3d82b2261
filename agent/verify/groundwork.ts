/** What a produce-and-consume check stands on: its topic, and a coordinator for consumer groups. */
import { FindCoordinatorKeyTypes } from "@platformatic/kafka";
import { CHANGE_TIMEOUT, type Cluster } from "../connection.ts";
import { explainCode, type Patience, persist, TransientError } from "../retry.ts";

const ALREADY_EXISTS = 36;
/** The records are read back at once; they need not outlive the hour. */
const RETENTION = { "retention.ms": "3600000", "segment.ms": "3600000", "cleanup.policy": "delete" };

/** Makes the topic, one partition on up to three brokers, unless it is there. */
export async function ensureTopic(cluster: Cluster, name: string, patience: Patience): Promise<void> {
  await persist(`topic ${name}`, patience, async () => {
    const { brokers, topics } = await cluster.call("any", "Metadata", [name], false, false);
    if (topics.some((topic) => topic.errorCode === 0)) return;
    const topic = {
      name,
      numPartitions: 1,
      replicationFactor: Math.min(3, brokers.length),
      assignments: [],
      configs: Object.entries(RETENTION).map(([key, value]) => ({ name: key, value })),
    };
    const answer = await cluster.call("controller", "CreateTopics", [topic], CHANGE_TIMEOUT, false);
    for (const { errorCode, errorMessage } of answer.topics) {
      if (errorCode === 0 || errorCode === ALREADY_EXISTS) continue;
      throw new TransientError(`${name}: ${explainCode(errorCode, errorMessage)}`);
    }
  });
}

/** @returns id of the broker that coordinates this agent's group; the first request makes `__consumer_offsets` */
export async function groupCoordinator(cluster: Cluster, patience: Patience): Promise<number> {
  return persist("a coordinator of consumer groups", patience, async () => {
    const answer = await cluster.call("any", "FindCoordinator", FindCoordinatorKeyTypes.GROUP, [
      "kafka-platform.verify",
    ]);
    const [coordinator] = answer.coordinators;
    if (!coordinator || coordinator.errorCode !== 0) {
      const reason = explainCode(coordinator?.errorCode ?? -1, coordinator?.errorMessage);
      throw new TransientError(`no coordinator of consumer groups: ${reason}`);
    }
    return coordinator.nodeId;
  });
}
