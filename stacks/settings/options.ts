/** The options by which a command line names the settings that it is about: `config`, `render` and others share them. */
import { type Command, Option } from "commander";
import { parse } from "yaml";
import { type LoadedSettings, loadSettings, type Problem, SettingsError } from "./load.ts";
import { switchOff } from "./rules/notBuiltYet.ts";
import { type SettingsInput, SettingsSchema } from "./schema.ts";
import { stackFileInput } from "./stackFile.ts";

export interface StackOptions {
  readonly stack?: string;
  readonly preset?: string;
  readonly env?: string;
  readonly set?: readonly string[];
  readonly builtOnly?: boolean;
}

/** Adds the options to a command. */
export function stackOptions(command: Command): Command {
  const { preset, environment } = SettingsSchema.shape;
  return command
    .option("--stack <name>", "a stack of this project: reads Pulumi.<name>.yaml")
    .addOption(new Option("--preset <name>", "a preset instead of a stack").choices(preset.options).conflicts("stack"))
    .addOption(new Option("--env <name>", "the preset's environment").choices(environment.options).conflicts("stack"))
    .option(
      "--set <key=value>",
      'a setting on top, its value as YAML; repeatable, e.g. --set kafka.heap=2g --set topics.items["a.b"].partitions=6',
      (pair: string, pairs: readonly string[]) => [...pairs, pair],
      [],
    )
    .option("--built-only", "switch off what the program does not build yet");
}

/**
 * The settings that the options name.
 * @param dir folder of Pulumi.yaml
 * @throws SettingsError with every problem at once
 */
export function settingsFromOptions(options: StackOptions, dir = process.cwd()): LoadedSettings {
  const input = inputFromOptions(options, dir);
  const today = new Date().toISOString().slice(0, 10);
  return loadSettings(options.builtOnly === true ? switchOff(input) : input, {
    today,
    set: parseSet(options.set ?? []),
  });
}

function inputFromOptions({ stack, preset, env }: StackOptions, dir: string): SettingsInput {
  if (stack !== undefined) return stackFileInput(dir, stack);
  // An unknown name is left for the schema to refuse.
  return { preset: preset ?? "none", environment: env ?? "dev" } as SettingsInput;
}

/**
 * `key=value` pairs, values as YAML scalars, lists or mappings: `kafka.heap=2g`, `kafka.replicas=3`, `namespace.quota=null`.
 * @throws SettingsError naming every pair that is none
 */
export function parseSet(pairs: readonly string[]): Record<string, unknown> {
  const set: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const pair of pairs) {
    const [, key, text] = /^([^=]+)=([^]*)$/.exec(pair) ?? [];
    try {
      if (key === undefined || text === undefined) throw new Error("no key=value");
      set[key.trim()] = parse(text) as unknown;
    } catch {
      problems.push({
        rule: "set-malformed",
        severity: "error",
        path: `--set ${pair}`,
        found: pair,
        expected: "key=value with a value in YAML",
        remedy: "write it as e.g. --set kafka.replicas=3; quote text that YAML reads as something else",
      });
    }
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return set;
}
