/**
 * The role `preflight`, before brokers are changed: finds that there is no cluster yet, or that the cluster can stand a
 * roll; moves everything away from brokers that are about to go, and proves that nothing is left there.
 */
import { lookup } from "node:dns/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Phase } from "../../kafka/coordination.ts";
import type { Cluster } from "../connection.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import type { Output } from "../output.ts";
import { cordon } from "../reassign/cordon.ts";
import { drain, ImpossibleError } from "../reassign/reassign.ts";
import { observeCluster } from "../reassign/state.ts";
import { count } from "../reconcile/format.ts";
import { backOff, explain, type Patience, persist, TransientError } from "../retry.ts";
import { needsAnswer, wrongStart } from "./coordination.ts";
import { type HealthOptions, healthProblems } from "./health.ts";
import { reachable } from "./reach.ts";
import { unreadable } from "./release.ts";

export interface PreflightOptions extends HealthOptions {
  readonly brokers: readonly string[];
  /** A name that has addresses where, and only where, pods of brokers exist; their headless Service. */
  readonly discovery: string | null;
  /** Name of the pod after the last one that stays: where it has an address, brokers are about to go. */
  readonly leaving: string | null;
  /** The phase on the way from ZooKeeper to KRaft that the change leads to; null where there is no ZooKeeper. */
  readonly phase: Phase | null;
  /** Newest metadata version that the release reads which is to run; null where the cluster has none. */
  readonly reads: string | null;
  /** False lets an ill cluster pass, with its problems said; what brokers hold is moved away all the same. */
  readonly checks: boolean;
  /** How long problems may last, in milliseconds. */
  readonly wait: number;
  /** How long nobody may answer where pods exist, in milliseconds. */
  readonly grace: number;
  /** Bytes a second and broker; null for no limit. */
  readonly throttle: number | null;
  readonly deadline: number;
}

/** The document of `--json`. */
export interface PreflightReport {
  readonly outcome: "no cluster" | "not running" | "ready" | "refused";
  readonly problems: readonly string[];
  /** Partitions that were moved away. */
  readonly moved: number;
}

const OVERRIDE = "mend this first, or let it pass by allowUnsafe: [{ rule: preflight, reason: …, until: … }]";

export async function preflight(cluster: Cluster, options: PreflightOptions, out: Output): Promise<ExitCode> {
  const end = (outcome: PreflightReport["outcome"], line: string, problems: readonly string[] = [], moved = 0) => {
    const refused = outcome === "refused";
    for (const problem of problems) (refused ? out.bad : out.line)(`x ${problem}`);
    (refused ? out.bad : out.line)(line);
    out.document({ outcome, problems, moved } satisfies PreflightReport);
    return refused ? EXIT.refused : EXIT.ok;
  };

  if (options.discovery !== null && !(await exists(options.discovery))) {
    return end("no cluster", `no cluster yet: ${options.discovery} has no address`);
  }
  const patience: Patience = { deadline: options.deadline, say: out.progress };
  if (!(await answers(options, patience))) {
    if (options.leaving !== null && (await exists(options.leaving))) {
      const line = `refused: ${options.leaving} is about to go, and no broker answers that could say what it holds`;
      return end("refused", `${line}; bring the brokers up first`);
    }
    if (needsAnswer(options.phase) && options.checks) {
      return end("refused", `refused: no broker answers that could say whether it is on ZooKeeper; ${OVERRIDE}`);
    }
    return end("not running", "no broker runs, so that a change takes nothing away from clients");
  }

  const obstacle = await persist(
    "an answer of the brokers",
    briefly(options, patience),
    async () => (await wrongStart(cluster, options.phase)) ?? (await unreadable(cluster, options.reads)),
  );
  if (obstacle !== undefined) return end("refused", `refused: ${obstacle}`);
  const problems = await lasting(cluster, options, patience);
  if (problems.length > 0 && options.checks) {
    return end("refused", `refused: the cluster cannot stand a roll; ${OVERRIDE}`, problems);
  }
  try {
    await closeForNewReplicas(cluster, options.replicas, out);
    const moved = await drain(cluster, options.replicas, { patience, throttle: options.throttle });
    const empty = `nothing on brokers from ${options.replicas} up${moved > 0 ? `, ${count(moved, "partition")} moved` : ""}`;
    return end("ready", `${problems.length > 0 ? "let pass" : "ready for a roll"}: ${empty}`, problems, moved);
  } catch (error) {
    if (!(error instanceof ImpossibleError)) throw error;
    return end("refused", `refused: ${error.message}`, problems);
  }
}

/** As far as the brokers know how: what lands on them all the same is found after the change, and moved away then. */
async function closeForNewReplicas(cluster: Cluster, replicas: number, out: Output): Promise<void> {
  try {
    const going = (await observeCluster(cluster)).brokers.filter(({ id }) => id >= replicas);
    const closed = await cordon(cluster, going);
    if (closed > 0) out.progress(`no new replicas go to ${count(closed, "broker")} from now on`);
  } catch (error) {
    out.progress(`new replicas may still go to brokers from ${replicas} up: ${explain(error)}`);
  }
}

/** As long as problems may last. */
function briefly({ wait }: PreflightOptions, patience: Patience): Patience {
  return { ...patience, deadline: Math.min(patience.deadline, Date.now() + wait) };
}

/** The problems that are still there after the wait; none as soon as there are none. */
async function lasting(cluster: Cluster, options: PreflightOptions, patience: Patience): Promise<string[]> {
  const { deadline } = options.checks ? briefly(options, patience) : { deadline: Date.now() };
  let problems: string[] = [];
  try {
    await persist("a cluster that can stand a roll", { ...patience, deadline }, async () => {
      problems = await healthProblems(cluster, options);
      if (problems.length > 0) throw new TransientError(problems.join("; "));
    });
    return [];
  } catch (error) {
    if (problems.length === 0) throw error;
    return problems;
  }
}

/** Whether any broker accepts connections; false where each one refuses, or has no address, to the end of the grace. */
async function answers({ brokers, grace }: PreflightOptions, { deadline, say }: Patience): Promise<boolean> {
  const limit = Math.min(deadline, Date.now() + grace);
  for (let round = 0; ; round += 1) {
    const reach = await reachable(brokers);
    if (reach === "up") return true;
    if (Date.now() > limit) {
      if (reach === "down") return false;
      throw new Error(
        "no broker accepts connections, nor do all refuse them: a network policy, or a node that is gone, may stand in between",
      );
    }
    if (round % 5 === 1) say(`waiting for a broker to accept connections: ${brokers.join(",")}`);
    await sleep(backOff(round));
  }
}

/** Whether a name has an address; a name server that is ill is asked again. */
async function exists(name: string): Promise<boolean> {
  const patience = { deadline: Date.now() + 30_000, say: () => undefined };
  return persist(`address of ${name}`, patience, async () => {
    try {
      await lookup(name);
      return true;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "ENOTFOUND" || code === "ENODATA") return false;
      throw new TransientError(`${name}: ${explain(error)}`);
    }
  });
}
