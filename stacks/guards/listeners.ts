/** Listeners: nodes roll one at a time, so for a while old and new have to understand each other. */
import { LISTENER_KEYS } from "../../kafka/listeners.ts";
import { CHANGE, type ChangeRule, changed, ERROR } from "./rule.ts";

const WHY = {
  client: "applications have it in their configuration",
  replication: "brokers that have rolled and brokers that have not must reach each other",
  controller: "voters that have rolled would wait for the others at ports where these do not listen",
} as const;

export const LISTENER_CHANGE_RULES: readonly ChangeRule[] = [
  {
    ...CHANGE,
    id: "listener-port-changed",
    severity: ERROR,
    summary:
      "Listeners keep their ports: in a roll nodes with the old and the new one would look for each other in vain.",
    check: (previous, next) => {
      // Listeners that were open beside the others come with ports of their own: see security-in-one-step.
      if (previous.security.mode !== next.security.mode) return [];
      return changed(
        previous,
        next,
        LISTENER_KEYS.map((name) => ({
          path: ["listeners", name, "port"],
          why: WHY[name],
          remedy: "keep the port; another one comes with another security mode, by security.alongside",
        })),
      );
    },
  },
  {
    ...CHANGE,
    id: "external-access-removed",
    severity: ERROR,
    summary: "Clients from outside keep the addresses that they were given.",
    check: (previous, next) => {
      if (!previous.externalAccess.enabled) return [];
      const why = "clients outside the cluster are configured with it";
      const remedy = "move those clients away first; then allow this rule until a date";
      const kept = [
        "enabled",
        ...(next.externalAccess.enabled ? ["type", "port", "hostTemplate", "bootstrapHost"] : []),
      ];
      return changed(
        previous,
        next,
        kept.map((key) => ({ path: ["externalAccess", key], why, remedy })),
      );
    },
  },
];
