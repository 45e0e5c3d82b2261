/** `npm run config -- check|explain <stack>`: are the settings right, and where does each of them come from. */
import { Command } from "commander";
import { explain, renderExplanation } from "./explain.ts";
import { type LoadedSettings, type Problem, SettingsError } from "./load.ts";
import { type StackOptions, settingsFromOptions, stackOptions } from "./options.ts";

interface Options extends StackOptions {
  readonly json?: boolean;
}

const program = new Command("config")
  .description("Checks the settings of a stack, or explains every value that it ends up with.")
  .showHelpAfterError();

stackOptions(program.command("check"))
  .description("Print every problem at once; exit code 1 where one is an error.")
  .argument("[stack]", "name of the stack, short for --stack")
  .option("--json", "problems as JSON")
  .action((stack: string | undefined, options: Options) => {
    const { problems } = attempt(stack, options);
    print(options, problems, () => [...problems.map(readable), summary(problems)].join("\n"));
    process.exitCode = problems.some(({ severity }) => severity === "error") ? 1 : 0;
  });

stackOptions(program.command("explain"))
  .description("Print every resolved value and the layer that it comes from.")
  .argument("[stack]", "name of the stack, short for --stack")
  .argument("[prefix]", "only paths that begin so, e.g. kafka.storage or topics.items")
  .option("--json", "as JSON")
  .action((stack: string | undefined, prefix: string | undefined, options: Options) => {
    // With a preset there is no stack to name, so the first word is the prefix.
    const named = options.stack !== undefined || options.preset !== undefined;
    const { loaded, problems } = attempt(named ? undefined : stack, options);
    if (!loaded) {
      print(options, problems, () => [...problems.map(readable), summary(problems)].join("\n"));
      process.exitCode = 1;
      return;
    }
    const explanations = explain(loaded, (named ? (stack ?? prefix) : prefix) ?? "");
    print(options, explanations, () => renderExplanation(explanations));
  });

program.parse();

function attempt(
  stack: string | undefined,
  options: Options,
): { loaded?: LoadedSettings; problems: readonly Problem[] } {
  if (stack === undefined && options.stack === undefined && options.preset === undefined) {
    program.error("error: name a stack, or --preset and --env");
  }
  try {
    const loaded = settingsFromOptions(stack === undefined ? options : { ...options, stack });
    return { loaded, problems: loaded.warnings };
  } catch (error) {
    if (error instanceof SettingsError) return { problems: error.problems };
    throw error;
  }
}

function print(options: Options, data: unknown, text: () => string): void {
  process.stdout.write(`${options.json === true ? JSON.stringify(data, undefined, 2) : text()}\n`);
}

/** A problem over four lines, for people; `--json` and `pulumi preview` have one a line. */
function readable(problem: Problem): string {
  const { severity, rule, path, found, expected, remedy } = problem;
  return [
    `${severity}  ${path}  [${rule}]`,
    `  found     ${found}`,
    `  expected  ${expected}`,
    `  remedy    ${remedy}`,
    "",
  ].join("\n");
}

function summary(problems: readonly Problem[]): string {
  const count = (severity: Problem["severity"]) => problems.filter((problem) => problem.severity === severity).length;
  const [errors, warnings] = [count("error"), count("warning")];
  return `${errors === 0 ? "settings are fine" : `${errors} error${errors === 1 ? "" : "s"}`}, ${warnings} warning${warnings === 1 ? "" : "s"}`;
}
