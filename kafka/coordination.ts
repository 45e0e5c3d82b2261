/**
 * Where cluster metadata lives, and the way from ZooKeeper to KRaft: one phase a run, each with what runs in it and how.
 * Source: Kafka 3.9's documentation, "ZooKeeper to KRaft Migration" (KIP-866).
 */
import type { CoordinationMode } from "./versions.ts";

/**
 * Phases of a cluster that started on ZooKeeper, in their order; `rollback` is the way back. After `kraft` the mode itself
 * becomes kraft, which takes ZooKeeper away.
 */
export const PHASES = ["zookeeper", "controllers", "dual-write", "brokers-kraft", "kraft", "rollback"] as const;
export type Phase = (typeof PHASES)[number];

/** {@link Settings}.coordination fits. */
export interface CoordinationInput {
  readonly mode: CoordinationMode;
  /** Counts with mode zookeeper only. */
  readonly phase: Phase;
}

/** How the pods of one set take part in coordination. */
export type NodeCoordination =
  /** Metadata from the quorum; storage is formatted. */
  | "kraft"
  /** A controller that waits for the brokers of a ZooKeeper cluster to register, and has copied nothing yet. */
  | "kraft-waiting"
  /** A controller that writes to ZooKeeper too. */
  | "kraft-dual-write"
  /** A broker that knows ZooKeeper alone. */
  | "zookeeper"
  /** A broker on ZooKeeper that a quorum of controllers leads. */
  | "zookeeper-migrating";

/** What a phase consists of. */
export interface PhaseFacts {
  readonly ensemble: boolean;
  /** `none`: not there; `stopped`: there without pods. */
  readonly controllers: "none" | "stopped" | Extract<NodeCoordination, `kraft${string}`>;
  readonly brokers: Exclude<NodeCoordination, "kraft-waiting" | "kraft-dual-write">;
  /** Whether the ensemble, or the controllers, may be deleted by the next step. */
  readonly expendable: "ensemble" | "controllers" | "nothing";
  /** What the program waits for or does in ZooKeeper during this phase. */
  readonly step?: "copied" | "return";
}

const FACTS: Readonly<Record<Phase, PhaseFacts>> = {
  zookeeper: { ensemble: true, controllers: "none", brokers: "zookeeper", expendable: "nothing" },
  controllers: { ensemble: true, controllers: "kraft-waiting", brokers: "zookeeper", expendable: "controllers" },
  "dual-write": {
    ensemble: true,
    controllers: "kraft-dual-write",
    brokers: "zookeeper-migrating",
    expendable: "nothing",
    step: "copied",
  },
  "brokers-kraft": { ensemble: true, controllers: "kraft-dual-write", brokers: "kraft", expendable: "nothing" },
  kraft: { ensemble: true, controllers: "kraft", brokers: "kraft", expendable: "ensemble" },
  rollback: {
    ensemble: true,
    controllers: "stopped",
    brokers: "zookeeper",
    expendable: "controllers",
    step: "return",
  },
};
const ON_KRAFT: PhaseFacts = { ensemble: false, controllers: "kraft", brokers: "kraft", expendable: "nothing" };

/** What runs, and how; a cluster that never saw ZooKeeper, or left it, has none of it. */
export function phaseFacts({ mode, phase }: CoordinationInput): PhaseFacts {
  return mode === "kraft" ? ON_KRAFT : FACTS[phase];
}

/** Whether nodes of this kind talk to ZooKeeper. */
export function usesZooKeeper(node: NodeCoordination): boolean {
  return node !== "kraft";
}

/** Where a cluster is on its way: a phase, or `done` once the mode itself is kraft. */
export type Stage = Phase | "done";

/** What one run may do next. */
export interface Steps {
  readonly forward?: Stage;
  readonly back?: Stage;
  /** The step forward cannot be taken back. */
  readonly forGood?: true;
}

/** The legal steps: one phase a run, and a way back as long as ZooKeeper is kept up to date. */
export const STEPS: Readonly<Record<Stage, Steps>> = {
  zookeeper: { forward: "controllers" },
  controllers: { forward: "dual-write", back: "zookeeper" },
  "dual-write": { forward: "brokers-kraft", back: "rollback" },
  "brokers-kraft": { forward: "kraft", forGood: true, back: "dual-write" },
  kraft: { forward: "done" },
  rollback: { forward: "zookeeper" },
  done: {},
};

/** A stack of before the phases has none. */
export function stageOf(coordination: { readonly mode: CoordinationMode; readonly phase?: Phase }): Stage {
  return coordination.mode === "kraft" ? "done" : (coordination.phase ?? "zookeeper");
}

/** The setting that a stage is written as. */
export function stageSetting(stage: Stage): string {
  return stage === "done" ? "coordination.mode=kraft" : `coordination.phase=${stage}`;
}

/** One line for the preview: where the cluster is, what may come next, and whether there is a way back from there. */
export function stageAdvice(stage: Stage): string {
  const { forward, back, forGood } = STEPS[stage];
  const next = forward === undefined ? "" : `; next ${stageSetting(forward)}`;
  const warning = forGood ? ", the point of no return: from there on nothing leads back to ZooKeeper" : "";
  const wayBack = back === undefined ? "" : `; back ${stageSetting(back)}`;
  return `${stage}${next}${warning}${wayBack}`;
}
