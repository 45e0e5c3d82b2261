/** Certificates: times that leave one to renew them in, and an authority that can be told from the one before. */
import { ERROR, type Rule } from "./rule.ts";

const [MINUTE, HOUR] = [60_000, 3_600_000];
const minutes = (ms: number): string => `${Math.floor(ms / MINUTE)}m`;

export const CERTIFICATE_RULES: readonly Rule[] = [
  {
    id: "certificate-times",
    severity: ERROR,
    overridable: false,
    summary: "Certificates are valid for an hour at least, and are renewed before they end, but not at once.",
    check: ({ certificates: { duration: valid, renewBefore } }) => {
      if (valid < HOUR) {
        const [path, remedy] = ["certificates.duration", "set certificates.duration=90d"];
        return [{ path, found: minutes(valid), expected: "1h or more, as cert-manager wants it", remedy }];
      }
      if (renewBefore >= 5 * MINUTE && renewBefore < valid) return [];
      return [
        {
          path: "certificates.renewBefore",
          found: minutes(renewBefore),
          expected: `5m to less than certificates.duration (${minutes(valid)})`,
          remedy: "set it to a third of certificates.duration",
        },
      ];
    },
  },
  {
    id: "authority-needless",
    severity: ERROR,
    overridable: false,
    summary: "Only an authority of the stack's own takes over from another, and the first one has none before it.",
    check: ({ certificates: { issuer, authority } }) => {
      const { generation, rotation } = authority;
      const path = "certificates.authority";
      if (issuer !== null) {
        if (generation === 1 && rotation === "done") return [];
        const expected = "generation 1, done: the issuer has an authority of its own";
        return [{ path, found: `generation ${generation}, ${rotation}`, expected, remedy: `leave ${path} out` }];
      }
      if (generation > 1 || rotation === "done") return [];
      return [
        {
          path,
          found: `generation 1, ${rotation}`,
          expected: "rotation done, or generation 2",
          remedy: `set ${path}.generation=2 to bring in another authority`,
        },
      ];
    },
  },
];
