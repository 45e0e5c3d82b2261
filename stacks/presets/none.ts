/** No system: the defaults, and what an environment's name alone says. */
import type { Preset } from "./preset.ts";

export const none: Preset = {
  base: { always: {} },
  environments: {
    dev: { always: { deletionProtection: false } },
    staging: { always: {} },
    prod: { always: { profile: "production", scheduling: { antiAffinity: "required" } } },
  },
};
