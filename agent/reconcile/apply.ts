/**
 * Carries out a plan: hundreds of topics a request, the broker's own message for every topic that it will not change. What
 * passes by itself (a moved controller, a busy broker) is tried again until the deadline; what somebody else did meanwhile
 * is reported as a race, for which the caller looks again.
 */
import { randomUUID } from "node:crypto";
import {
  ConfigResourceTypes,
  IncrementalAlterConfigOperationTypes,
  protocolErrors,
  protocolErrorsCodesById,
} from "@platformatic/kafka";
import { CHANGE_TIMEOUT, type Cluster } from "../connection.ts";
import { explainCode, type Patience, persist, TransientError } from "../retry.ts";
import { weighed } from "./batches.ts";
import { count } from "./format.ts";
import type { ConfigChange, Plan, TopicAction } from "./plan.ts";

export interface Failure {
  /** Name of the topic; `brokers` for their cluster-wide configuration, `features`, or `user <name>`. */
  readonly topic: string;
  /** The broker's own error, such as `INVALID_CONFIG: Unknown topic config name: foo`. */
  readonly message: string;
}
export interface Outcome {
  readonly failures: readonly Failure[];
  /** Something else changed the same topics at the same time; the plan has to be made again. */
  readonly raced: boolean;
}

/** Half of what a KRaft controller takes in one request, so that records which it adds itself find room too. */
const RECORDS_PER_REQUEST = 5_000;
/** Topics of one request where each is a record or two: short enough for a progress line now and then. */
const TOPICS_PER_REQUEST = 500;

type Of<K extends TopicAction["kind"]> = Extract<TopicAction, { kind: K }>;
type Creates = Of<"create"> | Of<"recreate">;
interface Answer {
  readonly name: string;
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
}
interface Step<A extends { readonly topic: string }> {
  readonly done: string;
  readonly actions: readonly A[];
  /** Metadata records that a change makes, about. */
  readonly records: (action: A) => number;
  readonly send: (batch: readonly A[]) => Promise<readonly Answer[]>;
  /** Errors which say that somebody else was quicker. */
  readonly races: readonly string[];
}

/**
 * Asks the brokers whether they would accept the plan, without changing anything, so that one topic's bad config does not
 * leave half a plan applied.
 */
export async function rehearse(cluster: Cluster, plan: Plan, patience: Patience): Promise<Outcome> {
  // A topic that is to be recreated still has its name; under a free one the rest of it can be tried all the same.
  const standIns = new Map(actionsOf(plan, "recreate").map((action) => [`rehearsal-${randomUUID()}`, action]));
  const recreates = [...standIns].map(([topic, action]) => ({ ...action, topic }));
  const { failures, raced } = total([
    await run(creating(cluster, [...actionsOf(plan, "create"), ...recreates], true), patience),
    await run(growing(cluster, plan, true), patience),
    await run(altering(cluster, plan, true), patience),
  ]);
  return { raced, failures: failures.map((one) => ({ ...one, topic: standIns.get(one.topic)?.topic ?? one.topic })) };
}

/** Applies the plan; deletes come first, so that what is recreated finds its name free. */
export async function apply(cluster: Cluster, plan: Plan, patience: Patience): Promise<Outcome> {
  const creates = plan.actions.filter((action) => action.kind === "create" || action.kind === "recreate");
  return total([
    await run(deleting(cluster, plan), patience, true),
    await run(creating(cluster, creates, false), patience, true),
    await run(growing(cluster, plan, false), patience, true),
    await run(altering(cluster, plan, false), patience, true),
  ]);
}

function deleting(cluster: Cluster, plan: Plan): Step<Of<"delete"> | Of<"recreate">> {
  return {
    done: "deleted",
    actions: plan.actions.filter((action) => action.kind === "delete" || action.kind === "recreate"),
    records: () => RECORDS_PER_REQUEST / TOPICS_PER_REQUEST,
    send: async (batch) => {
      const topics = batch.map(({ topic }) => ({ name: topic }));
      const answer = await cluster.call("controller", "DeleteTopics", topics, CHANGE_TIMEOUT);
      return answer.responses.map((one) => ({ ...one, name: one.name ?? "" }));
    },
    races: ["UNKNOWN_TOPIC_OR_PARTITION"],
  };
}

function creating(cluster: Cluster, actions: readonly Creates[], validateOnly: boolean): Step<Creates> {
  return {
    done: "created",
    actions,
    records: ({ spec }) =>
      Math.max(1 + spec.partitions + Object.keys(spec.config).length, RECORDS_PER_REQUEST / TOPICS_PER_REQUEST),
    send: async (batch) => {
      const topics = batch.map(({ topic, spec }) => ({
        name: topic,
        numPartitions: spec.partitions,
        replicationFactor: spec.replicationFactor,
        assignments: [],
        configs: Object.entries(spec.config).map(([name, value]) => ({ name, value })),
      }));
      return (await cluster.call("controller", "CreateTopics", topics, CHANGE_TIMEOUT, validateOnly)).topics;
    },
    races: ["TOPIC_ALREADY_EXISTS"],
  };
}

function growing(cluster: Cluster, plan: Plan, validateOnly: boolean): Step<Of<"grow">> {
  return {
    done: "grown",
    actions: actionsOf(plan, "grow"),
    records: ({ from, to }) => Math.max(to - from, RECORDS_PER_REQUEST / TOPICS_PER_REQUEST),
    send: async (batch) => {
      const topics = batch.map(({ topic, to }) => ({ name: topic, count: to, assignments: null }));
      return (await cluster.call("controller", "CreatePartitions", topics, CHANGE_TIMEOUT, validateOnly)).results;
    },
    races: ["UNKNOWN_TOPIC_OR_PARTITION", "INVALID_PARTITIONS"],
  };
}

function altering(cluster: Cluster, plan: Plan, validateOnly: boolean): Step<Of<"alter">> {
  return {
    done: "altered",
    actions: actionsOf(plan, "alter"),
    records: ({ changes }) => Math.max(changes.length, RECORDS_PER_REQUEST / TOPICS_PER_REQUEST),
    send: async (batch) => {
      const resources = batch.map(({ topic, changes }) => ({
        resourceType: ConfigResourceTypes.TOPIC,
        resourceName: topic,
        configs: changes.map(operation),
      }));
      const answer = await cluster.call("controller", "IncrementalAlterConfigs", resources, validateOnly);
      return answer.responses.map((one) => ({ ...one, name: one.resourceName }));
    },
    races: ["UNKNOWN_TOPIC_OR_PARTITION"],
  };
}

function operation({ key, to }: ConfigChange) {
  return to === null
    ? { name: key, configOperation: IncrementalAlterConfigOperationTypes.DELETE }
    : { name: key, configOperation: IncrementalAlterConfigOperationTypes.SET, value: to };
}

/** Sends one step's requests, each again for the topics whose error passes, until every topic is done, raced or failed. */
async function run<A extends { readonly topic: string }>(
  step: Step<A>,
  patience: Patience,
  progress = false,
): Promise<Outcome> {
  const failures: Failure[] = [];
  let raced = false;
  let done = 0;
  const batches = weighed(step.actions, step.records, RECORDS_PER_REQUEST);
  for (const batch of batches) {
    let open: readonly A[] = batch;
    let passing: Failure[] = [];
    const attempt = async (): Promise<void> => {
      passing = [];
      const answers = new Map((await step.send(open)).map((answer) => [answer.name, answer]));
      const again: A[] = [];
      for (const action of open) {
        const answer = answers.get(action.topic);
        const id = answer && protocolErrorsCodesById[answer.errorCode];
        const failure = { topic: action.topic, message: explainCode(answer?.errorCode ?? -1, answer?.errorMessage) };
        if (answer?.errorCode === 0) continue;
        if (id !== undefined && step.races.includes(id)) raced = true;
        else if (id !== undefined && protocolErrors[id]?.canRetry === true) {
          again.push(action);
          passing.push(failure);
        } else failures.push(failure);
      }
      open = again;
      if (passing[0]) throw new TransientError(`${passing[0].topic}: ${passing[0].message}`);
    };
    try {
      await persist(`${count(batch.length, "topic")} to be ${step.done}`, patience, attempt);
    } catch (error) {
      // Without an answer there is nothing to tell topic by topic.
      if (passing.length === 0) throw error;
      failures.push(...passing);
    }
    done += batch.length;
    if (progress && batches.length > 1) patience.say(`${step.done} ${done}/${step.actions.length} topics`);
  }
  return { failures, raced };
}

export function total(outcomes: readonly Outcome[]): Outcome {
  return {
    failures: outcomes.flatMap((outcome) => outcome.failures),
    raced: outcomes.some((outcome) => outcome.raced),
  };
}

function actionsOf<K extends TopicAction["kind"]>(plan: Plan, kind: K): Of<K>[] {
  return plan.actions.filter((action): action is Of<K> => action.kind === kind);
}
