/** The stacks that are looked at whole: the three of this project, and each preset's production. */
import { type Manifest, manifests } from "../../deploy/render/manifests.ts";
import { type Recording, type RecordOptions, record } from "../../deploy/render/record.ts";
import { type PlatformOutputs, platform } from "../../stacks/platform.ts";
import { PRESETS, type PresetName } from "../../stacks/presets/index.ts";
import { providers } from "../../stacks/provider.ts";
import { loadSettings } from "../../stacks/settings/load.ts";
import { switchOff } from "../../stacks/settings/rules/notBuiltYet.ts";
import type { Settings } from "../../stacks/settings/settings.ts";
import { stackFileInput } from "../../stacks/settings/stackFile.ts";

export interface GoldenStack {
  readonly title: string;
  /** Name of the expected file, without folder. */
  readonly file: string;
  readonly settings: () => Settings;
}

const ROOT = new URL("../..", import.meta.url).pathname;
/** Any day will do while no override of a rule ends on it. */
const TODAY = "2026-11-21";

const presets = Object.keys(PRESETS).filter((name): name is PresetName => name !== "none");

const ofProject = ["dev", "staging", "prod"].map((stack) => ({
  title: `stack ${stack}`,
  file: `${stack}.yaml`,
  settings: once(() => loadSettings(stackFileInput(ROOT, stack), { today: TODAY }).settings),
}));

/** VoiceCore's way for new clusters. */
const onKraft: GoldenStack = {
  title: "preset voicecore on KRaft, prod",
  file: "voicecore-kraft-prod.yaml",
  settings: once(
    () =>
      loadSettings(switchOff({ preset: "voicecore", environment: "prod", coordination: { mode: "kraft" } }), {
        today: TODAY,
      }).settings,
  ),
};

const ofPreset = (preset: PresetName, environment: Settings["environment"]) => ({
  title: `preset ${preset}, ${environment}`,
  file: `${preset}-${environment}.yaml`,
  settings: once(() => loadSettings(switchOff({ preset, environment }), { today: TODAY }).settings),
});

export const GOLDEN_STACKS: readonly GoldenStack[] = [
  ...ofProject,
  ...presets.map((preset) => ofPreset(preset, "prod")),
  onKraft,
];

/** Every stack file, and every preset in every environment. */
export const ALL_STACKS: readonly GoldenStack[] = [
  ...GOLDEN_STACKS,
  ...presets.flatMap((preset) => [ofPreset(preset, "dev"), ofPreset(preset, "staging")]),
];

/** In place of the in-cluster programs: the real ones change with every edit of agent/. */
export const PROGRAMS = {
  agent: { code: "// the agent's program", digest: "0".repeat(64) },
  sidecar: { code: "// the sidecar's program" },
};

/** Runs the platform of a stack under mocks. */
export function recordedStack(stack: GoldenStack, options: RecordOptions = {}): Promise<Recording<PlatformOutputs>> {
  const settings = stack.settings();
  return record(() => platform(settings, providers(settings), PROGRAMS), {
    stack: settings.environment,
    ...options,
  });
}

/** The Kubernetes objects of a stack. */
export async function renderedManifests(stack: GoldenStack): Promise<Manifest[]> {
  return manifests((await recordedStack(stack)).resources);
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
