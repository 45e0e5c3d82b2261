/** How the protocol numbers what access control entries consist of. */
import {
  AclOperations,
  type AclOperationValue,
  AclPermissionTypes,
  type AclPermissionTypeValue,
  ResourcePatternTypes,
  type ResourcePatternTypeValue,
  ResourceTypes,
  type ResourceTypeValue,
} from "@platformatic/kafka";
import type { Acl, Operation, Pattern, Permission, Resource } from "../../kafka/access/acl.ts";

const RESOURCE_CODES: Readonly<Record<Resource, ResourceTypeValue>> = {
  topic: ResourceTypes.TOPIC,
  group: ResourceTypes.GROUP,
  transactionalId: ResourceTypes.TRANSACTIONAL_ID,
  cluster: ResourceTypes.CLUSTER,
  delegationToken: ResourceTypes.DELEGATION_TOKEN,
  user: ResourceTypes.USER,
};
const PATTERN_CODES: Readonly<Record<Pattern, ResourcePatternTypeValue>> = {
  literal: ResourcePatternTypes.LITERAL,
  prefixed: ResourcePatternTypes.PREFIXED,
};
const OPERATION_CODES: Readonly<Record<Operation, AclOperationValue>> = {
  All: AclOperations.ALL,
  Read: AclOperations.READ,
  Write: AclOperations.WRITE,
  Create: AclOperations.CREATE,
  Delete: AclOperations.DELETE,
  Alter: AclOperations.ALTER,
  Describe: AclOperations.DESCRIBE,
  ClusterAction: AclOperations.CLUSTER_ACTION,
  DescribeConfigs: AclOperations.DESCRIBE_CONFIGS,
  AlterConfigs: AclOperations.ALTER_CONFIGS,
  IdempotentWrite: AclOperations.IDEMPOTENT_WRITE,
  CreateTokens: AclOperations.CREATE_TOKENS,
  DescribeTokens: AclOperations.DESCRIBE_TOKENS,
  TwoPhaseCommit: AclOperations.TWO_PHASE_COMMIT,
};
const PERMISSION_CODES: Readonly<Record<Permission, AclPermissionTypeValue>> = {
  allow: AclPermissionTypes.ALLOW,
  deny: AclPermissionTypes.DENY,
};

/** An entry as the protocol has it, beside the principal. */
export interface Coded {
  readonly resourceType: ResourceTypeValue;
  readonly resourcePatternType: ResourcePatternTypeValue;
  readonly resourceName: string;
  readonly operation: AclOperationValue;
  readonly permissionType: AclPermissionTypeValue;
  readonly host: string;
}

export function encode({ permission, operation, resource, pattern, name, host }: Acl): Coded {
  return {
    resourceType: RESOURCE_CODES[resource],
    resourcePatternType: PATTERN_CODES[pattern],
    resourceName: name,
    operation: OPERATION_CODES[operation],
    permissionType: PERMISSION_CODES[permission],
    host,
  };
}

/** @throws Error where a broker knows a number that this program does not */
export function decode(coded: Coded): Acl {
  return {
    permission: named(PERMISSION_CODES, coded.permissionType, "permission"),
    operation: named(OPERATION_CODES, coded.operation, "operation"),
    resource: named(RESOURCE_CODES, coded.resourceType, "resource"),
    pattern: named(PATTERN_CODES, coded.resourcePatternType, "pattern"),
    name: coded.resourceName,
    host: coded.host,
  };
}

function named<T extends string>(codes: Readonly<Record<T, number>>, code: number, what: string): T {
  for (const name in codes) if (codes[name] === code) return name;
  throw new Error(`found ${what} ${code} in an access control entry, expected one that Kafka 4.3 knows`);
}
