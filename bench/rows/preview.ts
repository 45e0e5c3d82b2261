/** What the program costs at each `pulumi preview`: the prod stack against a program that only loads the same packages. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../deploy/engine.ts";
import { engineOptions } from "../../deploy/local.ts";
import { ensureCluster, ensureEngine } from "../../local/index.ts";
import { inTurns, type Measurement, median, type Row, ratio, seconds } from "../row.ts";
import { inTemporaryFolder, timed } from "../tools.ts";

const ROUNDS = 7;
const STACK = "prod";

export const preview: Row = {
  name: "preview",
  run: (say) => inTemporaryFolder((folder) => measure(folder, say)),
};

async function measure(folder: string, say: (line: string) => void): Promise<Measurement[]> {
  const { kubeconfig } = await ensureCluster({ progress: say });
  const engine = await ensureEngine({ progress: say });
  const options = engineOptions(STACK, engine, { kubeconfig }, folder);
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", ...options.env };
  const empty = writeEmptyProgram(join(folder, "empty"));
  const pulumi = (cwd: string, args: readonly string[]) => timed(engine.pulumi, args, { cwd, env });
  const scratch = join(folder, "scratch");
  mkdirSync(scratch);
  // `stack init` leaves its salt beside the project file, which is not to be this checkout's.
  writeFileSync(join(scratch, "Pulumi.yaml"), "name: kafka-platform\nruntime: nodejs\n");
  for (const cwd of [scratch, empty]) await pulumi(cwd, ["stack", "init", STACK, "--non-interactive"]);

  const timedPreview = async (what: string, cwd: string, args: readonly string[]): Promise<number> => {
    const { milliseconds } = await pulumi(cwd, ["preview", "--stack", STACK, "--non-interactive", ...args]);
    say(`${what}: ${seconds(milliseconds)}`);
    return milliseconds;
  };
  const configFile = options.configFile === undefined ? [] : ["--config-file", options.configFile];
  const ours = () => timedPreview("prod stack", PROJECT_ROOT, configFile);
  const theirs = () => timedPreview("empty program", empty, []);
  // One run each that does not count: compile caches and the file system get warm.
  await ours();
  await theirs();
  const [mine, bare] = (await inTurns(ROUNDS, ours, theirs)).map(median) as [number, number];
  return [
    {
      what: "`pulumi preview` of the prod stack, against an empty program that imports the same SDK packages",
      figure: ratio(mine, bare),
      goal: "≤ 1.5×",
      met: mine / bare <= 1.5,
      how:
        `Medians of ${ROUNDS} runs in turns of the whole \`pulumi\` process, with no state before, on ` +
        `${engine.providers.kubernetes.origin === "found" ? "the real provider plugins" : "the stand-in providers"}.`,
    },
  ];
}

/** A project like this one, without its content. */
function writeEmptyProgram(folder: string): string {
  mkdirSync(folder);
  symlinkSync(join(PROJECT_ROOT, "node_modules"), join(folder, "node_modules"));
  symlinkSync(join(PROJECT_ROOT, "tsconfig.json"), join(folder, "tsconfig.json"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module", "main": "index.ts" }\n');
  writeFileSync(join(folder, "Pulumi.yaml"), "name: empty\nruntime: nodejs\n");
  const packages = ["pulumi", "kubernetes", "random"];
  const imports = packages.map((name) => `import * as ${name} from "@pulumi/${name}";\n`).join("");
  writeFileSync(join(folder, "index.ts"), `${imports}export const loaded = [${packages.join(", ")}].length;\n`);
  return folder;
}
