/**
 * What a role may do with the topics that it is given: the least that clients of that kind need, as a table. Entries for a
 * user follow from its roles alone, so deriving them twice gives the same.
 */
import { type Acl, distinct, type Operation, type Pattern, type Resource } from "./acl.ts";

export const ROLES = ["producer", "consumer", "streamProcessor", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** One grant of a role. */
export interface Grant {
  readonly role: Role;
  /** Topics by name; what a stream processor reads. */
  readonly topics: readonly string[];
  /** Beginnings of topic names. */
  readonly prefixes: readonly string[];
  /** A stream processor's: topics that it writes to. */
  readonly outputs: readonly string[];
  /** A consumer's: groups by name. */
  readonly groups: readonly string[];
  /** A consumer's: beginnings of group names. */
  readonly groupPrefixes: readonly string[];
  /** A producer's: transactional ids by name. */
  readonly transactionalIds: readonly string[];
  /** A producer's: beginnings of transactional ids. */
  readonly transactionalIdPrefixes: readonly string[];
  /** A stream processor's `application.id`: its group, and the beginning of its internal topics and transactional ids. */
  readonly applicationId: string | null;
}

type Names = (grant: Grant) => readonly string[];
interface Row {
  readonly resource: Resource;
  readonly pattern: Pattern;
  readonly names: Names;
  readonly operations: readonly Operation[];
}

const topics: Names = (grant) => grant.topics;
const prefixes: Names = (grant) => grant.prefixes;
const application: Names = ({ applicationId }) => (applicationId === null ? [] : [applicationId]);
/** Internal topics and transactional ids of an application go on after a hyphen. */
const applicationParts: Names = ({ applicationId }) => (applicationId === null ? [] : [`${applicationId}-`]);

const onTopics = (operations: readonly Operation[]): Row[] => [
  { resource: "topic", pattern: "literal", names: topics, operations },
  { resource: "topic", pattern: "prefixed", names: prefixes, operations },
];

/**
 * Read, Write and Delete include Describe, so it stands nowhere. An idempotent producer needs nothing more since Kafka 2.8
 * (KIP-679); one with a transactional id writes to that id (KIP-98). What Kafka Streams makes for itself begins with its
 * application id (its documentation, "Required ACL setting for secure Kafka clusters").
 */
const TABLE: Readonly<Record<Role, readonly Row[]>> = {
  producer: [
    ...onTopics(["Write"]),
    { resource: "transactionalId", pattern: "literal", names: (one) => one.transactionalIds, operations: ["Write"] },
    {
      resource: "transactionalId",
      pattern: "prefixed",
      names: (one) => one.transactionalIdPrefixes,
      operations: ["Write"],
    },
  ],
  consumer: [
    ...onTopics(["Read"]),
    { resource: "group", pattern: "literal", names: (one) => one.groups, operations: ["Read"] },
    { resource: "group", pattern: "prefixed", names: (one) => one.groupPrefixes, operations: ["Read"] },
  ],
  streamProcessor: [
    ...onTopics(["Read"]),
    { resource: "topic", pattern: "literal", names: (one) => one.outputs, operations: ["Write"] },
    {
      resource: "topic",
      pattern: "prefixed",
      names: applicationParts,
      operations: ["Create", "Delete", "DescribeConfigs", "Read", "Write"],
    },
    { resource: "group", pattern: "literal", names: application, operations: ["Delete", "Read"] },
    { resource: "transactionalId", pattern: "prefixed", names: applicationParts, operations: ["Write"] },
  ],
  admin: [
    ...onTopics(["Alter", "AlterConfigs", "Create", "Delete", "Read"]),
    { resource: "group", pattern: "literal", names: (one) => one.groups, operations: ["Delete", "Read"] },
    { resource: "group", pattern: "prefixed", names: (one) => one.groupPrefixes, operations: ["Delete", "Read"] },
  ],
};

/** Entries that grants need, each once, in a fixed order. */
export function deriveAcls(grants: readonly Grant[]): Acl[] {
  return distinct(
    grants.flatMap((grant) =>
      TABLE[grant.role].flatMap(({ resource, pattern, names, operations }) =>
        names(grant).flatMap((name) =>
          operations.map((operation): Acl => ({ permission: "allow", operation, resource, pattern, name, host: "*" })),
        ),
      ),
    ),
  );
}
