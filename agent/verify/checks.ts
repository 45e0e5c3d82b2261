/** The register's checks (R-VAL rows) as data: what each asks, when it does not apply, and how it is answered. */

import { once } from "node:events";
import { connect } from "node:net";
import type { TopicSpec } from "../../kafka/topicFile.ts";
import type { VerifySpec } from "../../kafka/verifySpec.ts";
import type { Cluster, ClusterOptions } from "../connection.ts";
import { count, formatAction } from "../reconcile/format.ts";
import { describeTopics, observe } from "../reconcile/observe.ts";
import { planTopics } from "../reconcile/plan.ts";
import { explainCode, type Patience, TransientError } from "../retry.ts";
import { ensureTopic, groupCoordinator } from "./groundwork.ts";
import { roundTrip } from "./roundTrip.ts";

export interface Context {
  readonly cluster: Cluster;
  readonly options: ClusterOptions;
  readonly spec: VerifySpec;
  /** Declared topics; absent where the caller gave none. */
  readonly topics: readonly TopicSpec[] | undefined;
  readonly patience: Patience;
}
export interface Check {
  /** Row of the requirements register. */
  readonly id: string;
  readonly title: string;
  /** Why the check does not apply to this stack; absent where it always applies. */
  readonly skip?: (context: Context) => string | undefined;
  /**
   * @returns what was found, in a few words
   * @throws TransientError for what may settle by itself, Error for what will not
   */
  readonly run: (context: Context) => Promise<string>;
}

const MIN_ISR = "min.insync.replicas";
const CATCH_UP_MS = 30_000n;
const CONNECT_MS = 5_000;

const zookeeper = ({ spec }: Context) =>
  spec.mode === "zookeeper" ? "metadata lives in ZooKeeper, whose own probes tell of its health" : undefined;
const elsewhere = (id: string, title: string, reason: string): Check => ({
  id,
  title,
  skip: () => reason,
  run: () => Promise.resolve(reason),
});

export const CHECKS: readonly Check[] = [
  elsewhere("R-VAL-01", "namespace", "the API server knows; this Job runs in it"),
  { id: "R-VAL-02", title: "quorum has a leader and its voters", skip: zookeeper, run: quorumVoters },
  { id: "R-VAL-03", title: "brokers registered", run: brokersRegistered },
  elsewhere("R-VAL-04", "Schema Registry pods", "not part of this stack"),
  elsewhere("R-VAL-05", "Connect pods", "not part of this stack"),
  { id: "R-VAL-06", title: "quorum's voters keep up", skip: zookeeper, run: quorumKeepsUp },
  { id: "R-VAL-07", title: "brokers answer at their advertised addresses", run: brokersAnswer },
  { id: "R-VAL-08", title: "topics as declared", skip: noFolder, run: topicsAsDeclared },
  { id: "R-VAL-09", title: "critical topics replicated", skip: noCriticalTopics, run: criticalTopics },
  elsewhere("R-VAL-10", "Schema Registry reachable", "not part of this stack"),
  elsewhere("R-VAL-11", "Connect reachable", "not part of this stack"),
  { id: "R-VAL-12", title: "a transaction written and read back", run: transaction },
  { id: "R-VAL-13", title: "no under-replicated partition", run: inSync },
  elsewhere("R-VAL-14", "volumes bound", "the API server knows; brokers would not start without"),
  { id: "R-VAL-15", title: "services reachable", skip: noServices, run: servicesReachable },
];

async function quorum(cluster: Cluster) {
  const request = [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }];
  const { errorCode, errorMessage, topics } = await cluster.call("any", "DescribeQuorum", request);
  if (errorCode !== 0) throw new Error(explainCode(errorCode, errorMessage));
  const [partition] = topics.flatMap((topic) => topic.partitions);
  if (!partition || partition.leaderId < 0) throw new TransientError("the quorum has no leader");
  return partition;
}

async function quorumVoters({ cluster, spec }: Context): Promise<string> {
  const { leaderId, currentVoters } = await quorum(cluster);
  const found = currentVoters.map((voter) => voter.replicaId).toSorted(ascending);
  const wanted = spec.controllers.toSorted(ascending);
  if (found.join() !== wanted.join()) throw new Error(`found voters ${list(found)}, expected ${list(wanted)}`);
  return `leader ${leaderId}, voters ${list(found)}`;
}

async function quorumKeepsUp({ cluster }: Context): Promise<string> {
  const { currentVoters } = await quorum(cluster);
  const newest = currentVoters.reduce((max, one) => bigger(max, one.lastCaughtUpTimestamp), 0n);
  const late = currentVoters.filter((voter) => newest - voter.lastCaughtUpTimestamp > CATCH_UP_MS);
  if (late.length > 0) throw new TransientError(`voters ${list(late.map((voter) => voter.replicaId))} lag behind`);
  return `${count(currentVoters.length, "voter")} within ${CATCH_UP_MS / 1000n} s of the leader`;
}

async function brokersRegistered({ cluster, spec }: Context): Promise<string> {
  const { brokers } = await cluster.call("any", "Metadata", [], false, false);
  const text = `${brokers.length}/${spec.brokers}`;
  if (brokers.length < spec.brokers) throw new TransientError(`${text} brokers`);
  return text;
}

async function brokersAnswer({ cluster }: Context): Promise<string> {
  const { brokers } = await cluster.call("any", "Metadata", [], false, false);
  for (const broker of brokers) await cluster.call(broker, "Metadata", [], false, false);
  return brokers.map(({ nodeId, host, port }) => `${nodeId} at ${host}:${port}`).join(", ");
}

async function topicsAsDeclared({ cluster, topics = [] }: Context): Promise<string> {
  const { topics: actual } = await observe(cluster, new Set(topics.map((topic) => topic.name)));
  const { actions } = planTopics(topics, actual);
  const [first] = actions;
  if (first) throw new Error(`${count(actions.length, "difference")}, such as ${formatAction(first)}`);
  return `${topics.length}/${topics.length}`;
}

async function criticalTopics({ cluster, spec }: Context): Promise<string> {
  const names = spec.criticalTopics.map((topic) => topic.name);
  const { topics } = await observe(cluster, new Set());
  const described = await describeTopics(
    cluster,
    names.filter((name) => topics.has(name)),
    [MIN_ISR],
  );
  const minIsr = new Map(described.map(({ resourceName, configs }) => [resourceName, Number(configs[0]?.value)]));
  const problems = spec.criticalTopics.flatMap(({ name, replicationFactor, minInSyncReplicas }) => {
    const topic = topics.get(name);
    if (!topic) return [`${name} does not exist`];
    const rows = [
      ["replication factor", topic.replicationFactor, replicationFactor],
      [MIN_ISR, minIsr.get(name) ?? Number.NaN, minInSyncReplicas],
    ] as const;
    return rows.flatMap(([what, found, wanted]) =>
      found === wanted ? [] : [`${name}: found ${what} ${found}, expected ${wanted}`],
    );
  });
  if (problems.length > 0) throw new Error(problems.join("; "));
  return names.join(", ");
}

async function transaction({ cluster, options, spec, patience }: Context): Promise<string> {
  await ensureTopic(cluster, spec.roundTripTopic, patience);
  const { wrote, read } = await roundTrip(cluster, options, spec.roundTripTopic, 3, patience);
  const coordinator = await groupCoordinator(cluster, patience);
  return `wrote ${wrote}, read ${read} on ${spec.roundTripTopic}; consumer groups coordinated by broker ${coordinator}`;
}

async function inSync({ cluster }: Context): Promise<string> {
  const { topics } = await cluster.call("any", "Metadata", null, false, false);
  const partitions = topics.flatMap(({ name, partitions: own }) => own.map((partition) => ({ name, ...partition })));
  const behind = partitions.filter(({ isrNodes, replicaNodes }) => isrNodes.length < replicaNodes.length);
  const [first] = behind;
  if (first) {
    const which = `${first.name ?? ""}-${first.partitionIndex} with in-sync replicas ${list(first.isrNodes)} of ${list(first.replicaNodes)}`;
    throw new TransientError(`${behind.length} of ${count(partitions.length, "partition")}, such as ${which}`);
  }
  return `0 of ${count(partitions.length, "partition")}`;
}

async function servicesReachable({ spec }: Context): Promise<string> {
  for (const { name, host, port } of spec.services) {
    const socket = connect({ host, port, timeout: CONNECT_MS });
    try {
      socket.once("timeout", () => socket.destroy(new Error(`no connection within ${CONNECT_MS} ms`)));
      await once(socket, "connect");
    } catch (error) {
      throw new TransientError(`${name} at ${host}:${port}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      socket.destroy();
    }
  }
  return spec.services.map(({ name, port }) => `${name}:${port}`).join(", ");
}

function noCriticalTopics({ spec }: Context): string | undefined {
  return spec.criticalTopics.length === 0 ? "no topic is marked critical" : undefined;
}

function noFolder({ topics }: Context): string | undefined {
  return topics === undefined ? "no folder of declared topics was given" : undefined;
}

function noServices({ spec }: Context): string | undefined {
  return spec.services.length === 0 ? "no service is named" : undefined;
}

const ascending = (a: number, b: number) => a - b;
const bigger = (a: bigint, b: bigint) => (a > b ? a : b);
const list = (ids: readonly number[]) => `[${ids.join(", ")}]`;
