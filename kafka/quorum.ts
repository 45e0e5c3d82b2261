/** Who the KRaft voters are. The set is static in every version: it follows from the settings and never changes alone. */
import { type CoordinationInput, phaseFacts } from "./coordination.ts";
import { type ListenerPorts, podHost } from "./listeners.ts";

/** What the quorum follows from; {@link Settings} fits. */
export interface QuorumInput {
  readonly namespace: { readonly name: string };
  readonly names: {
    readonly brokers: string;
    readonly headless: string;
    readonly controllers: string;
    readonly controllersHeadless: string;
  };
  readonly kafka: { readonly replicas: number };
  readonly listeners: ListenerPorts;
  readonly controllers: { readonly mode: "combined" | "dedicated"; readonly replicas: number };
}

export interface Voter {
  readonly id: number;
  readonly pod: string;
  readonly host: string;
  readonly port: number;
}

/** Broker ids are pod ordinals; those of dedicated controllers start here, so that the two ranges never meet. */
export const CONTROLLER_ID_BASE = 100;

/** node.id of the first pod of a set of nodes; the others count up by ordinal. */
export function nodeIdBase(nodes: "brokers" | "controllers"): number {
  return nodes === "brokers" ? 0 : CONTROLLER_ID_BASE;
}

/** The voters, by id. */
export function voters(input: QuorumInput): Voter[] {
  const { names, controllers, kafka, listeners, namespace } = input;
  const dedicated = controllers.mode === "dedicated";
  const set = dedicated ? names.controllers : names.brokers;
  const headless = dedicated ? names.controllersHeadless : names.headless;
  const base = nodeIdBase(dedicated ? "controllers" : "brokers");
  return Array.from({ length: dedicated ? controllers.replicas : kafka.replicas }, (_, ordinal) => {
    const pod = `${set}-${ordinal}`;
    return { id: base + ordinal, pod, host: podHost(pod, headless, namespace.name), port: listeners.controller.port };
  });
}

/** `controller.quorum.voters`: `<id>@<host>:<port>,…`. */
export function quorumVoters(input: QuorumInput): string {
  return voters(input)
    .map(({ id, host, port }) => `${id}@${host}:${port}`)
    .join(",");
}

/** How many of `members` must agree, and so must stay up. */
export function majority(members: number): number {
  return Math.floor(members / 2) + 1;
}

/** Pods that vote: on metadata, or in a ZooKeeper ensemble. Controllers that wait for a migration keep nothing yet. */
export function votingPods({
  coordination,
  controllers,
  names,
  kafka,
  zookeeper,
}: Pick<QuorumInput, "controllers" | "kafka"> & {
  readonly coordination: CoordinationInput;
  readonly names: Pick<QuorumInput["names"], "brokers" | "controllers"> & { readonly zookeeper: string };
  readonly zookeeper: { readonly replicas: number };
}): string[] {
  const facts = phaseFacts(coordination);
  const pods = (name: string, replicas: number) =>
    Array.from({ length: replicas }, (_, ordinal) => `${name}-${ordinal}`);
  const onQuorum = facts.controllers === "kraft" || facts.controllers === "kraft-dual-write";
  const dedicated = controllers.mode === "dedicated";
  return [
    ...(facts.ensemble ? pods(names.zookeeper, zookeeper.replicas) : []),
    ...(onQuorum && dedicated ? pods(names.controllers, controllers.replicas) : []),
    ...(onQuorum && !dedicated ? pods(names.brokers, kafka.replicas) : []),
  ];
}
