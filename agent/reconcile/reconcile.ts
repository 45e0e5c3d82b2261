/** The role `reconcile`: looks, plans, rehearses, applies, and looks again where somebody else changed things meanwhile. */
import { setTimeout as sleep } from "node:timers/promises";
import type { TopicSpec } from "../../kafka/topicFile.ts";
import { applyAccess } from "../access/apply.ts";
import { changesOfAccess, type DesiredAccess } from "../access/changes.ts";
import type { AccessPlan } from "../access/plan.ts";
import type { Cluster } from "../connection.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import type { Output } from "../output.ts";
import { backOff, type Patience, persist } from "../retry.ts";
import { apply, type Failure, rehearse, total } from "./apply.ts";
import { alterBrokerConfig, changesOfBrokerConfig } from "./applyBrokerConfig.ts";
import { changesOfFeatures, raiseFeatures } from "./features.ts";
import { count, formatAction, formatSummary } from "./format.ts";
import { awaitLeaders } from "./leaders.ts";
import { type Observation, observe } from "./observe.ts";
import { type ConfigChange, type FeatureChange, type Plan, planTopics } from "./plan.ts";

/** What the cluster should hold. */
export interface Desired {
  readonly topics: readonly TopicSpec[];
  /** Cluster-wide configuration of the brokers; left alone where it is undefined. */
  readonly brokerConfig: Readonly<Record<string, string>> | undefined;
  /** Level of `metadata.version` to finalise, with the features that belong to it; left alone where it is undefined. */
  readonly metadataVersion: string | undefined;
  /** Users with their rights and limits; left alone where it is undefined. */
  readonly access?: DesiredAccess | undefined;
}

export interface ReconcileOptions {
  readonly brokers: readonly string[];
  /** Only report; the exit code tells of drift. */
  readonly check: boolean;
  /** Wait until every broker shows the new partitions with leaders. */
  readonly wait: boolean;
  readonly deadline: number;
}

/** The document of `--json`. */
export interface ReconcileReport {
  readonly outcome: "applied" | "unchanged" | "drift" | "refused" | "failed";
  readonly plan: Plan;
  /** What the brokers did not accept; nothing was changed where the rehearsal found them. */
  readonly failures: readonly Failure[];
  readonly milliseconds: number;
}

/** Brokers join one by one; a topic may need more of them than are there yet, but a stack can also ask for too many. */
const BROKERS_JOIN_MS = 60_000;

const CODES: Record<ReconcileReport["outcome"], ExitCode> = {
  applied: EXIT.ok,
  unchanged: EXIT.ok,
  drift: EXIT.drift,
  refused: EXIT.refused,
  failed: EXIT.failed,
};

/**
 * Brings the cluster to what is desired: its features, the configuration of its brokers, then topics.
 * @returns the exit code; lines and report are on `out`
 * @throws the last error where the cluster gives no answer until the deadline
 */
export async function reconcile(
  cluster: Cluster,
  desired: Desired,
  options: ReconcileOptions,
  out: Output,
): Promise<ExitCode> {
  const start = Date.now();
  const patience: Patience = { deadline: options.deadline, say: out.progress };
  const { topics, brokerConfig, metadataVersion, access } = desired;
  const declared = new Set(topics.map((spec) => spec.name));
  const look = () => persist(`brokers at ${options.brokers.join(",")}`, patience, () => observe(cluster, declared));
  const ofCluster = (brokers: Observation["brokers"]) =>
    persist("configuration of the cluster", patience, async () => ({
      features: metadataVersion === undefined ? [] : await changesOfFeatures(cluster, metadataVersion),
      configs: brokerConfig === undefined ? [] : await changesOfBrokerConfig(cluster, brokerConfig, brokers),
      users: access === undefined ? undefined : await changesOfAccess(cluster, access),
    }));
  const end = (outcome: ReconcileReport["outcome"], plan: Plan, line: string, failures: readonly Failure[] = []) => {
    for (const { topic, message } of failures) out.bad(`x ${topic}  ${message}`);
    const milliseconds = Date.now() - start;
    const say = CODES[outcome] === EXIT.ok ? out.line : out.bad;
    say(`${line} (${milliseconds} ms)`);
    out.document({ outcome, plan, failures, milliseconds } satisfies ReconcileReport);
    return CODES[outcome];
  };

  for (let round = 0; ; round += 1) {
    let seen = await look();
    const { features, configs, users } = await ofCluster(seen.brokers);
    const plan = withAccess(withCluster(planTopics(topics, seen.topics), features, configs), users);
    for (const action of plan.actions) {
      const say = action.kind === "refuse" || options.check ? out.bad : out.line;
      say(formatAction(action));
    }
    for (const line of formatSummary(plan)) out.line(line);
    const refused = plan.actions.filter((action) => action.kind === "refuse");
    if (refused.length > 0)
      return end("refused", plan, `refused: ${count(refused.length, "change")}; nothing was changed`);
    if (plan.actions.length === 0) {
      const declared = [count(topics.length, "topic"), ...(access ? [count(access.users.length, "user")] : [])];
      return end("unchanged", plan, `no drift: ${declared.join(" and ")} as declared`);
    }
    if (options.check)
      return end("drift", plan, `drift: ${count(plan.actions.length, "change")} needed; nothing was changed`);

    seen = await enoughBrokers(seen, plan, look, patience);
    const change = async (validateOnly: boolean) => [
      await raiseFeatures(cluster, features, patience, validateOnly),
      await alterBrokerConfig(cluster, configs, seen.brokers, patience, validateOnly),
    ];
    const rehearsal = total([...(await change(true)), await rehearse(cluster, plan, patience)]);
    if (rehearsal.failures.length > 0) {
      const line = `failed: the brokers do not accept ${count(rehearsal.failures.length, "change")}; nothing was changed`;
      return end("failed", plan, line, rehearsal.failures);
    }
    const applied = rehearsal.raced
      ? rehearsal
      : total([
          ...(await change(false)),
          await apply(cluster, plan, patience),
          ...(access && users ? [await applyAccess(cluster, users, access, patience)] : []),
        ]);
    if (applied.failures.length > 0) {
      const line = `failed: ${applied.failures.length} of ${count(plan.actions.length, "change")}`;
      return end("failed", plan, line, applied.failures);
    }
    if (!applied.raced) {
      if (options.wait) await awaitLeaders(cluster, plan, seen.brokers, patience);
      return end("applied", plan, `applied: ${count(plan.actions.length, "change")}`);
    }
    if (Date.now() > options.deadline)
      return end("failed", plan, "failed: topics kept changing while they were reconciled");
    out.progress("topics changed meanwhile; looking again");
    await sleep(backOff(round));
  }
}

const withCluster = (plan: Plan, features: readonly FeatureChange[], changes: readonly ConfigChange[]): Plan => ({
  ...plan,
  actions: [
    ...(features.length > 0 ? [{ kind: "finalise", features } as const] : []),
    ...(changes.length > 0 ? [{ kind: "configure", changes } as const] : []),
    ...plan.actions,
  ],
});

const withAccess = (plan: Plan, users: AccessPlan | undefined): Plan =>
  users === undefined
    ? plan
    : {
        ...plan,
        actions: [...plan.actions, ...users.actions],
        unchanged: plan.unchanged + users.unchanged,
        unmanagedUsers: users.unmanaged,
      };

/** Waits, within bounds, for as many brokers as the widest new topic has replicas; the brokers say so if they stay too few. */
async function enoughBrokers(
  first: Observation,
  plan: Plan,
  look: () => Promise<Observation>,
  patience: Patience,
): Promise<Observation> {
  const creates = plan.actions.filter((action) => action.kind === "create" || action.kind === "recreate");
  const needed = Math.max(0, ...creates.map(({ spec }) => spec.replicationFactor));
  const deadline = Math.min(patience.deadline, Date.now() + BROKERS_JOIN_MS);
  let seen = first;
  for (let round = 0; seen.brokers.length < needed && Date.now() < deadline; round += 1) {
    if (round % 4 === 0) patience.say(`waiting for ${needed} brokers (${seen.brokers.length} there)`);
    await sleep(backOff(round));
    seen = await look();
  }
  return seen;
}
