/**
 * One access control entry of Kafka, and its form as one line of text: what a review shows, and what tells two apart.
 *
 *     allow Read on topic "user.events" from "*"
 *     allow Write on prefixed topic "llm-" from "*"
 */

export const RESOURCES = ["topic", "group", "transactionalId", "cluster", "delegationToken", "user"] as const;
export type Resource = (typeof RESOURCES)[number];

export const PATTERNS = ["literal", "prefixed"] as const;
export type Pattern = (typeof PATTERNS)[number];

/** As Kafka names them (KIP-11 and later). Read, Write, Delete and Alter include Describe; AlterConfigs DescribeConfigs. */
export const OPERATIONS = [
  "All",
  "Read",
  "Write",
  "Create",
  "Delete",
  "Alter",
  "Describe",
  "ClusterAction",
  "DescribeConfigs",
  "AlterConfigs",
  "IdempotentWrite",
  "CreateTokens",
  "DescribeTokens",
  "TwoPhaseCommit",
] as const;
export type Operation = (typeof OPERATIONS)[number];

export const PERMISSIONS = ["allow", "deny"] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What a principal may or may not do; whose it is stands beside it. */
export interface Acl {
  readonly permission: Permission;
  readonly operation: Operation;
  readonly resource: Resource;
  readonly pattern: Pattern;
  /** Name of the resource; `*` with a literal pattern is every one. */
  readonly name: string;
  /** Address of the client; `*` is any. */
  readonly host: string;
}

/** The one name that a cluster has in access control entries. */
export const CLUSTER_NAME = "kafka-cluster";

/** The entry as a line; equal entries give equal lines. */
export function aclText({ permission, operation, resource, pattern, name, host }: Acl): string {
  const prefixed = pattern === "prefixed" ? "prefixed " : "";
  return `${permission} ${operation} on ${prefixed}${resource} ${JSON.stringify(name)} from ${JSON.stringify(host)}`;
}

const TEXT = '("(?:[^"\\\\]|\\\\.)*")';
const LINE = new RegExp(`^(\\w+) (\\w+) on (prefixed )?(\\w+) ${TEXT} from ${TEXT}$`);

/** Reads a line back; undefined where it is none. */
export function parseAcl(line: string): Acl | undefined {
  const [, permission, operation, prefixed, resource, name, host] = LINE.exec(line) ?? [];
  const known = {
    permission: PERMISSIONS.find((one) => one === permission),
    operation: OPERATIONS.find((one) => one === operation),
    resource: RESOURCES.find((one) => one === resource),
  };
  if (!known.permission || !known.operation || !known.resource || name === undefined || host === undefined) {
    return undefined;
  }
  try {
    return {
      permission: known.permission,
      operation: known.operation,
      resource: known.resource,
      pattern: prefixed === undefined ? "literal" : "prefixed",
      name: JSON.parse(name) as string,
      host: JSON.parse(host) as string,
    };
  } catch {
    return undefined;
  }
}

/** Each entry once, in the order of their lines. */
export function distinct(acls: readonly Acl[]): Acl[] {
  const byText = new Map(acls.map((acl) => [aclText(acl), acl]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, acl]) => acl);
}
