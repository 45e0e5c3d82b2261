/** Certificates and who issues them. */
import type { SettingsInput } from "../../../stacks/settings/schema.ts";
import type { Cases } from "./case.ts";

const certificates = (input: NonNullable<SettingsInput["certificates"]>): SettingsInput => ({ certificates: input });
const company = { name: "company", kind: "ClusterIssuer" } as const;

export const CERTIFICATES: Cases = {
  "certificate-times": [
    {
      what: "a certificate for minutes",
      bad: certificates({ duration: "30m", renewBefore: "10m" }),
      good: certificates({ duration: "1h", renewBefore: "10m" }),
      at: "certificates.duration",
      says: "1h or more",
    },
    {
      what: "a renewal that is due as soon as the certificate is there",
      bad: certificates({ duration: "30d", renewBefore: "30d" }),
      good: certificates({ duration: "30d", renewBefore: "29d" }),
      at: "certificates.renewBefore",
      says: "less than certificates.duration",
    },
    {
      what: "a renewal at the last moment",
      bad: certificates({ renewBefore: "1m" }),
      good: certificates({ renewBefore: "5m" }),
      at: "certificates.renewBefore",
      says: "5m",
    },
  ],
  "authority-needless": [
    {
      what: "another authority of the stack's own where an issuer is named",
      bad: certificates({ issuer: company, authority: { generation: 2 } }),
      good: certificates({ issuer: company }),
      at: "certificates.authority",
      says: "leave certificates.authority out",
    },
    {
      what: "a first authority that takes over from none",
      bad: certificates({ authority: { rotation: "trust" } }),
      good: certificates({ authority: { generation: 2, rotation: "trust" } }),
      at: "certificates.authority",
      says: "generation=2",
    },
  ],
};
