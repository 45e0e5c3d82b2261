/** The program that `pulumi up` runs: settings → change rules → providers → platform → stack outputs. */
import * as pulumi from "@pulumi/pulumi";
import { bundlePrograms } from "./agent/bundle.ts";
import { checkChange } from "./stacks/guards/check.ts";
import { type PodOutputs, podOutputs } from "./stacks/guards/podOutputs.ts";
import { lastOutputs } from "./stacks/guards/previous.ts";
import { type PlatformOutputs, platform } from "./stacks/platform.ts";
import { providers } from "./stacks/provider.ts";
import { formatProblem, loadSettings, SettingsError } from "./stacks/settings/load.ts";
import { pulumiConfigInput } from "./stacks/settings/source.ts";

export default async function main(): Promise<PlatformOutputs & PodOutputs> {
  const today = new Date().toISOString().slice(0, 10);
  const { settings, warnings } = orRefuse(() => loadSettings(pulumiConfigInput(), { today }));
  const last = await lastOutputs();
  const ofChange = orRefuse(() => checkChange(last.appliedShape, settings));
  for (const warning of [...warnings, ...ofChange]) await pulumi.log.warn(formatProblem(warning));
  return { ...platform(settings, providers(settings), bundlePrograms()), ...podOutputs(last, settings) };
}

/** A RunError reaches the user as it is, without a stack trace, and before anything is touched. */
function orRefuse<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof SettingsError) throw new pulumi.RunError(error.message);
    throw error;
  }
}
