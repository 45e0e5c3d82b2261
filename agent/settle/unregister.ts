/** Brokers that are gone for good, taken out of the quorum's books: else they count as down for ever. */
import { UnsupportedApiError } from "@platformatic/kafka";
import type { Cluster } from "../connection.ts";
import { explainCode, type Patience, persist, TransientError } from "../retry.ts";

const NOT_REGISTERED = 102;
/** Ids follow pod ordinals, so that a few free ones in a row are the end. */
const FREE_IN_A_ROW = 5;

/** @returns ids that were taken out, all of them `replicas` or more */
export async function unregister(cluster: Cluster, replicas: number, patience: Patience): Promise<number[]> {
  return persist("brokers that are gone", patience, async () => {
    const up = (await cluster.call("any", "Metadata", [], false, false)).brokers.filter(
      ({ nodeId }) => nodeId >= replicas,
    );
    if (up.length > 0) throw new TransientError(`broker ${up[0]?.nodeId ?? ""} is still up`);
    const known = await registered(cluster);
    if (known) {
      const gone = known.filter((id) => id >= replicas);
      for (const id of gone) await forget(cluster, id);
      return gone;
    }
    const gone: number[] = [];
    for (let id = replicas; id < replicas + gone.length + FREE_IN_A_ROW; id += 1) {
      if (await forget(cluster, id)) gone.push(id);
    }
    return gone;
  });
}

/** Every registered id; undefined where brokers cannot tell, before Kafka 4.0. */
async function registered(cluster: Cluster): Promise<number[] | undefined> {
  try {
    const { errorCode, errorMessage, brokers } = await cluster.call("any", "DescribeCluster");
    if (errorCode !== 0) throw new TransientError(explainCode(errorCode, errorMessage));
    return brokers.map(({ brokerId }) => brokerId);
  } catch (error) {
    if (error instanceof UnsupportedApiError) return undefined;
    throw error;
  }
}

/** @returns whether the broker was registered; ZooKeeper keeps no books of brokers that are down */
async function forget(cluster: Cluster, id: number): Promise<boolean> {
  let answer: Awaited<ReturnType<typeof cluster.call<"UnregisterBroker">>>;
  try {
    answer = await cluster.call("controller", "UnregisterBroker", id);
  } catch (error) {
    if (error instanceof UnsupportedApiError) return false;
    throw error;
  }
  const { errorCode, errorMessage } = answer;
  if (errorCode === NOT_REGISTERED) return false;
  if (errorCode !== 0) throw new TransientError(`broker ${id}: ${explainCode(errorCode, errorMessage)}`);
  return true;
}
