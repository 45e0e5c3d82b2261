/** Production, what is not built yet, and overrides. */
import { type Cases, kafka, production } from "./case.ts";

export const PRODUCTION: Cases = {
  "not-built-yet": [
    {
      what: "what the program does not build, by name",
      bad: { connect: { enabled: true } },
      good: { connect: { enabled: false } },
      at: "connect.enabled",
      says: "set connect.enabled=false",
    },
  ],
  "prod-auto-create": [
    {
      what: "topics that appear by themselves in production",
      bad: production(kafka({ autoCreateTopics: true })),
      good: production(kafka({ autoCreateTopics: false })),
      at: "kafka.autoCreateTopics",
      says: "in allowUnsafe with a reason",
    },
  ],
  "prod-plaintext": [
    {
      what: "production without authentication",
      bad: production(),
      good: { environment: "dev" },
      at: "security.mode",
      says: "scram-tls",
    },
  ],
  "prod-unprotected": [
    {
      what: "production data that anyone may delete",
      bad: production({ deletionProtection: false }),
      good: production({ deletionProtection: true }),
      at: "deletionProtection",
      says: "tear-down",
    },
  ],
  "prod-shared-hosts": [
    {
      what: "two brokers on a host in production",
      bad: production({ scheduling: { antiAffinity: "none" } }),
      good: production({ scheduling: { antiAffinity: "required" } }),
      at: "scheduling.antiAffinity",
      says: "a node for each broker",
    },
  ],
  "prod-short-grace": [
    {
      what: "a broker that is killed before it has stopped",
      bad: production(kafka({ terminationGrace: "30s" })),
      good: production(kafka({ terminationGrace: "10m" })),
      at: "kafka.terminationGrace",
      says: "at least 300s",
    },
  ],
  "allow-unsafe-unknown": [
    {
      what: "an override of a rule that does not exist",
      bad: { allowUnsafe: [{ rule: "even-quorums", reason: "a test" }] },
      good: { allowUnsafe: [{ rule: "even-quorum", reason: "a test" }] },
      at: "allowUnsafe[0].rule",
      says: "did you mean even-quorum?",
    },
  ],
  "allow-unsafe-refused": [
    {
      what: "an override of what cannot work",
      bad: { allowUnsafe: [{ rule: "replication-factor-over-brokers", reason: "a test" }] },
      good: { allowUnsafe: [{ rule: "quorum-too-large", reason: "a test" }] },
      at: "allowUnsafe[0].rule",
      says: "could not work",
    },
  ],
  "allow-unsafe-open-ended": [
    {
      what: "an override of a change rule that never ends",
      bad: { allowUnsafe: [{ rule: "volume-shrunk", reason: "a test" }] },
      good: { allowUnsafe: [{ rule: "volume-shrunk", reason: "a test", until: "2026-11-30" }] },
      at: "allowUnsafe[0].until",
      says: "one change",
    },
  ],
  "allow-unsafe-expired": [
    {
      what: "an override whose date has passed",
      bad: { allowUnsafe: [{ rule: "even-quorum", reason: "a test", until: "2026-11-20" }] },
      good: { allowUnsafe: [{ rule: "even-quorum", reason: "a test", until: "2026-11-21" }] },
      at: "allowUnsafe[0].until",
      says: "2026-11-21 or later",
    },
  ],
};
