/** Users that the platform itself logs in as; no stack file declares them. */
export const PLATFORM_USERS = {
  /** Brokers among themselves. */
  broker: "kafka-broker",
  /** The agent, and people with the admin Secret. */
  admin: "kafka-admin",
} as const;

/** Who a connection is that did not log in. */
export const ANONYMOUS = "ANONYMOUS";
