/** Who logs in: the part of the composition that a security mode decides. */
import type * as pulumi from "@pulumi/pulumi";
import { KafkaCertificates, type TrustStore } from "../components/certificates.ts";
import { KafkaCertManager } from "../components/certManager.ts";
import type { KafkaNamespace } from "../components/namespace.ts";
import { brokerAddresses } from "../components/nodeSets.ts";
import { KafkaPlatformLogins, platformSecrets } from "../components/platformLogins.ts";
import type { AgentUsers } from "../components/topics.ts";
import { KafkaUsers, type UserLogin, userSources } from "../components/users.ts";
import { phaseFacts } from "../kafka/coordination.ts";
import { certifiesEnsemble } from "../kafka/ensembleTls.ts";
import { externalHost } from "../kafka/externalAccess.ts";
import type { Labels } from "../kafka/labels.ts";
import type { SecurityProtocol } from "../kafka/listeners.ts";
import { nodeIdBase } from "../kafka/quorum.ts";
import { encrypts, listenerProtocols, loginDoor } from "../kafka/security.ts";
import { certificateNames } from "../kafka/tls.ts";
import { hasControllers } from "./nodes.ts";
import type { Providers } from "./provider.ts";
import type { Settings } from "./settings/settings.ts";

export interface Access {
  /** What clients speak at the listeners that the platform itself uses. */
  readonly protocol: SecurityProtocol;
  /** Secret by which the agent logs in; undefined where it does not have to. */
  readonly login: string | undefined;
  /** Users for the agent to bring in line. */
  readonly users: AgentUsers | undefined;
  /** Where applications log in; undefined where nobody does. */
  readonly door: { readonly brokers: string; readonly securityProtocol: SecurityProtocol } | undefined;
  /** Certificate of the brokers' authority; undefined where connections are not encrypted. */
  readonly ca: pulumi.Output<string> | undefined;
  /** The same as a Java key store. */
  readonly truststore: TrustStore | undefined;
  /** How applications log in. */
  readonly logins: readonly UserLogin[];
  /** What must exist before the first pod that logs in, or is logged in at. */
  readonly before: readonly pulumi.Resource[];
}

interface Place {
  readonly namespace: KafkaNamespace;
  readonly labels: { readonly kafka: Labels; readonly agent: Labels };
  readonly providers: Providers;
}

export function access(settings: Settings, { namespace, labels, providers }: Place): Access {
  const protocol = listenerProtocols(settings).CLIENT;
  const door = loginDoor(settings);
  if (!door) {
    return {
      protocol,
      login: undefined,
      users: undefined,
      door: undefined,
      ca: undefined,
      truststore: undefined,
      logins: [],
      before: [],
    };
  }
  const prefix = settings.names.brokers;
  const options = { providers: [providers.kubernetes, providers.random], dependsOn: namespace };
  const args = { namespace: namespace.namespace, prefix };
  // What nothing uses yet, or any more, can go with the listeners alongside.
  const deletionProtection = settings.deletionProtection && settings.security.mode === "scram-tls";
  const certManager =
    encrypts(settings) && settings.certificates.certManager === "install"
      ? [new KafkaCertManager("cert-manager", { deletionProtection }, { provider: providers.kubernetes })]
      : [];
  const certificates = encrypts(settings)
    ? new KafkaCertificates(
        "certificates",
        {
          ...args,
          ...settings.certificates,
          labels: labels.kafka,
          sets: certifiedNames(settings),
          deletionProtection,
        },
        { ...options, dependsOn: [namespace, ...certManager] },
      )
    : undefined;
  const ca = door.protocol === "SASL_SSL" ? certificates?.ca : undefined;
  const brokers = brokerAddresses(settings, door.port);
  const secrets = platformSecrets(prefix);
  const passwords = settings.security.platformPasswords;
  const platform = new KafkaPlatformLogins(
    "logins",
    { ...args, labels: labels.kafka, brokers, protocol: door.protocol, passwords, ca },
    options,
  );
  const users = new KafkaUsers(
    "users",
    {
      ...args,
      clientPrefix: settings.names.client,
      labels: labels.agent,
      users: settings.users.items,
      platform: { users: platform.users, passwords },
    },
    options,
  );
  return {
    protocol,
    login: door.used ? secrets.admin : undefined,
    users: {
      sources: userSources(prefix),
      subject: users.subject,
      door: door.used ? undefined : { brokers, secret: secrets.admin },
    },
    door: { brokers, securityProtocol: door.protocol },
    ca,
    truststore: ca && certificates?.truststore,
    logins: users.logins,
    before: [platform, users, ...(certificates ? [certificates] : [])],
  };
}

/** Set of nodes → the names that its certificate is for. */
function certifiedNames(settings: Settings): Record<string, readonly string[]> {
  const { namespace, names, externalAccess, kafka, controllers, zookeeper } = settings;
  const brokers = Array.from({ length: kafka.replicas }, (_, ordinal) => nodeIdBase("brokers") + ordinal);
  const outside = [...brokers.map((id) => externalHost(externalAccess, id)), externalAccess.bootstrapHost ?? ""];
  const external = externalAccess.enabled ? outside.filter((host) => host !== "") : [];
  const { bootstrap, headless, controllersHeadless } = names;
  const set = (name: string, replicas: number) => ({ namespace, name, replicas });
  return {
    [names.brokers]: certificateNames({ ...set(names.brokers, kafka.replicas), headless, bootstrap, external }),
    ...(hasControllers(settings)
      ? {
          [names.controllers]: certificateNames({
            ...set(names.controllers, controllers.replicas),
            headless: controllersHeadless,
            external: [],
          }),
        }
      : {}),
    ...(phaseFacts(settings.coordination).ensemble && certifiesEnsemble(settings)
      ? {
          [names.zookeeper]: certificateNames({
            ...set(names.zookeeper, zookeeper.replicas),
            headless: names.zookeeper,
            bootstrap: names.zookeeperClient,
            external: [],
          }),
        }
      : {}),
  };
}
