/** Names of Secrets that hold logins. */

/**
 * Secret of a user, e.g. `kafka-client-orders`: the name in lower case, with hyphens where Kubernetes takes no underscore.
 * @param prefix name of what every application gets
 */
export const secretName = (prefix: string, user: string): string =>
  `${prefix}-${user.toLowerCase().replaceAll("_", "-")}`;
