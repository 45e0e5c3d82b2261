/** The sets of pods that hold a cluster, from its settings alone: what a change of settings does to them can be told before. */
import { shortDigest } from "../components/digest.ts";
import { type EnsembleSetArgs, ensembleNodes, ensembleSetSpec } from "../components/ensembleSet.ts";
import { type NodeSetArgs, nodeSetSpec } from "../components/nodeSet.ts";
import { brokerNodes, controllerNodes } from "../components/nodeSets.ts";
import { containerResources, type StatedResources } from "../components/pod.ts";
import { phaseFacts } from "../kafka/coordination.ts";
import { labels } from "../kafka/labels.ts";
import { splitDynamic } from "../kafka/serverProperties.ts";
import type { AppliedShape } from "./appliedShape.ts";

export interface PodSet {
  /** What the pods are: `zookeeper`, `controllers`, `brokers`. */
  readonly role: string;
  /** Name of the StatefulSet. */
  readonly name: string;
  readonly replicas: number;
  /** Pod template, as the StatefulSet gets it but for the cluster id, which never changes. */
  readonly template: unknown;
  /** Changes with the template, and only then. */
  readonly digest: string;
  /** Properties that a running cluster takes over. */
  readonly live: ReadonlyMap<string, string>;
}

export function podSets(settings: AppliedShape): PodSet[] {
  const { preset, environment, namespace, agent, names, kafka, controllers, zookeeper } = settings;
  const identity = { system: preset === "none" ? "kafka" : preset, environment };
  const ceiling = namespace.limitRange?.max;
  const reader = { image: agent.image, resources: containerResources(agent.resources, ceiling) };
  const set = (app: Parameters<typeof labels>[0], resources: StatedResources) => ({
    cluster: settings,
    scheduling: settings.scheduling,
    clusterId: "",
    labels: labels(app, identity, settings.labels),
    resources: containerResources(resources, ceiling),
    zoneReader: reader,
    sidecar: {
      configMap: `${names.brokers}-sidecar`,
      image: agent.image,
      resources: containerResources(agent.sidecarResources, ceiling),
    },
  });
  const facts = phaseFacts(settings.coordination);
  const dedicated = controllers.mode === "dedicated" && facts.controllers !== "none";
  return [
    ...(facts.ensemble ? [ofEnsemble(ensembleNodes(set("zookeeper", zookeeper.resources)))] : []),
    ...(dedicated ? [ofNodes("controllers", controllerNodes(set("kafka-controller", controllers.resources)))] : []),
    ofNodes("brokers", brokerNodes(set("kafka", kafka.resources))),
  ];
}

function ofNodes(role: string, args: NodeSetArgs): PodSet {
  const { dynamic } = splitDynamic(args.properties, args.version);
  const { template } = nodeSetSpec(args);
  return {
    role,
    name: args.name,
    replicas: args.replicas,
    template,
    digest: shortDigest(template),
    live: new Map(dynamic),
  };
}

function ofEnsemble(args: EnsembleSetArgs): PodSet {
  const { template } = ensembleSetSpec(args);
  const { replicas } = args.ensemble.zookeeper;
  return { role: "zookeeper", name: args.name, replicas, template, digest: shortDigest(template), live: new Map() };
}
