/** The command line of the in-cluster program: one role a run. Roles load what they need when they run, so that `--help` costs nothing. */
import { readFileSync } from "node:fs";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { parseBrokerConfig } from "../kafka/brokerConfigFile.ts";
import { METADATA_LEVELS, metadataLevel } from "../kafka/features.ts";
import { durationMs } from "../kafka/units.ts";
import { parseVerifySpec } from "../kafka/verifySpec.ts";
import { type ClientSecurity, parseBrokers, parseClientConfig } from "./clientConfig.ts";
import type { Cluster, ClusterOptions } from "./connection.ts";
import { EXIT, type ExitCode, writeTerminationMessage } from "./exit.ts";
import { addGrowthRoles } from "./growthRoles.ts";
import { type Output, openOutput, type Streams } from "./output.ts";
import { addRenewRole } from "./renewRole.ts";

/** Options that every role has. */
export interface Common {
  readonly brokers: string[];
  readonly clientConfig?: string;
  readonly timeout: number;
  readonly json: boolean;
  readonly terminationLog: string;
}

const EXIT_CODES = `
Exit codes:
  ${EXIT.ok}   done, or nothing to do
  ${EXIT.failed}   failed; the broker's own message is printed
  ${EXIT.drift}   drift found (--check)
  ${EXIT.refused}   refused: a change that would lose data or that Kafka cannot make; nothing was changed
  ${EXIT.usage}  wrong arguments or unreadable input`;

/** Input that is wrong before the cluster is asked. */
class UsageError extends Error {}

/**
 * Runs one role.
 * @param args arguments after the program's name
 * @returns the exit code
 */
export async function run(
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
  streams: Streams = { out: process.stdout, err: process.stderr },
): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = new Command("agent")
    .description("Keeps a Kafka cluster as it is declared, and proves it")
    .exitOverride()
    .configureOutput({ writeOut: (text) => streams.out.write(text), writeErr: (text) => streams.err.write(text) })
    .showHelpAfterError();

  role(program, "reconcile", env, 300_000)
    .description(
      "Configure brokers, create, grow and alter topics as declared; a topic is deleted, recreated or shrunk only by its own opt-in",
    )
    .requiredOption("--topics <folder>", "one file a topic, the file's name is the topic's")
    .option("--broker-config <file>", "cluster-wide broker configuration, JSON; without it that is left alone")
    .option(
      "--metadata-version <level>",
      "features to finalise, by metadata.version, e.g. 4.3-IV0; never lowered",
      metadata,
    )
    .option("--users <folder>", "one file a user with rights and limits; without it users are left alone")
    .option("--passwords <folder>", "one file a name to log in with; goes with --users")
    .option("--kept <names>", "names to log in with that are the platform's own, by commas", names, [])
    .option("--login-brokers <list>", "where passwords are tried; default --brokers", brokerList)
    .option("--login-config <file>", "client properties file for there; default --client-config")
    .option("--check", "only report; exit code 2 when something differs", false)
    .option("--no-wait", "do not wait until every broker shows the new partitions with leaders")
    .action(
      async (
        options: Common & {
          topics: string;
          brokerConfig?: string;
          metadataVersion?: string;
          users?: string;
          passwords?: string;
          kept: string[];
          loginBrokers?: string[];
          loginConfig?: string;
          check: boolean;
          wait: boolean;
        },
      ) => {
        code = await guarded(options, streams, async (out) => {
          const { reconcile } = await import("./reconcile/reconcile.ts");
          const { readTopicFolder } = await import("./reconcile/topicFolder.ts");
          const { brokers, brokerConfig: file, metadataVersion, check, wait } = options;
          const topics = readable(() => readTopicFolder(options.topics));
          const brokerConfig =
            file === undefined ? undefined : readable(() => parseBrokerConfig(file, readFileSync(file, "utf8")));
          const access = options.users === undefined ? undefined : await declaredAccess(options.users, options);
          const { loginBrokers = brokers, loginConfig = options.clientConfig } = options;
          const door = { brokers: loginBrokers, security: securityOf(loginConfig) };
          return connected(options, (cluster) =>
            reconcile(
              cluster,
              { topics, brokerConfig, metadataVersion, access: access && { ...access, door } },
              { brokers, check, wait, deadline: Date.now() + options.timeout },
              out,
            ),
          );
        });
      },
    );

  role(program, "verify", env, 60_000)
    .description("Check the running cluster against what is declared, one line a check")
    .requiredOption("--spec <file>", "what to expect, JSON")
    .option("--topics <folder>", "declared topics, as for reconcile; without it their check is skipped")
    .option("--round-trip <topic>", "also write records to this topic and read them back")
    .option("--records <n>", "how many records", whole, 10)
    .action(async (options: Common & { spec: string; topics?: string; roundTrip?: string; records: number }) => {
      code = await guarded(options, streams, async (out) => {
        const { verify } = await import("./verify/verify.ts");
        const { readTopicFolder } = await import("./reconcile/topicFolder.ts");
        const { spec: file, topics: folder, roundTrip: topic, records } = options;
        const spec = readable(() => parseVerifySpec(file, readFileSync(file, "utf8")));
        const topics = folder === undefined ? undefined : readable(() => readTopicFolder(folder));
        const patience = { deadline: Date.now() + options.timeout, say: out.progress };
        return connected(options, (cluster, clusterOptions) =>
          verify(
            { cluster, options: clusterOptions, spec, topics, patience },
            topic === undefined ? undefined : { topic, records },
            out,
          ),
        );
      });
    });

  const ends = async (options: Common, body: (out: Output) => Promise<ExitCode>): Promise<void> => {
    code = await guarded(options, streams, body);
  };
  const add = (name: string, timeout: number) => role(program, name, env, timeout);
  addGrowthRoles(add, { ends, connected, whole, env });
  addRenewRole(add, { ends, env });

  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    throw error;
  }
  return code;
}

async function declaredAccess(folder: string, { passwords: file, kept }: { passwords?: string; kept: string[] }) {
  const { readPasswords, readUserFolder } = await import("./access/userFolder.ts");
  if (file === undefined) throw new UsageError("--users is given without --passwords; expected both");
  return readable(() => {
    const users = readUserFolder(folder);
    return { users, passwords: readPasswords(file, users), kept: new Set(kept) };
  });
}

function role(program: Command, name: string, env: NodeJS.ProcessEnv, timeout: number): Command {
  const brokers = env["KAFKA_BROKERS"];
  const command = program
    .command(name)
    .option("--client-config <file>", "client properties file (security.protocol …); default PLAINTEXT")
    .addOption(
      new Option("--timeout <duration>", "how long to keep trying, such as 300s or 5m")
        .argParser(duration)
        .default(timeout, `${timeout / 1000}s`),
    )
    .option("--json", "one JSON document on stdout; lines go to stderr", false)
    .option("--termination-log <file>", "where a failure leaves its last words", "/dev/termination-log")
    .addHelpText("after", EXIT_CODES);
  const text = "host:port[,host:port…] to connect to first; default $KAFKA_BROKERS";
  return brokers === undefined
    ? command.requiredOption("--brokers <list>", text, brokerList)
    : command.option("--brokers <list>", text, brokerList, brokerList(brokers));
}

/** Runs a role's body; whatever it throws becomes a line, the last words of the pod, and an exit code. */
async function guarded(options: Common, streams: Streams, body: (out: Output) => Promise<ExitCode>): Promise<ExitCode> {
  const out = openOutput(options.json, streams);
  let code: ExitCode;
  try {
    code = await body(out);
  } catch (error) {
    code = error instanceof UsageError ? EXIT.usage : EXIT.failed;
    const message = error instanceof UsageError ? error.message : await explained(error);
    out.bad(`failed: ${message}`);
    out.document({ outcome: "failed", message });
  }
  if (code !== EXIT.ok) writeTerminationMessage(options.terminationLog, out.lastWords);
  return code;
}

async function explained(error: unknown): Promise<string> {
  const { explain } = await import("./retry.ts");
  return explain(error);
}

const readText = (path: string): string => readFileSync(path, "utf8");

/** Opens a cluster by the options that every role has, and closes it again. */
export async function connected<T>(
  options: Common,
  body: (cluster: Cluster, clusterOptions: ClusterOptions) => Promise<T>,
): Promise<T> {
  const { openCluster } = await import("./connection.ts");
  const clusterOptions = { brokers: options.brokers, security: securityOf(options.clientConfig) };
  const cluster = openCluster(clusterOptions);
  try {
    return await body(cluster, clusterOptions);
  } finally {
    // An open connection would keep the process, and so the Job's pod, alive.
    await cluster.close();
  }
}

const securityOf = (file: string | undefined): ClientSecurity =>
  file === undefined ? { protocol: "PLAINTEXT" } : readable(() => parseClientConfig(file, readText(file), readText));

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function brokerList(text: string): string[] {
  try {
    return parseBrokers(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

const names = (text: string): string[] => text.split(",").filter((name) => name !== "");

function duration(text: string): number {
  const ms = durationMs(text);
  if (ms === undefined) throw new InvalidArgumentError("expected a duration such as 300s or 5m");
  return ms;
}

function metadata(text: string): string {
  if (metadataLevel(text) === undefined)
    throw new InvalidArgumentError(`expected one of ${Object.keys(METADATA_LEVELS).join(", ")}`);
  return text;
}

function whole(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1) throw new InvalidArgumentError("expected an integer from 1");
  return value;
}
