/**
 * Who may open a connection to which of the platform's pods: one table, from which the network policies and their page of
 * documentation follow. A new component is a new row, and its ports in {@link openPorts}.
 */
import { phaseFacts } from "./coordination.ts";
import { ENSEMBLE_TLS, ensembleTls } from "./ensembleTls.ts";
import type { App } from "./labels.ts";
import { type ListenerPurpose, nodeListeners } from "./listeners.ts";
import type { PropertiesInput } from "./propertyGroups.ts";
import { listenerSets } from "./security.ts";
import { brokerRole } from "./serverProperties.ts";
import { SIDECAR } from "./sidecar.ts";
import { ensemblePorts } from "./zookeeper.ts";

/** What a flow starts from: pods of the platform, of applications, of Prometheus, or anything outside the cluster. */
export type Source = App | "clients" | "prometheus" | "outside";

/** A port of the pods that a flow leads to. */
export type FlowPort =
  | "client"
  | "secure"
  | "replication"
  | "controller"
  | "external"
  | "sidecar"
  | "peer"
  | "election"
  | "metrics";

export interface Flow {
  readonly from: readonly Source[];
  readonly to: App;
  readonly ports: readonly FlowPort[];
  /** Name of the NetworkPolicy that lets it in; one policy has one target. */
  readonly policy: string;
  /** Holds only while there is a ZooKeeper ensemble, or one that keeps something for whoever speaks plain text. */
  readonly withZooKeeper?: true | "plain";
  /** What would no longer work without it. */
  readonly why: string;
}

/**
 * A row counts as far as its pods and ports exist: combined nodes have a controller port, brokers beside controllers have
 * none. What is not here is refused: that is every connection to a pod of an agent's Job.
 */
export const FLOWS: readonly Flow[] = [
  {
    from: ["clients"],
    to: "kafka",
    ports: ["client"],
    policy: "kafka-client-access",
    why: "Applications write and read.",
  },
  {
    from: ["outside"],
    to: "kafka",
    ports: ["external"],
    policy: "kafka-external-access",
    why: "Clients outside the cluster write and read, by load balancers or ports of the nodes.",
  },
  {
    from: ["kafka"],
    to: "kafka",
    ports: ["replication", "controller", "sidecar"],
    policy: "kafka-platform-access",
    why: "Brokers replicate, combined nodes vote, and sidecars agree on who may stop.",
  },
  {
    from: ["kafka"],
    to: "kafka",
    ports: ["client"],
    policy: "kafka-platform-access",
    // Its bootstrap is localhost; from there on it dials the address that each broker advertises.
    why: "Kafka's own tools, run in one broker's pod, are sent on to the others.",
  },
  {
    from: ["kafka-controller"],
    to: "kafka",
    ports: ["replication"],
    policy: "kafka-platform-access",
    withZooKeeper: true,
    why: "Controllers send requests to brokers that are still on ZooKeeper, on the way to KRaft.",
  },
  {
    from: ["kafka-agent"],
    to: "kafka",
    ports: ["client"],
    policy: "kafka-platform-access",
    why: "Jobs reconcile topics, move replicas, look for drift and verify the cluster.",
  },
  {
    from: ["kafka", "kafka-controller"],
    to: "kafka-controller",
    ports: ["controller"],
    policy: "kafka-controller-access",
    why: "Brokers follow the metadata, and controllers vote.",
  },
  {
    from: ["kafka-controller"],
    to: "kafka-controller",
    ports: ["sidecar"],
    policy: "kafka-controller-access",
    why: "Sidecars of controllers agree on who may stop.",
  },
  {
    from: ["kafka", "kafka-controller", "kafka-agent"],
    to: "zookeeper",
    ports: ["client"],
    policy: "zookeeper-access",
    withZooKeeper: "plain",
    why: "Brokers keep metadata there; on the way to KRaft controllers and the Jobs between two phases read and write it.",
  },
  {
    from: ["kafka", "kafka-controller", "kafka-agent"],
    to: "zookeeper",
    ports: ["secure"],
    policy: "zookeeper-access",
    why: "The same, with certificates.",
  },
  {
    from: ["zookeeper"],
    to: "zookeeper",
    ports: ["client", "peer", "election"],
    policy: "zookeeper-access",
    why: "Members replicate and elect a leader, and new ones ask who leads.",
  },
  {
    from: ["prometheus"],
    to: "zookeeper",
    ports: ["metrics"],
    policy: "zookeeper-access",
    why: "Prometheus reads metrics.",
  },
];

/** What the pods and their ports follow from; {@link Settings} fits. */
export type PortsInput = Pick<
  PropertiesInput,
  "coordination" | "controllers" | "listeners" | "externalAccess" | "security"
>;

/** Whether pods of an app are part of a stack; ones that are stopped count, as they were running a step before. */
function exists(app: App, { coordination, controllers }: PortsInput): boolean {
  const facts = phaseFacts(coordination);
  if (app === "zookeeper") return facts.ensemble;
  return app !== "kafka-controller" || (controllers.mode === "dedicated" && facts.controllers !== "none");
}

const PORT_OF: Readonly<Record<ListenerPurpose, FlowPort>> = {
  CLIENT: "client",
  REPLICATION: "replication",
  CONTROLLER: "controller",
  EXTERNAL: "external",
};

/** The ports that pods of an app listen on: two of a kind where listeners of another mode are open beside those in use. */
export function openPorts(app: App, input: PortsInput): Partial<Record<FlowPort, readonly number[]>> {
  if (app === "kafka-agent") return {};
  if (app === "zookeeper") {
    return Object.fromEntries(Object.entries(ensemblePorts(ensembleTls(input))).map(([name, port]) => [name, [port]]));
  }
  const role = app === "kafka" ? brokerRole(input) : "controller";
  const open: Partial<Record<FlowPort, number[]>> = { sidecar: [SIDECAR.port] };
  for (const { purpose, port } of nodeListeners(role, listenerSets(input))) (open[PORT_OF[purpose]] ??= []).push(port);
  return open;
}

export interface ActiveFlow {
  readonly from: readonly Source[];
  readonly to: App;
  readonly ports: readonly number[];
  readonly policy: string;
}

const isApp = (source: Source): source is App => !["clients", "prometheus", "outside"].includes(source);

/** The rows that count in a stack, with their sources and ports as far as these exist. */
export function activeFlows(input: PortsInput): ActiveFlow[] {
  const { ensemble } = phaseFacts(input.coordination);
  const plain = ensemble && !ENSEMBLE_TLS[ensembleTls(input)].enforced;
  const holds = ({ withZooKeeper }: Flow) =>
    withZooKeeper === undefined || (withZooKeeper === "plain" ? plain : ensemble);
  return FLOWS.filter((flow) => exists(flow.to, input) && holds(flow))
    .map(({ from, to, ports, policy }) => {
      const open = openPorts(to, input);
      return {
        from: from.filter((source) => !isApp(source) || exists(source, input)),
        to,
        ports: ports.flatMap((port) => open[port] ?? []),
        policy,
      };
    })
    .filter(({ from, ports }) => from.length > 0 && ports.length > 0);
}
