/** Listeners: nodes roll one at a time, so for a while old and new have to understand each other. */
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
    check: (previous, next) =>
      changed(
        previous,
        next,
        (["client", "replication", "controller"] as const).map((name) => ({
          path: ["listeners", name, "port"],
          why: WHY[name],
          remedy: "keep the port; another one is for another cluster",
        })),
      ),
  },
  {
    ...CHANGE,
    id: "security-in-one-step",
    severity: ERROR,
    summary:
      "Encryption and authentication are not switched in one go: brokers of the old and the new mode cannot talk.",
    check: (previous, next) =>
      changed(previous, next, [
        {
          path: ["security", "mode"],
          why: "brokers that have rolled and brokers that have not would refuse each other",
          remedy:
            "keep it; the way is a second listener, clients and brokers over to it, the first one away, an up each",
        },
      ]),
  },
];
