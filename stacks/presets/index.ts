/** The presets by name. */
import { amazonApi } from "./amazonApi.ts";
import { llmAnalyticsHub } from "./llmAnalyticsHub.ts";
import { none } from "./none.ts";
import type { Preset, PresetName } from "./preset.ts";
import { selfmonitor } from "./selfmonitor.ts";
import { voicecore } from "./voicecore.ts";

export type { Environment, Preset, PresetName, PresetPart } from "./preset.ts";

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  none,
  selfmonitor,
  voicecore,
  "llm-analytics-hub": llmAnalyticsHub,
  "amazon-api": amazonApi,
};
