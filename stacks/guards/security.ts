/** Security: whoever has rolled and whoever has not must go on to understand and to trust each other. */
import { nextPasswords } from "../../kafka/access/platformLogins.ts";
import { nextStates } from "../../kafka/authority.ts";
import { type Rotating, rotationText } from "../../kafka/rotation.ts";
import { encrypts, logsIn, passwordsOf } from "../../kafka/security.ts";
import { isStep, nextStep, type Open, openOf, openText } from "../../kafka/securitySteps.ts";
import type { AppliedShape } from "../appliedShape.ts";
import type { Finding } from "../settings/problem.ts";
import type { Settings } from "../settings/settings.ts";
import { isMigrating } from "./migration.ts";
import { CHANGE, type ChangeRule, changed, ERROR, insteadOf } from "./rule.ts";

export const SECURITY_CHANGE_RULES: readonly ChangeRule[] = [
  {
    ...CHANGE,
    id: "security-in-one-step",
    severity: ERROR,
    summary:
      "A security mode is changed by steps: listeners of the new one beside those in use, then in their place, then alone.",
    check: (previous, next) => {
      const [before, after] = [openOf(previous), openOf(next)];
      const between = encrypts(previous) && encrypts(next) ? [BETWEEN_NODES] : [];
      return [...stepProblems(before, after, isMigrating(previous, next)), ...changed(previous, next, between)];
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
      const remedy =
        "an up a step: nodes and clients must trust the new authority before it signs, and may forget the old one after";
      return outOfTurn("certificates.authority", remedy, { before, after, legal: nextStates(before) });
    },
  },
  {
    ...CHANGE,
    id: "platform-passwords-at-once",
    severity: ERROR,
    summary: "Passwords of the platform are replaced step by step: open beside those before, then used, then alone.",
    check: (previous, next) => {
      if (!logsIn(previous) || !logsIn(next)) return [];
      const [before, after] = [passwordsOf(previous), passwordsOf(next)];
      const remedy =
        "an up a step: nodes must know the new passwords before any of them is used, and may forget the old ones after";
      return outOfTurn("security.platformPasswords", remedy, { before, after, legal: nextPasswords(before) });
    },
  },
  {
    ...CHANGE,
    id: "cert-manager-removed",
    severity: ERROR,
    summary: "cert-manager stays where this stack installed it: without it no certificate of the cluster is renewed.",
    check: (previous, next) => {
      if (!installsCertManager(previous) || installsCertManager(next)) return [];
      const path = "certificates.certManager";
      const { certManager } = next.certificates;
      return [
        {
          path,
          found: `${insteadOf(certManager, "install")}${encrypts(next) ? "" : `, with security.mode ${next.security.mode}`}`,
          expected:
            "install: the release would go, and with its definitions every Certificate and Issuer of the cluster",
          remedy: `${CERT_MANAGER}; then allow this rule for a day`,
        },
      ];
    },
  },
];

/** A stack that encrypts nothing has nothing issued. */
const installsCertManager = (settings: Pick<Settings, "certificates" | "security" | "listeners">): boolean =>
  encrypts(settings) && settings.certificates.certManager === "install";
const CERT_MANAGER =
  "keep it; to hand the release over, take it out of this stack's state by `pulumi state delete`, which leaves it running";

interface Turn {
  readonly before: Rotating<string>;
  readonly after: Rotating<string>;
  readonly legal: readonly Rotating<string>[];
}
function outOfTurn(path: string, remedy: string, { before, after, legal }: Turn): Finding[] {
  if ([before, ...legal].some((state) => rotationText(state) === rotationText(after))) return [];
  const found = insteadOf(rotationText(after), rotationText(before));
  return [{ path, found, expected: legal.map(rotationText).join(" or "), remedy }];
}

const REFUSED = "brokers that have rolled and brokers that have not would refuse each other";
const BETWEEN_NODES = {
  path: ["security", "betweenNodes"],
  why: REFUSED,
  remedy: "keep it; a stack in plaintext or scram may take another value before it goes on to scram-tls",
};

function stepProblems(before: Open, after: Open, migrating: boolean): Finding[] {
  const [from, to] = [before, after].map(openText);
  if (from === to || (isStep(before, after) && !migrating)) return [];
  const path = before.used.mode === after.used.mode ? "security.alongside" : "security.mode";
  if (migrating) {
    // A port alone is another rule's matter.
    if (isStep(before, after) && path === "security.alongside" && modes(before) === modes(after)) return [];
    const remedy = "keep it until coordination.mode=kraft is applied";
    return [
      {
        path,
        found: `${modes(after)}, applied is ${modes(before)}`,
        expected: `${modes(before)}: nodes are on their way from ZooKeeper to KRaft`,
        remedy,
      },
    ];
  }
  const towards = after.used.mode === before.used.mode ? (after.alongside?.mode ?? before.used.mode) : after.used.mode;
  return [
    {
      path,
      found: `${modes(after)}, applied is ${modes(before)}`,
      expected: `a step at a time: ${REFUSED}`,
      remedy: `next set ${openText(nextStep(before, towards))}`,
    },
  ];
}

const modes = ({ used, alongside }: Open): string =>
  alongside === null ? used.mode : `${used.mode} with ${alongside.mode} alongside`;

const nameOf = (issuer: AppliedShape["certificates"]["issuer"]): string =>
  issuer === null ? "the stack's own" : `${issuer.kind} ${issuer.name}`;
