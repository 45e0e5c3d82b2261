/** What `npm start` says at its end: where Kafka is, how to talk to it, how to take it down. */
import { adminFile } from "../kafka/adminProperties.ts";
import type { ClusterAccess } from "./cluster.ts";
import type { Platform } from "./roundTrip.ts";

export function connectionGuide(
  { namespace, brokers, bootstrap, brokerSet }: Platform,
  { kubeconfig, context }: ClusterAccess,
  topic: string,
  embedded: boolean,
): string {
  const kubectl = context === undefined ? "kubectl" : `kubectl --context ${context}`;
  // Names of the option that Kafka 3.9 knows too.
  const tool = (name: string, option = "--command-config") =>
    `  ${kubectl} -n ${namespace} exec -it ${brokerSet}-0 -c kafka -- /opt/kafka/bin/${name} --bootstrap-server ${bootstrap} ${option} ${adminFile("CLIENT")}`;
  const lines = [
    "Kafka is up. In the cluster, clients connect to:",
    `  bootstrap  ${bootstrap}`,
    `  brokers    ${brokers}`,
    "",
    "From this terminal:",
    embedded ? '  eval "$(npm run -s local -- env)"' : `  export KUBECONFIG=${kubeconfig}`,
    `  ${kubectl} -n ${namespace} get pods`,
    `${tool("kafka-topics.sh")} --list`,
    `${tool("kafka-console-producer.sh", "--producer.config")} --topic ${topic}`,
    `${tool("kafka-console-consumer.sh", "--consumer.config")} --topic ${topic} --from-beginning`,
    "",
    "Edit Pulumi.dev.yaml and see what would change, then apply it:",
    embedded ? "  npm run deploy -- preview dev --local" : "  npm start -- --kubeconfig …",
  ];
  if (embedded) {
    lines.push("  npm run deploy -- up dev --local", "", "Take it down, data included:", "  npm run local -- down");
  }
  return lines.join("\n");
}
