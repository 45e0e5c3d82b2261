/** Why a pod is not ready, in the words of the real provider (provider/pkg/await/checker/pod/check.go). */
import { at, count, isMap, list, text, type Values } from "../../values.ts";
import { type Awaiter, condition, isTrue, type State } from "./state.ts";

const podName = (pod: Values): string => `${text(pod, "metadata", "namespace")}/${text(pod, "metadata", "name")}`;

function trimmed(message: string): string {
  return message
    .replace("rpc error: code = Unknown desc = Error response from daemon: ", "")
    .replace(/: manifest unknown$/, "")
    .trimEnd();
}

/** What a container that is not ready says about itself: why it waits, how it ended, how its last run ended. */
export function containerProblems(status: Values): string[] {
  if (status["ready"] === true) return [];
  const problems: string[] = [];
  const waiting = at(status, "state", "waiting");
  if (isMap(waiting) && text(waiting, "reason") !== "ContainerCreating") {
    problems.push(`[${text(waiting, "reason")}] ${trimmed(text(waiting, "message"))}`);
  }
  const ended = at(status, "state", "terminated");
  if (isMap(ended) && text(ended, "reason") !== "") {
    const message = text(ended, "message");
    const plain = `container "${text(status, "name")}" completed with exit code ${count(ended, "exitCode")}`;
    problems.push(message === "" ? plain : `[${text(ended, "reason")}] ${trimmed(message)}`);
  }
  const last = at(status, "lastState", "terminated");
  if (isMap(last)) {
    const how = `${text(last, "reason")}: exit code ${count(last, "exitCode")}`;
    problems.push(`container "${text(status, "name")}" terminated at ${text(last, "finishedAt")} (${how})`);
    if (text(last, "message") !== "") problems.push(text(last, "message"));
  }
  return problems;
}

/** Why the pod is not scheduled, initialised or ready; undefined when it is fine or only on its way. */
export function podProblem(pod: Values): string | undefined {
  const scheduled = condition(pod, "PodScheduled");
  if (!scheduled) return undefined;
  if (!isTrue(scheduled)) {
    const message = text(scheduled, "message");
    return message === "" ? undefined : `[Pod ${podName(pod)}]: ${message}`;
  }
  if (text(pod, "status", "phase") === "Succeeded") return undefined;
  const open = [condition(pod, "Initialized"), condition(pod, "Ready")].find((found) => found && !isTrue(found));
  if (!open) return undefined;
  const statuses = [...list(pod, "status", "initContainerStatuses"), ...list(pod, "status", "containerStatuses")];
  const problems = statuses.filter(isMap).flatMap(containerProblems);
  const message = text(open, "reason") === "" ? "" : text(open, "message");
  if (problems.length === 0 && message === "") return undefined;
  return `[Pod ${podName(pod)}]: ${[message, ...problems].filter(Boolean).join("\n")}`;
}

export const podProblems = (pods: readonly Values[]): string[] =>
  pods.map(podProblem).filter((text) => text !== undefined);

/** Pods that belong to an object, of all that carry its labels. */
export function ownedBy(owner: Values, pods: readonly Values[]): Values[] {
  const uid = text(owner, "metadata", "uid");
  return pods.filter((pod) =>
    list(pod, "metadata", "ownerReferences").some((reference) => text(reference, "uid") === uid),
  );
}

function podState(pod: Values): State {
  const ready = isTrue(condition(pod, "Ready")) || text(pod, "status", "phase") === "Succeeded";
  const steps = [
    ["PodScheduled", "be scheduled"],
    ["Initialized", "be initialised"],
    ["Ready", "be ready"],
  ] as const;
  const next = steps.find(([type]) => !isTrue(condition(pod, type)))?.[1] ?? "be ready";
  return { ready, status: `Waiting for the pod to ${next}`, problems: podProblems([pod]) };
}

export const pod: Awaiter = { timeout: 600, onRead: true, state: podState };
