/**
 * What an authorizer decided, as far as somebody asks for it later: every denial, and what was allowed that changes
 * topics, users, rights, quotas or groups. The rest of what it allows is a line for each request of each client.
 *
 * Brokers need it as controllers do: these see changes of topics, users and rights, but whoever deletes records or groups
 * asks a broker alone. It costs a broker some 2 µs for each decision, most of them in Kafka, which writes the line before
 * a filter can drop it.
 */

export const AUDIT = {
  /** Logger of both authorizers: denials at INFO, what is allowed at DEBUG. */
  logger: "kafka.authorizer.logger",
  id: "audit",
} as const;

/** How the names of such operations begin, so that ALTER is ALTER_CONFIGS too. */
const CHANGES = ["CREATE", "DELETE", "ALTER"] as const;
const DENIED = "Denied";
const allowed = (operation: string) => `Allowed operation = ${operation}`;
/** As the authorizer for ZooKeeper spells it. */
const allowedOnZookeeper = (operation: string) =>
  `Allowed Operation = ${operation.charAt(0)}${operation.slice(1).toLowerCase()}`;

const FILTERS = {
  log4j: () => {
    const decisions = [DENIED, ...CHANGES.map(allowed), ...CHANGES.map(allowedOnZookeeper)];
    // They are asked in the order of their names as text.
    const key = (index: number) => `log4j.appender.${AUDIT.id}.filter.${String(index + 1).padStart(2, "0")}`;
    return [
      ...decisions.flatMap((decision, index) => [
        `${key(index)}=org.apache.log4j.varia.StringMatchFilter`,
        `${key(index)}.StringToMatch=is ${decision}`,
      ]),
      `${key(decisions.length)}=org.apache.log4j.varia.DenyAllFilter`,
    ];
  },
  log4j2: () => {
    const key = `appender.${AUDIT.id}.filter.decision`;
    // It gives up at the first "is" that is followed by something else, as searching the rest would double the cost. Line
    // breaks count as letters: a name with one must not hide the attempt that it was used for.
    const decisions = [DENIED, ...CHANGES.map(allowed)].join("|");
    return [
      `${key}.type=RegexFilter`,
      `${key}.regex=(?s)Principal = [^ ]*+(?: (?!is )[^ ]*+)*+ is (?:${decisions}).*`,
      `${key}.onMatch=ACCEPT`,
      `${key}.onMismatch=DENY`,
    ];
  },
} as const;

/** Lines that leave nothing else to the appender. */
export const auditFilter = (format: keyof typeof FILTERS): string[] => FILTERS[format]();

/** Clients choose the names that they ask for: what follows a line break in one must not look like another decision. */
export const auditPattern = (format: keyof typeof FILTERS, pattern: string): string =>
  format === "log4j2" ? pattern.replace("%m", "%enc{%m}{CRLF}") : pattern;
