/** The program that `pulumi up` runs: settings → providers → platform → stack outputs. */
import * as pulumi from "@pulumi/pulumi";
import { bundlePrograms } from "./agent/bundle.ts";
import { type PlatformOutputs, platform } from "./stacks/platform.ts";
import { providers } from "./stacks/provider.ts";
import { formatProblem, loadSettings, SettingsError } from "./stacks/settings/load.ts";
import { pulumiConfigInput } from "./stacks/settings/source.ts";

export default async function main(): Promise<PlatformOutputs> {
  const { settings, warnings } = load();
  for (const warning of warnings) await pulumi.log.warn(formatProblem(warning));
  return platform(settings, providers(settings), bundlePrograms());
}

/** A RunError reaches the user as it is, without a stack trace, and before any resource is registered. */
function load(): ReturnType<typeof loadSettings> {
  try {
    return loadSettings(pulumiConfigInput(), { today: new Date().toISOString().slice(0, 10) });
  } catch (error) {
    if (error instanceof SettingsError) throw new pulumi.RunError(error.message);
    throw error;
  }
}
