/** Changes of modes of security, authorities and passwords of the platform: what each rule refuses, and the nearest change that passes. */
import type { PlatformPasswords } from "../../../kafka/access/platformLogins.ts";
import type { Rotation } from "../../../kafka/authority.ts";
import type { SecurityMode } from "../../../kafka/security.ts";
import type { SettingsInput } from "../../../stacks/settings/schema.ts";
import { type ChangeCases, phase } from "./case.ts";

const authority = (generation: number, rotation: Rotation): SettingsInput => ({
  security: { mode: "scram-tls" },
  certificates: { authority: { generation, rotation } },
});
const passwords = (generation: number, rotation: PlatformPasswords["rotation"]): SettingsInput => ({
  security: { mode: "scram", platformPasswords: { generation, rotation } },
});
const portsFrom = (client: number) => ({
  client: { port: client },
  replication: { port: client - 1 },
  controller: { port: client + 1 },
});
const alongside = (mode: SecurityMode, client: number) => ({ mode, listeners: portsFrom(client) });
const issuing = (certManager: "install" | "present", mode: SecurityMode = "scram-tls"): SettingsInput => ({
  security: { mode },
  certificates: { certManager },
});

export const SECURITY: ChangeCases = {
  "security-in-one-step": [
    {
      what: "encryption in one go",
      from: {},
      bad: { security: { mode: "scram-tls" } },
      good: { security: { alongside: alongside("scram-tls", 9192) } },
      at: "security.mode",
      says: "next set security.mode=plaintext, listeners={ client: { port: 9092 }, replication: { port: 9091 }, controller: { port: 9093 } }, security.alongside={ mode: scram-tls, listeners: { client: { port: 9192 }",
    },
    {
      what: "the end of listeners that are in use",
      from: { security: { alongside: alongside("scram-tls", 9192) } },
      bad: { security: { mode: "scram-tls" }, listeners: portsFrom(9192) },
      good: { security: { mode: "scram-tls", alongside: alongside("plaintext", 9092) }, listeners: portsFrom(9192) },
      at: "security.mode",
      says: "next set security.mode=scram-tls, listeners={ client: { port: 9192 }",
    },
    {
      what: "listeners that change places without their ports",
      from: { security: { alongside: alongside("scram", 9192) } },
      bad: { security: { mode: "scram", alongside: alongside("plaintext", 9192) } },
      good: { security: { mode: "plaintext" } },
      at: "security.mode",
      says: "security.alongside={ mode: plaintext, listeners: { client: { port: 9092 }",
    },
    {
      what: "other listeners in place of those alongside",
      from: { security: { alongside: alongside("scram", 9192) } },
      bad: { security: { alongside: alongside("scram-tls", 9192) } },
      good: { security: { alongside: alongside("scram", 9192), networkPolicies: true } },
      at: "security.alongside",
      says: "next set security.mode=plaintext",
    },
    {
      what: "a step in the middle of the way from ZooKeeper to KRaft",
      from: phase("dual-write"),
      bad: { ...phase("dual-write"), security: { alongside: alongside("scram", 9192) } },
      good: phase("dual-write"),
      at: "security.alongside",
      says: "on their way from ZooKeeper to KRaft",
    },
    {
      what: "passwords among nodes in place of certificates",
      from: { security: { mode: "scram-tls" } },
      bad: { security: { mode: "scram-tls", betweenNodes: "scram" } },
      good: { security: { mode: "scram-tls", networkPolicies: true } },
      at: "security.betweenNodes",
      says: "would refuse each other",
    },
  ],
  "authority-replaced": [
    {
      what: "an issuer in place of the stack's own authority",
      from: { security: { mode: "scram-tls" } },
      bad: { security: { mode: "scram-tls" }, certificates: { issuer: { name: "company", kind: "ClusterIssuer" } } },
      good: { security: { mode: "scram-tls" }, certificates: { duration: "60d" } },
      at: "certificates.issuer",
      says: "trusts both",
    },
  ],
  "authority-rotated-at-once": [
    {
      what: "a new authority that nobody trusts yet",
      from: authority(1, "done"),
      bad: authority(2, "done"),
      good: authority(2, "trust"),
      at: "certificates.authority",
      says: "generation 2, trust",
    },
    {
      what: "the end of the old authority while it still signs",
      from: authority(2, "trust"),
      bad: authority(2, "done"),
      good: authority(2, "sign"),
      at: "certificates.authority",
      says: "generation 2, sign or generation 1, done",
    },
    {
      what: "going back to an authority that signs no more, at once",
      from: authority(2, "sign"),
      bad: authority(1, "done"),
      good: authority(2, "trust"),
      at: "certificates.authority",
      says: "generation 2, done or generation 2, trust",
    },
  ],
  "cert-manager-removed": [
    {
      what: "a stack that leaves to others what it installed for all",
      from: issuing("install"),
      bad: issuing("present"),
      good: issuing("install"),
      at: "certificates.certManager",
      says: "every Certificate and Issuer of the cluster",
    },
    {
      what: "a stack that has no more use for it itself",
      from: issuing("install"),
      bad: issuing("install", "scram"),
      good: issuing("install"),
      at: "certificates.certManager",
      says: "with security.mode scram",
    },
  ],
  "platform-passwords-at-once": [
    {
      what: "new passwords of the platform that no node knows yet",
      from: passwords(1, "done"),
      bad: passwords(2, "use"),
      good: passwords(2, "trust"),
      at: "security.platformPasswords",
      says: "generation 2, trust",
      rows: "R-USR-11",
    },
    {
      what: "the end of the former passwords while nodes still use them",
      from: passwords(2, "trust"),
      bad: passwords(2, "done"),
      good: passwords(2, "use"),
      at: "security.platformPasswords",
      says: "generation 2, use or generation 1, done",
      rows: "R-USR-11",
    },
    {
      what: "going back to passwords that are used no more, at once",
      from: passwords(2, "use"),
      bad: passwords(1, "done"),
      good: passwords(2, "trust"),
      at: "security.platformPasswords",
      says: "generation 2, done or generation 2, trust",
      rows: "R-USR-11",
    },
  ],
};
