/** From declared users to what must change: asks the cluster, and tries declared passwords. */
import { AuthenticationError } from "@platformatic/kafka";
import { openLogins, type UserSpec } from "../../kafka/access/userFile.ts";
import { type Cluster, type ClusterOptions, openCluster } from "../connection.ts";
import { observeAccess } from "./observe.ts";
import { type AccessPlan, planAccess } from "./plan.ts";

export interface DesiredAccess {
  readonly users: readonly UserSpec[];
  /** By name to log in with; one for each of the users that are present. */
  readonly passwords: ReadonlyMap<string, string>;
  /** Names that are the program's without being users: never listed as strangers, never touched. */
  readonly kept: ReadonlySet<string>;
  /** Where a declared password is tried. */
  readonly door: ClusterOptions;
}

/** @throws the last error where the cluster gives no answer */
export async function changesOfAccess(cluster: Cluster, access: DesiredAccess): Promise<AccessPlan> {
  const { users, passwords, kept, door } = access;
  const fits = (login: string) => opens(door, login, passwords.get(login) ?? "");
  return planAccess(users, await observeAccess(cluster, openLogins(users), fits), kept);
}

/** Kafka tells no password, nor whether two are the same; so the declared one is tried, as its user would. */
async function opens(door: ClusterOptions, username: string, password: string): Promise<boolean> {
  const sasl = { mechanism: "SCRAM-SHA-512", username, password } as const;
  const client = openCluster({ ...door, security: { ...door.security, sasl } });
  try {
    await client.call("any", "ApiVersions", "kafka-platform-agent", "1");
    return true;
  } catch (error) {
    if (isRefused(error)) return false;
    throw error;
  } finally {
    await client.close();
  }
}

function isRefused(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const inner: unknown[] = error instanceof AggregateError ? error.errors : [];
  return error instanceof AuthenticationError || [...inner, error.cause].some(isRefused);
}
