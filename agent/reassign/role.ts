/** The role `reassign`: what preflight and settle do with replicas, by hand. */
import type { Cluster } from "../connection.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import type { Output } from "../output.ts";
import { count } from "../reconcile/format.ts";
import { type Patience, persist } from "../retry.ts";
import type { Move } from "./layout.ts";
import { planDrain, planSpread } from "./plan.ts";
import { drain, ImpossibleError, spread } from "./reassign.ts";
import { observeCluster, partitionName, targets } from "./state.ts";

export interface ReassignRoleOptions {
  readonly replicas: number;
  readonly throttle: number | null;
  /** Only show the moves. */
  readonly dryRun: boolean;
  readonly deadline: number;
}

/** The document of `--json`. */
export interface ReassignReport {
  readonly outcome: "moved" | "unchanged" | "planned" | "refused";
  readonly moves: readonly Move[];
}

export async function reassign(cluster: Cluster, options: ReassignRoleOptions, out: Output): Promise<ExitCode> {
  const { replicas, throttle } = options;
  const patience: Patience = { deadline: options.deadline, say: out.progress };
  const state = await persist("an answer about replicas", patience, () => observeCluster(cluster));
  const stay = state.brokers.filter(({ id }) => id < replicas);
  const drained = planDrain(targets(state), stay);
  const moved = new Map(drained.moves.map((move) => [partitionName(move.topic, move.partition), move]));
  const after = targets(state).map((one) => moved.get(partitionName(one.topic, one.partition)) ?? one);
  const moves = [...drained.moves, ...planSpread(after, stay)];
  const end = (outcome: ReassignReport["outcome"], code: ExitCode, line: string) => {
    (code === EXIT.ok ? out.line : out.bad)(line);
    out.document({ outcome, moves } satisfies ReassignReport);
    return code;
  };
  for (const { topic, partition, from, replicas: to } of moves) {
    out.line(`~ ${partitionName(topic, partition)}  [${from.join(", ")}] → [${to.join(", ")}]`);
  }
  if (options.dryRun) {
    const code = moves.length + drained.impossible.length > 0 ? EXIT.drift : EXIT.ok;
    return end("planned", code, `${count(moves.length, "partition")} would move; nothing was changed`);
  }
  try {
    await drain(cluster, replicas, { patience, throttle });
  } catch (error) {
    if (!(error instanceof ImpossibleError)) throw error;
    return end("refused", EXIT.refused, `refused: ${error.message}`);
  }
  await spread(cluster, replicas, { patience, throttle });
  return end(moves.length > 0 ? "moved" : "unchanged", EXIT.ok, `moved ${count(moves.length, "partition")}`);
}
