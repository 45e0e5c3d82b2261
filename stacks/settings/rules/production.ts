/** What a stack with `profile: production` must not, or should not, do. */
import { openModes } from "../../../kafka/security.ts";
import { humanDuration } from "../explain.ts";
import { PRODUCTION_ERROR, PRODUCTION_WARNING, type Rule } from "./rule.ts";

/** Moving the leaders of a busy broker away takes minutes; a killed one recovers its logs instead. */
const SHORTEST_GRACE_MS = 300_000;

export const PRODUCTION_RULES: readonly Rule[] = [
  {
    id: "prod-auto-create",
    severity: PRODUCTION_ERROR,
    overridable: true,
    summary: "In production brokers do not make topics by themselves: a misspelt name would become a topic.",
    check: ({ kafka: { autoCreateTopics } }) =>
      autoCreateTopics
        ? [
            {
              path: "kafka.autoCreateTopics",
              found: "true",
              expected: "false",
              remedy: "set kafka.autoCreateTopics=false, or name prod-auto-create in allowUnsafe with a reason",
            },
          ]
        : [],
  },
  {
    id: "prod-plaintext",
    severity: PRODUCTION_WARNING,
    overridable: true,
    summary: "In production connections are authenticated and encrypted.",
    check: (settings) => {
      const { mode } = settings.security;
      const open = openModes(settings).filter((one) => one !== "scram-tls");
      return open.length > 0
        ? [
            {
              path: mode === "scram-tls" ? "security.alongside" : "security.mode",
              found: open.join(" and "),
              expected: "scram-tls",
              remedy:
                "bring scram-tls in by security.alongside; until then keep the pods behind security.networkPolicies",
            },
          ]
        : [];
    },
  },
  {
    id: "prod-unprotected",
    severity: PRODUCTION_WARNING,
    overridable: true,
    summary: "In production what holds data is protected from deletion.",
    check: ({ deletionProtection }) =>
      deletionProtection
        ? []
        : [
            {
              path: "deletionProtection",
              found: "false",
              expected: "true",
              remedy: "set deletionProtection=true; take it off for a planned tear-down only",
            },
          ],
  },
  {
    id: "prod-shared-hosts",
    severity: PRODUCTION_WARNING,
    overridable: true,
    summary: "In production no two brokers share a host: its loss would take two replicas at once.",
    check: ({ scheduling: { antiAffinity }, kafka: { replicas } }) =>
      antiAffinity === "required" || replicas === 1
        ? []
        : [
            {
              path: "scheduling.antiAffinity",
              found: antiAffinity,
              expected: "required",
              remedy: "set scheduling.antiAffinity=required, with a node for each broker",
            },
          ],
  },
  {
    id: "prod-short-grace",
    severity: PRODUCTION_WARNING,
    overridable: true,
    summary: "In production a broker gets 300 s to stop: a killed one starts with log recovery.",
    check: ({ kafka: { terminationGrace } }) =>
      terminationGrace >= SHORTEST_GRACE_MS
        ? []
        : [
            {
              path: "kafka.terminationGrace",
              found: humanDuration(terminationGrace),
              expected: "at least 300s",
              remedy: "set kafka.terminationGrace=300s",
            },
          ],
  },
];
