import { delimiter, dirname } from "node:path";
import { Argument, Command, InvalidArgumentError } from "commander";
import { Listr } from "listr2";
import { cacheFolder, locked, type Progress } from "./cache.ts";
import { takeDown } from "./cluster/down.ts";
import { layout } from "./cluster/layout.ts";
import { partNames } from "./cluster/parts.ts";
import { logFile } from "./cluster/processes.ts";
import { readStatus } from "./cluster/status.ts";
import { messageOf, tail } from "./errors.ts";
import { ensureCluster, ensureEngine, kubectl } from "./index.ts";

const cache = cacheFolder();
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Shows one step at work: on a terminal as a live line, in a pipe as plain ones. */
async function show(title: string, work: (progress: Progress) => Promise<unknown>): Promise<void> {
  if (!process.stdout.isTTY) {
    print(title);
    await work((line) => {
      print(`  ${line}`);
    });
    return;
  }
  const live = new Listr(
    [
      {
        title,
        task: async (_, task) => {
          await work((line) => {
            task.output = line;
          });
        },
      },
    ],
    { rendererOptions: { showErrorMessage: false } },
  );
  await live.run();
}

async function up(): Promise<void> {
  const cluster = await ensureCluster({ step: (step) => show(step.title, step.run) });
  let engine: Awaited<ReturnType<typeof ensureEngine>> | undefined;
  await show("Pulumi engine", async (progress) => {
    engine = await ensureEngine({ progress });
  });
  for (const line of engine?.describe() ?? []) print(line);
  print(`cluster: embedded, node ${cluster.node}; export KUBECONFIG=${cluster.kubeconfig}`);
}

async function status(): Promise<void> {
  const now = await readStatus(cache);
  const rows = [["part", "pid", "state"]];
  for (const { name, pid, healthy } of now.parts) {
    rows.push([name, String(pid ?? "-"), healthy ? "healthy" : pid === undefined ? "down" : "not answering"]);
  }
  for (const [name = "", pid = "", state = ""] of rows) print(`${name.padEnd(26)}${pid.padEnd(10)}${state}`);
  const pods = Object.entries(now.pods).map(([phase, count]) => `${count} ${phase}`);
  print(`node: ${now.nodes.join(", ") || "-"}; pods: ${pods.join(", ") || "none"}`);
  print(`kubeconfig: ${now.kubeconfig}`);
  if (!now.running) process.exitCode = 1;
}

async function down(): Promise<void> {
  await show("Cluster down", (progress) => locked(cache, progress, () => takeDown(cache, progress)));
  print(`The cluster and its data are gone; what was built is kept in ${cache}.`);
}

function logs(component: string | undefined, options: { lines: number }): void {
  const at = layout(cache);
  for (const name of component === undefined ? partNames : [component]) {
    print(`${name}: ${logFile(at, name)}`);
    if (component !== undefined) print(tail(logFile(at, name), options.lines));
  }
}

async function env(): Promise<void> {
  const engine = await ensureEngine({ progress: (line) => void process.stderr.write(`${line}\n`) });
  const path = [...new Set([...(engine.env["PATH"] ?? "").split(delimiter), dirname(kubectl(cache))])].join(delimiter);
  for (const [name, value] of Object.entries({ ...engine.env, KUBECONFIG: layout(cache).kubeconfig, PATH: path })) {
    print(`export ${name}='${value.replaceAll("'", "'\\''")}'`);
  }
}

function positiveInteger(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number above 0.");
}

const program = new Command("local")
  .description("The embedded Kubernetes and Pulumi engine, for a machine that has none.")
  .addHelpText("after", `\nEverything is kept in ${cache} (KAFKA_PLATFORM_CACHE moves it).`);
program.command("up").description("bring cluster and engine up; changes nothing when they are").action(up);
program
  .command("status")
  .description("show each part, the node and the pods; exit code 1 unless all are healthy")
  .action(status);
program
  .command("down")
  .description("end the cluster and remove its data, volumes too; keep what was built")
  .action(down);
program
  .command("logs")
  .description("show where the logs are, and the end of one")
  .addArgument(new Argument("[component]", "a part of the cluster").choices(partNames))
  .option("-n, --lines <count>", "how many lines", positiveInteger, 40)
  .action(logs);
program
  .command("env")
  .description('print what a shell needs to use both: eval "$(npm run -s local -- env)"')
  .action(env);

// A reader that has seen enough, such as head, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
