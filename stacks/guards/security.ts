/** Security: whoever has rolled and whoever has not must go on to understand and to trust each other. */
import { type Authority, nextStates } from "../../kafka/authority.ts";
import { encrypts } from "../../kafka/security.ts";
import type { AppliedShape } from "../appliedShape.ts";
import { CHANGE, type ChangeRule, changed, ERROR, insteadOf } from "./rule.ts";

export const SECURITY_CHANGE_RULES: readonly ChangeRule[] = [
  {
    ...CHANGE,
    id: "security-in-one-step",
    severity: ERROR,
    summary:
      "Encryption and authentication are not switched in one go: brokers of the old and the new mode cannot talk.",
    check: (previous, next) => {
      const why = "brokers that have rolled and brokers that have not would refuse each other";
      const remedy =
        "keep it; the way is a second listener, clients and brokers over to it, the first one away, an up each";
      const keys = encrypts(previous) && encrypts(next) ? ["mode", "betweenNodes"] : ["mode"];
      return changed(
        previous,
        next,
        keys.map((key) => ({ path: ["security", key], why, remedy })),
      );
    },
  },
  {
    ...CHANGE,
    id: "authority-replaced",
    severity: ERROR,
    summary: "Certificates go on to come from the same authority: nodes and clients trust that one alone.",
    check: (previous, next) => {
      if (!encrypts(previous) || !encrypts(next)) return [];
      const [before, after] = [previous, next].map(({ certificates }) => nameOf(certificates.issuer));
      if (before === after) return [];
      return [
        {
          path: "certificates.issuer",
          found: insteadOf(after, before),
          expected: `${before}: nodes with a certificate of the new authority would be refused by all others, and by clients`,
          remedy:
            "keep it; a new authority of the stack's own comes by certificates.authority, which has a time in which everybody trusts both",
        },
      ];
    },
  },
  {
    ...CHANGE,
    id: "authority-rotated-at-once",
    severity: ERROR,
    summary: "An authority takes over from the one before step by step: trusted beside it, then signing, then alone.",
    check: (previous, next) => {
      if (!encrypts(previous) || !encrypts(next) || next.certificates.issuer !== null) return [];
      const [before, after] = [previous.certificates.authority, next.certificates.authority];
      const legal = nextStates(before);
      if ([before, ...legal].some((state) => authorityText(state) === authorityText(after))) return [];
      return [
        {
          path: "certificates.authority",
          found: insteadOf(authorityText(after), authorityText(before)),
          expected: legal.map(authorityText).join(" or "),
          remedy:
            "an up a step: nodes and clients must trust the new authority before it signs, and may forget the old one after",
        },
      ];
    },
  },
];

const authorityText = ({ generation, rotation }: Authority): string => `generation ${generation}, ${rotation}`;

const nameOf = (issuer: AppliedShape["certificates"]["issuer"]): string =>
  issuer === null ? "the stack's own" : `${issuer.kind} ${issuer.name}`;
