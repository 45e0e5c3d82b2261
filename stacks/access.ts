/** Who logs in: the part of the composition that a security mode decides. */
import type * as pulumi from "@pulumi/pulumi";
import type { KafkaNamespace } from "../components/namespace.ts";
import { brokerAddresses } from "../components/nodeSets.ts";
import { KafkaPlatformLogins, platformSecrets } from "../components/platformLogins.ts";
import { KafkaUsers, type UserLogin, userSources } from "../components/users.ts";
import type { Labels } from "../kafka/labels.ts";
import type { SecurityProtocol } from "../kafka/listeners.ts";
import { listenerProtocols, logsIn } from "../kafka/security.ts";
import type { Settings } from "./settings/settings.ts";

export interface Access {
  /** What clients speak. */
  readonly protocol: SecurityProtocol;
  /** Secret by which the agent logs in; undefined where nobody does. */
  readonly login: string | undefined;
  /** Users for the agent to bring in line. */
  readonly users: { readonly sources: ReturnType<typeof userSources>; readonly subject: unknown } | undefined;
  /** How applications log in. */
  readonly logins: readonly UserLogin[];
  /** What must exist before the first pod that logs in, or is logged in at. */
  readonly before: readonly pulumi.Resource[];
}

interface Place {
  readonly namespace: KafkaNamespace;
  readonly labels: { readonly kafka: Labels; readonly agent: Labels };
  readonly provider: pulumi.ProviderResource;
}

export function access(settings: Settings, { namespace, labels, provider }: Place): Access {
  const protocol = listenerProtocols(settings).CLIENT;
  if (!logsIn(settings)) return { protocol, login: undefined, users: undefined, logins: [], before: [] };
  const prefix = settings.names.brokers;
  const options = { provider, dependsOn: namespace };
  const args = { namespace: namespace.namespace, prefix };
  const platform = new KafkaPlatformLogins(
    "logins",
    { ...args, labels: labels.kafka, brokers: brokerAddresses(settings), protocol },
    options,
  );
  const users = new KafkaUsers(
    "users",
    { ...args, clientPrefix: settings.names.client, labels: labels.agent, users: settings.users.items },
    options,
  );
  return {
    protocol,
    login: platformSecrets(prefix).admin,
    users: { sources: userSources(prefix), subject: users.subject },
    logins: users.logins,
    before: [platform, users],
  };
}
