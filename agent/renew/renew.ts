/**
 * The role `renew`: restarts nodes that hold an older certificate than their newest one. Listeners take a renewed
 * certificate over while they run. A node's channel to the controllers keeps the one that the server started with, in all
 * releases up to 4.3.1 (KAFKA-20025), and connects no more once that one has ended; so does a member of a ZooKeeper ensemble.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, type ExitCode } from "../exit.ts";
import type { Output } from "../output.ts";
import { count } from "../reconcile/format.ts";
import { persist } from "../retry.ts";
import type { Nodes } from "./kubernetes.ts";
import { type Findings, findings, type Holder, nextStep, type Timing, type Wanted } from "./nodes.ts";

/** The document of `--json`. */
export interface RenewReport {
  readonly outcome: "restarted" | "unchanged" | "failed";
  /** Nodes that were restarted, in that order. */
  readonly restarted: readonly string[];
  /** Nodes that hold an older certificate now, due or not. */
  readonly older: readonly string[];
  /** Why the run ended before its work did. */
  readonly problem?: string;
}

export interface RenewOptions extends Timing {
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** Milliseconds between two looks. */
  readonly period?: number;
}

const PERIOD = 2_000;

export async function renew(
  nodes: Nodes,
  sets: readonly Wanted[],
  options: RenewOptions,
  out: Output,
): Promise<ExitCode> {
  const { deadline, period = PERIOD } = options;
  /** Name → the pod that went and when, of nodes that this run restarts. */
  const restarted = new Map<string, { readonly uid: string; readonly at: number }>();
  const back = new Set<string>();
  let said = "";

  const restart = async ({ name, uid, started, certificate }: Holder): Promise<string | undefined> => {
    const refused = await nodes.evict(name, uid);
    if (refused !== undefined) return refused;
    restarted.set(name, { uid, at: Date.now() });
    out.line(`~ restart ${name}  ${certificate} was renewed, and its server runs since ${time(started)}`);
    return undefined;
  };

  for (;;) {
    const seen = await persist("the API server", { deadline, say: out.progress }, () => nodes.look(sets));
    const found = findings(seen, options, new Set([...restarted.values()].map(({ uid }) => uid)));
    for (const [name, { at }] of restarted) {
      if (back.has(name) || found.away.has(name)) continue;
      back.add(name);
      out.line(`  ${name} is Ready again after ${Math.round((Date.now() - at) / 1000)} s`);
    }
    const step = nextStep(found, Date.now(), new Set(restarted.keys()));
    const end = (problem?: string) => ended(found, [...restarted.keys()], problem, out);
    if (step.kind === "done") return end();
    if (step.kind === "stuck") return end(step.why);
    const why = step.kind === "wait" ? step.why : await restart(step.node);
    if (why !== undefined && why !== said) out.progress(`waiting: ${why}`);
    said = why ?? "";
    if (Date.now() + period > deadline) return end(`time is up: ${why ?? "a restart has only begun"}`);
    await sleep(period);
  }
}

function ended(
  { older, nodes }: Findings,
  restarted: readonly string[],
  problem: string | undefined,
  out: Output,
): ExitCode {
  const outcome = problem !== undefined ? "failed" : restarted.length > 0 ? "restarted" : "unchanged";
  const report = { outcome, restarted, older: older.map(({ name }) => name) } as const;
  out.document({ ...report, ...(problem === undefined ? {} : { problem }) } satisfies RenewReport);
  if (problem !== undefined) {
    const due = older.filter((node) => node.due <= Date.now());
    for (const { name, certificate } of due) out.bad(`x ${name} holds an older one than the newest ${certificate}`);
    out.bad(`failed: ${restarted.length} of ${count(nodes, "node")} restarted; ${problem}`);
    return EXIT.failed;
  }
  const done = restarted.length > 0 ? `${count(restarted.length, "node")} of ${nodes} restarted` : "nothing to restart";
  const [first] = older.map(({ due }) => due).sort((a, b) => a - b);
  const rest =
    first === undefined
      ? `all ${nodes} have their newest certificate`
      : `${older.length} of ${nodes} hold an older certificate, due from ${time(first)}`;
  out.line(`${done}: ${rest}`);
  return EXIT.ok;
}

const time = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
