/** When StatefulSets, Deployments, DaemonSets and Jobs count as ready. */
import { count, text, type Values } from "../../values.ts";
import { ownedBy, podProblems } from "./pods.ts";
import { type Awaiter, condition, isTrue, type Query, type State, selectorQuery } from "./state.ts";

const podsOf = (object: Values): Query => ({
  apiVersion: "v1",
  kind: "Pod",
  labels: selectorQuery((object["spec"] as Values)["selector"]),
});

const observed = (object: Values): boolean =>
  count(object, "status", "observedGeneration") >= count(object, "metadata", "generation");

/**
 * All replicas of the current generation exist, are ready and, unless the update waits for the user (OnDelete), run the
 * newest revision.
 */
export function statefulSetState(set: Values, related: readonly Values[]): State {
  const wanted = count(set, "spec", "replicas");
  const [replicas, ready, current, updated] = ["replicas", "readyReplicas", "currentReplicas", "updatedReplicas"].map(
    (field) => count(set, "status", field),
  ) as [number, number, number, number];
  const [from, to] = [text(set, "status", "currentRevision"), text(set, "status", "updateRevision")];
  const byHand = text(set, "spec", "updateStrategy", "type") === "OnDelete" && count(set, "metadata", "generation") > 1;
  const revisionReady = byHand || (from !== "" && from === to);
  const replicasReady = replicas === wanted && ready === wanted && (byHand || current === wanted);
  const pods = revisionReady ? ready : Math.min(ready, updated);
  const problems = [
    ...(replicasReady ? [] : [`${pods} out of ${wanted} replicas succeeded readiness checks`]),
    ...(revisionReady ? [] : [`StatefulSet controller failed to advance from revision "${from}" to revision "${to}"`]),
    ...podProblems(ownedBy(set, related)),
  ];
  return {
    ready: observed(set) && replicasReady && revisionReady,
    status: `Waiting for pods: ${pods}/${wanted} ready`,
    problems,
  };
}

/** Available, with the newest ReplicaSet rolled out. */
export function deploymentState(deployment: Values, related: readonly Values[]): State {
  const wanted = count(deployment, "spec", "replicas");
  const updated = count(deployment, "status", "updatedReplicas");
  const [available, progressing] = [condition(deployment, "Available"), condition(deployment, "Progressing")];
  const rolledOut = isTrue(progressing) && progressing?.["reason"] === "NewReplicaSetAvailable";
  const notes = [available, progressing].filter((found) => found && !isTrue(found));
  return {
    ready: observed(deployment) && isTrue(available) && rolledOut && updated >= wanted,
    status: `Waiting for pods: ${Math.min(updated, count(deployment, "status", "readyReplicas"))}/${wanted} available`,
    problems: [
      ...notes.map((found) => `[${text(found, "reason")}] ${text(found, "message")}`),
      ...podProblems(related),
    ],
  };
}

/** The newest pod runs and is ready on every node that wants one. */
export function daemonSetState(set: Values, related: readonly Values[]): State {
  const wanted = count(set, "status", "desiredNumberScheduled");
  const [updated, ready] = [count(set, "status", "updatedNumberScheduled"), count(set, "status", "numberReady")];
  return {
    ready: observed(set) && updated >= wanted && ready >= wanted,
    status: `Waiting for pods: ${Math.min(updated, ready)}/${wanted} ready`,
    problems: [
      ...(updated >= wanted && ready >= wanted ? [] : [`${Math.min(updated, ready)} out of ${wanted} pods are ready`]),
      ...podProblems(ownedBy(set, related)),
    ],
  };
}

/** Reasons for which the real provider gives a Job up at once; on any other it waits for the time-out. */
const FINAL = ["BackoffLimitExceeded", "DeadlineExceeded"];

/** Complete. A Job that failed for good fails with its own message and those of its pods. */
export function jobState(job: Values, related: readonly Values[]): State {
  const failure = condition(job, "Failed");
  const failed = isTrue(failure) && FINAL.includes(text(failure, "reason"));
  const [active, succeeded, lost] = ["active", "succeeded", "failed"].map((field) => count(job, "status", field));
  return {
    ready: isTrue(condition(job, "Complete")),
    failed,
    status: `Waiting for the Job to succeed (active: ${active ?? 0}, succeeded: ${succeeded ?? 0}, failed: ${lost ?? 0})`,
    problems: [
      ...(failed ? [`[${text(failure, "reason")}] ${text(failure, "message")}`] : []),
      ...podProblems(ownedBy(job, related)),
    ],
  };
}

const workload = (state: Awaiter["state"]): Awaiter => ({ timeout: 600, onRead: true, related: podsOf, state });

export const statefulSet = workload(statefulSetState);
export const deployment = workload(deploymentState);
export const daemonSet = workload(daemonSetState);
export const job: Awaiter = { ...workload(jobState), remembers: true };
