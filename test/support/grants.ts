/** A grant that reaches nothing: what tests lay theirs over. */
import type { Grant } from "../../kafka/access/roles.ts";

export const NO_GRANT: Grant = {
  role: "producer",
  topics: [],
  prefixes: [],
  outputs: [],
  groups: [],
  groupPrefixes: [],
  transactionalIds: [],
  transactionalIdPrefixes: [],
  applicationId: null,
};
