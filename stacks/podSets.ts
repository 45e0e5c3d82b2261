/** The sets of pods that hold a cluster, from its settings alone: what a change of settings does to them can be told before. */
import { shortDigest } from "../components/digest.ts";
import { type EnsembleSetArgs, ensembleNodes, ensembleSetSpec } from "../components/ensembleSet.ts";
import { type NodeSetArgs, nodeSetSpec } from "../components/nodeSet.ts";
import { brokerNodes, controllerNodes } from "../components/nodeSets.ts";
import { splitDynamic } from "../kafka/serverProperties.ts";
import type { AppliedShape } from "./appliedShape.ts";
import { nodeArguments } from "./nodes.ts";

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
  const { ensemble, controllers, brokers } = nodeArguments(settings, "");
  return [
    ...(ensemble ? [ofEnsemble(ensembleNodes(ensemble))] : []),
    ...(controllers ? [ofNodes("controllers", controllerNodes(controllers))] : []),
    ofNodes("brokers", brokerNodes(brokers)),
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
