/** Rules that the running cluster is asked about, by a Job in front of a change; `allowUnsafe` names them like all others. */
import type { Overridable } from "./allowUnsafe.ts";
import type { Rule } from "./rule.ts";

export const PREFLIGHT: Overridable & Pick<Rule, "summary"> = {
  id: "preflight",
  overridable: true,
  expires: true,
  summary:
    "Before nodes change, the quorum has a leader, every partition is in sync and none is being reassigned: else a roll could stop writes or lose records.",
};

export const IN_CLUSTER_RULES = [PREFLIGHT] as const;
