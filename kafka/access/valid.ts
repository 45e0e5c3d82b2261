/** Which operations Kafka takes for which kind of resource (its AclEntry.supportedOperations); it refuses all others. */
import type { Operation, Resource } from "./acl.ts";

export const VALID_OPERATIONS: Readonly<Record<Resource, readonly Operation[]>> = {
  topic: ["All", "Read", "Write", "Create", "Describe", "Delete", "Alter", "DescribeConfigs", "AlterConfigs"],
  group: ["All", "Read", "Describe", "Delete", "DescribeConfigs", "AlterConfigs"],
  transactionalId: ["All", "Describe", "Write", "TwoPhaseCommit"],
  cluster: [
    ...["All", "Create", "ClusterAction", "DescribeConfigs", "AlterConfigs", "IdempotentWrite"],
    ...["Alter", "Describe"],
  ] as Operation[],
  delegationToken: ["All", "Describe"],
  user: ["All", "CreateTokens", "DescribeTokens"],
};
