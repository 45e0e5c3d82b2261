/** What the verification Job has to find, from the same settings that everything else is made of. */
import type { KafkaVerifyArgs } from "../components/verify.ts";
import { phaseFacts } from "../kafka/coordination.ts";
import { voters } from "../kafka/quorum.ts";
import type { Settings } from "./settings/settings.ts";

/** Made by the check where it is missing; the leading underscore marks it as nobody's data. */
const ROUND_TRIP_TOPIC = "_kafka-platform-verify";

export function verification(settings: Settings): Pick<KafkaVerifyArgs, "spec" | "subject"> {
  const { coordination, kafka, controllers, zookeeper, names, listeners, namespace, topics } = settings;
  // Brokers answer for the quorum once they run on it themselves.
  const facts = phaseFacts(coordination);
  const onQuorum = facts.brokers === "kraft";
  const addresses = [names.bootstrap, ...names.aliases];
  return {
    spec: {
      mode: onQuorum ? "kraft" : "zookeeper",
      brokers: kafka.replicas,
      controllers: onQuorum ? voters(settings).map(({ id }) => id) : [],
      services: addresses.map((name) => ({
        name,
        host: `${name}.${namespace.name}.svc.cluster.local`,
        port: listeners.client.port,
      })),
      criticalTopics: topics.items
        .filter(({ critical, state }) => critical && state === "present")
        .map(({ name, replicationFactor, minInSyncReplicas }) => ({ name, replicationFactor, minInSyncReplicas })),
      roundTripTopic: ROUND_TRIP_TOPIC,
    },
    subject: { ...(facts.ensemble ? { coordination, zookeeper } : {}), kafka, controllers, names, listeners, topics },
  };
}
