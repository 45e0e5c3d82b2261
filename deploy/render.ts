/** `npm run render`: a stack as plain Kubernetes YAML, for GitOps and for whoever would rather read it than run Pulumi. */
import { Command, InvalidArgumentError } from "commander";
import { formatProblem, SettingsError } from "../stacks/settings/load.ts";
import { type StackOptions, settingsFromOptions, stackOptions } from "../stacks/settings/options.ts";
import { writeManifests } from "./render/folder.ts";
import { renderStack } from "./render/objects.ts";

interface Options extends StackOptions {
  readonly out: string;
  readonly clusterId?: string;
}

const program = stackOptions(new Command("render"))
  .description("Writes one YAML file a Kubernetes object, and a kustomization.yaml that lists them. Secrets stay out.")
  .requiredOption("--out <folder>", "where to write; empty, missing, or written by an earlier rendering")
  .option(
    "--cluster-id <id>",
    "the KRaft cluster id; a placeholder that no broker accepts stands in for it otherwise",
    id,
  )
  .showHelpAfterError()
  .action(async (options: Options) => {
    if (options.stack === undefined && options.preset === undefined) {
      program.error("error: name a stack with --stack, or a preset with --preset and --env");
    }
    const { settings, warnings } = settingsFromOptions(options);
    for (const warning of warnings) console.error(`warning: ${formatProblem(warning)}`);
    const title = `The ${settings.preset} platform, ${settings.environment}; made by \`npm run render\`.`;
    const files = writeManifests(options.out, await renderStack(settings, options.clusterId), title);
    console.log(`${files.length} files in ${options.out}`);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof Error)) throw error;
  console.error(error instanceof SettingsError ? error.message : `error: ${error.message}`);
  process.exitCode = 1;
}

/** Kafka's Uuid in text: 16 bytes of URL-safe base64 without padding. */
function id(text: string): string {
  if (/^[\w-]{22}$/.test(text)) return text;
  throw new InvalidArgumentError("expected 22 characters of URL-safe base64, as `kafka-storage.sh random-uuid` prints");
}
