/** Names of Secrets that hold logins. */

/** Secret of a user, e.g. `kafka-user-orders`: the name in lower case, with hyphens where Kubernetes takes no underscore. */
export const secretName = (prefix: string, user: string): string =>
  `${prefix}-user-${user.toLowerCase().replaceAll("_", "-")}`;
