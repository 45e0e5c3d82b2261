/**
 * Whether brokers are where a phase on the way from ZooKeeper to KRaft may begin. The program compares with the phase that was
 * applied last; an `up` that failed half-way has gone further than that, and only the brokers tell how far.
 */
import type { Phase } from "../../kafka/coordination.ts";
import type { Cluster } from "../connection.ts";
import { explainCode, TransientError } from "../retry.ts";

/** Where a running broker has its metadata from; `migrating`: from ZooKeeper, ready to be led by a quorum. */
type Place = "zookeeper" | "migrating" | "kraft";

/** Brokers on KRaft alone know this request (KIP-595), on every listener. */
const DESCRIBE_QUORUM = 55;

interface Start {
  readonly fits: (places: readonly Place[]) => boolean;
  readonly else: string;
}

const none = (place: Place) => (places: readonly Place[]) => !places.includes(place);
/** As long as one broker has not heard of the quorum, nothing has been copied. */
const BEFORE_THE_COPY: Start = {
  fits: (places) => none("kraft")(places) && places.some((place) => place !== "migrating"),
  else: "a quorum of controllers leads the brokers already, and on ZooKeeper alone they would have no controller; go on with coordination.phase=dual-write, from which coordination.phase=rollback leads back",
};
const STARTS: Readonly<Record<Phase, Start | null>> = {
  zookeeper: BEFORE_THE_COPY,
  controllers: BEFORE_THE_COPY,
  "dual-write": null,
  "brokers-kraft": {
    fits: none("zookeeper"),
    else: "the way back to ZooKeeper has begun; finish it with coordination.phase=rollback",
  },
  kraft: {
    fits: (places) => none("zookeeper")(places) && none("migrating")(places),
    else: "finish coordination.phase=brokers-kraft first",
  },
  rollback: {
    fits: none("kraft"),
    else: "brokers on KRaft need the controllers that this phase stops; bring them back with coordination.phase=dual-write first",
  },
};

/** Whether nothing may be changed towards the phase without knowing where the brokers are. */
export const needsAnswer = (phase: Phase | null): boolean => phase === "rollback";

/** Why the phase cannot begin here, or nothing. Brokers that are down are left out. */
export async function wrongStart(cluster: Cluster, phase: Phase | null): Promise<string | undefined> {
  const start = phase === null ? null : STARTS[phase];
  if (start === null) return undefined;
  const { brokers } = await cluster.call("any", "Metadata", [], false, false);
  if (brokers.length === 0) return undefined;
  const places = await Promise.all(brokers.map((broker) => placeOf(cluster, broker)));
  if (start.fits(places)) return undefined;
  const seen = brokers.map(({ nodeId }, index) => `${nodeId} (${places[index] ?? ""})`);
  return `coordination.phase=${phase ?? ""} cannot begin with brokers ${seen.join(", ")}: ${start.else}`;
}

async function placeOf(cluster: Cluster, { host, port }: { host: string; port: number }): Promise<Place> {
  const answer = await cluster.call({ host, port }, "ApiVersions", "kafka-platform-agent", "1");
  if (answer.errorCode !== 0) throw new TransientError(explainCode(answer.errorCode, null));
  if (answer.apiKeys.some(({ apiKey }) => apiKey === DESCRIBE_QUORUM)) return "kraft";
  // KIP-866: said by whoever has migration switched on.
  return answer.zkMigrationReady ? "migrating" : "zookeeper";
}
