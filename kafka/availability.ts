/** How long nodes may take to come and go, and how many of them may be away at once. Times in milliseconds. */
import { majority } from "./quorum.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;

export type NodeKind = "ensemble" | "broker";

/** Ready in this time on empty volumes: the register's budgets, by kind. */
export const READY_BUDGET: Readonly<Record<NodeKind, number>> = { ensemble: 180 * SECOND, broker: 300 * SECOND };
/** Longest wait of one `up`; a roll that takes longer goes on by itself and the next `up` finds where it is. */
const LONGEST_AWAIT = 4 * HOUR;

export interface NodeTimes {
  readonly kind: NodeKind;
  readonly replicas: number;
  /** Time for a controlled stop. */
  readonly terminationGrace: number;
  /** Time to come up, log recovery included. */
  readonly startupBudget: number;
}

/**
 * How long Pulumi waits for the nodes. Creating: pods start together on empty volumes, so the ready budget holds, twice
 * where starting is allowed as much, for image and volumes. Updating and deleting: one after the other.
 */
export function awaitTimes(times: NodeTimes): { create: number; update: number; delete: number } {
  const { kind, replicas, terminationGrace, startupBudget } = times;
  const ready = READY_BUDGET[kind];
  const bounded = (time: number) => Math.min(LONGEST_AWAIT, Math.max(ready, time));
  return {
    create: bounded(Math.min(startupBudget, 2 * ready)),
    update: bounded(replicas * (terminationGrace + startupBudget)),
    delete: bounded(replicas * terminationGrace),
  };
}

/** Milliseconds as Pulumi's customTimeouts and Kubernetes' seconds fields take them, rounded up. */
export function seconds(milliseconds: number): number {
  return Math.ceil(milliseconds / SECOND);
}

/**
 * Pods that must stay up in a voluntary disruption. Brokers: all but one. Ensembles: a majority. A single node has no
 * budget to keep: 1 would block every node drain for ever.
 */
export function minAvailable(kind: NodeKind, replicas: number): number {
  if (replicas < 2) return 0;
  return kind === "broker" ? replicas - 1 : Math.min(majority(replicas), replicas - 1);
}
