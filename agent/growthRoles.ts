/** Command line of the roles that run around a change of the brokers: `preflight`, `settle`, `reassign`, `grow`. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { PHASES, type Phase } from "../kafka/coordination.ts";
import { durationMs, quantityBytes } from "../kafka/units.ts";
import type { Common } from "./cli.ts";
import type { Cluster, ClusterOptions } from "./connection.ts";
import type { ExitCode } from "./exit.ts";
import { parseWanted, type Wanted } from "./grow/claims.ts";
import type { Output } from "./output.ts";

/** What the command line does for each role. */
export interface Kit {
  /** Runs a role's body and keeps its exit code. */
  readonly ends: (options: Common, body: (out: Output) => Promise<ExitCode>) => Promise<void>;
  readonly connected: <T>(
    options: Common,
    body: (cluster: Cluster, clusterOptions: ClusterOptions) => Promise<T>,
  ) => Promise<T>;
  readonly whole: (text: string) => number;
  readonly env: NodeJS.ProcessEnv;
}

interface Growth extends Common {
  readonly replicas: number;
  readonly throttle: number | null;
}
interface Preflight extends Growth {
  readonly discovery?: string;
  readonly leaving?: string;
  readonly phase?: Phase;
  readonly reads?: string;
  readonly checks: boolean;
  readonly wait: number;
  readonly grace: number;
}

const FOUR_HOURS = 4 * 3_600_000;

export function addGrowthRoles(
  role: (name: string, timeout: number) => Command,
  { ends, connected, whole, env }: Kit,
): void {
  const growth = (name: string) =>
    role(name, FOUR_HOURS)
      .requiredOption("--replicas <n>", "brokers that there are to be: ids 0 to n - 1", whole)
      .option("--throttle <rate>", "most that each broker copies a second, such as 50Mi, or unlimited", rate, null);

  growth("preflight")
    .description("Before brokers change: the cluster can stand a roll, and nothing is left on brokers that go")
    .option("--discovery <name>", "a name with addresses where brokers exist; without any there is no cluster yet")
    .option("--leaving <name>", "the first broker beyond --replicas; its address tells that brokers are about to go")
    .addOption(new Option("--phase <phase>", "the coordination.phase that the change leads to").choices(PHASES))
    .option("--reads <level>", "newest metadata version that the release reads which is to run, such as 4.3-IV0")
    .option("--no-checks", "let an ill cluster pass; brokers that go are emptied all the same")
    .option("--wait <duration>", "how long problems may last", time, 300_000)
    .option("--grace <duration>", "how long brokers that exist may refuse to answer", time, 20_000)
    .action((options: Preflight) =>
      ends(options, async (out) => {
        const { preflight } = await import("./preflight/preflight.ts");
        const { discovery = null, leaving = null, phase = null, reads = null, timeout } = options;
        return connected(options, (cluster) =>
          preflight(cluster, { ...options, discovery, leaving, phase, reads, deadline: Date.now() + timeout }, out),
        );
      }),
    );

  growth("settle")
    .description("After brokers changed: spread onto new ones, preferred leaders back, brokers that are gone forgotten")
    .option("--no-spread", "leave partitions where they are")
    .action((options: Growth & { spread: boolean }) =>
      ends(options, async (out) => {
        const { settle } = await import("./settle/settle.ts");
        return connected(options, (cluster) =>
          settle(cluster, { ...options, deadline: Date.now() + options.timeout }, out),
        );
      }),
    );

  growth("reassign")
    .description("Move replicas: away from brokers beyond --replicas, then evenly over all others")
    .option("--dry-run", "only show what would move; exit code 2 when something would", false)
    .action((options: Growth & { dryRun: boolean }) =>
      ends(options, async (out) => {
        const { reassign } = await import("./reassign/role.ts");
        return connected(options, (cluster) =>
          reassign(cluster, { ...options, deadline: Date.now() + options.timeout }, out),
        );
      }),
    );

  role("grow", 900_000)
    .description("Bring volume claims up to their sizes, with the pod's own token; nothing ever shrinks")
    .requiredOption("--claim <name=size>", "a claim of this namespace and its size; repeatable", each(parseWanted))
    .action((options: Common & { claim: Wanted[] }) =>
      ends(options, async (out) => {
        const [{ grow }, { ownClaims }] = await Promise.all([import("./grow/grow.ts"), import("./grow/kubernetes.ts")]);
        const { ownApi } = await import("./apiServer.ts");
        return grow(ownClaims(ownApi(env)), options.claim, Date.now() + options.timeout, out);
      }),
    );
}

/** Reads an option that may be given several times. */
export const each =
  <T>(parse: (text: string) => T) =>
  (text: string, others: T[] = []): T[] => {
    try {
      return [...others, parse(text)];
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };

/** Bytes a second; null for no limit. */
function rate(text: string): number | null {
  if (text === "unlimited") return null;
  const bytes = quantityBytes(text);
  if (bytes === undefined || bytes < 1) throw new InvalidArgumentError("expected a size such as 50Mi, or unlimited");
  return Math.floor(bytes);
}

export function time(text: string): number {
  const ms = durationMs(text);
  if (ms === undefined) throw new InvalidArgumentError("expected a duration such as 300s or 5m");
  return ms;
}
