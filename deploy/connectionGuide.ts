/** What `npm start` says at its end: where Kafka is, how to talk to it, how to take it down. */
import type { ClusterAccess } from "./cluster.ts";
import type { Platform } from "./roundTrip.ts";

export function connectionGuide(
  { namespace, brokers, bootstrap, brokerSet }: Platform,
  { kubeconfig, context }: ClusterAccess,
  topic: string,
  embedded: boolean,
): string {
  const kubectl = context === undefined ? "kubectl" : `kubectl --context ${context}`;
  const exec = `${kubectl} -n ${namespace} exec -it ${brokerSet}-0 -- /opt/kafka/bin`;
  const lines = [
    "Kafka is up. In the cluster, clients connect to:",
    `  bootstrap  ${bootstrap}`,
    `  brokers    ${brokers}`,
    "",
    "From this terminal:",
    embedded ? '  eval "$(npm run -s local -- env)"' : `  export KUBECONFIG=${kubeconfig}`,
    `  ${kubectl} -n ${namespace} get pods`,
    `  ${exec}/kafka-topics.sh --bootstrap-server ${bootstrap} --list`,
    `  ${exec}/kafka-console-producer.sh --bootstrap-server ${bootstrap} --topic ${topic}`,
    `  ${exec}/kafka-console-consumer.sh --bootstrap-server ${bootstrap} --topic ${topic} --from-beginning`,
    "",
    "Edit Pulumi.dev.yaml and see what would change, then apply it:",
    embedded ? "  npm run deploy -- preview dev --local" : "  npm start -- --kubeconfig …",
  ];
  if (embedded) {
    lines.push("  npm run deploy -- up dev --local", "", "Take it down, data included:", "  npm run local -- down");
  }
  return lines.join("\n");
}
