/**
 * What applications need to connect: in each client namespace a ConfigMap and a Secret under one name, so that a library
 * can be configured without hand work. A client namespace is created only where the stack says so.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { TRUST_STORE } from "../kafka/tls.ts";
import type { TrustStore } from "./certificates.ts";
import { clientAccess } from "./clientAccess.ts";
import { type ClientAdvice, type ClientConnection, clientConfigMap, clientSecret } from "./clientFiles.ts";
import { loginFiles } from "./loginFiles.ts";
import { KafkaNamespace } from "./namespace.ts";
import type { UserLogin } from "./users.ts";

export interface KafkaClientsArgs extends ClientAdvice {
  readonly labels: Readonly<Record<string, string>>;
  /** Name of the ConfigMap and of the Secret in every client namespace, and of the Role of client accounts. */
  readonly name: string;
  readonly connection: ClientConnection;
  readonly namespaces: Readonly<Record<string, ClientNamespace>>;
  /** Users whose Secrets the namespaces get; default: nobody logs in. */
  readonly logins?: readonly UserLogin[];
  /** Where they log in; default as `connection` says. */
  readonly door?: Pick<ClientConnection, "brokers" | "securityProtocol"> | undefined;
  /** Certificate of the brokers' authority, in PEM; default: connections are not encrypted. */
  readonly ca?: pulumi.Input<string> | undefined;
  /** The same as a Java key store; default none. */
  readonly truststore?: TrustStore | undefined;
  /** The platform's own namespace: where it is a client namespace too, it is used as it is. */
  readonly platformNamespace: string;
  /** Refuse to delete the namespaces that this creates. */
  readonly deletionProtection: boolean;
}

export interface ClientNamespace {
  /** Create the namespace; otherwise it must exist. Default false. */
  readonly create?: boolean | undefined;
  /** Labels of a created namespace. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Further keys of the ConfigMap. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** ServiceAccount to make there, which may look up the platform's Services. Default none. */
  readonly serviceAccount?: string | undefined;
}

const loginsOf = ({ logins = [] }: KafkaClientsArgs, namespace: string): UserLogin[] =>
  logins.filter(({ namespaces }) => namespaces.includes(namespace));

export class KafkaClients extends pulumi.ComponentResource {
  /** Client namespace → `namespace/name` of its ConfigMap. */
  public readonly configMaps: Readonly<Record<string, pulumi.Output<string>>>;
  /** Client namespace → `namespace/name` of its Secret. */
  public readonly secrets: Readonly<Record<string, pulumi.Output<string>>>;
  /** User → `namespace/name` of its Secrets. */
  public readonly userSecrets: Readonly<Record<string, readonly string[]>>;

  constructor(name: string, args: KafkaClientsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:KafkaClients", name, {}, opts);
    const configMaps: Record<string, pulumi.Output<string>> = {};
    const secrets: Record<string, pulumi.Output<string>> = {};
    const { door = args.connection } = args;
    const accounts: { name: string; of: string; namespace: pulumi.Input<string> }[] = [];

    for (const [namespaceName, client] of Object.entries(args.namespaces)) {
      const child = `${name}-${namespaceName}`;
      const namespace = this.namespaceOf(child, namespaceName, client, args);
      const metadata = { name: args.name, namespace, labels: args.labels };
      const configMap = new k8s.core.v1.ConfigMap(
        `${child}-config`,
        { metadata, data: clientConfigMap(args.connection, args, client.env) },
        { parent: this },
      );
      const secret = new k8s.core.v1.Secret(
        `${child}-secret`,
        { metadata, stringData: clientSecret(args.connection) },
        { parent: this },
      );
      for (const { user, secret: own, username, password } of loginsOf(args, namespaceName)) {
        new k8s.core.v1.Secret(
          `${child}-user-${user}`,
          {
            metadata: { ...metadata, name: own },
            stringData: {
              ...loginFiles({
                username,
                password,
                brokers: door.brokers,
                protocol: door.securityProtocol,
                ca: args.ca,
              }),
              ...(args.truststore ? { "truststore.password": args.truststore.password } : {}),
            },
            ...(args.truststore ? { data: { [TRUST_STORE]: args.truststore.jks } } : {}),
          },
          { parent: this },
        );
      }
      configMaps[namespaceName] = pulumi.interpolate`${configMap.metadata.namespace}/${configMap.metadata.name}`;
      secrets[namespaceName] = pulumi.interpolate`${secret.metadata.namespace}/${secret.metadata.name}`;
      if (client.serviceAccount !== undefined) {
        accounts.push({ name: client.serviceAccount, of: namespaceName, namespace });
      }
    }
    const { labels, platformNamespace } = args;
    clientAccess(name, { parent: this, labels, role: args.name, platformNamespace, accounts });
    this.configMaps = configMaps;
    this.secrets = secrets;
    this.userSecrets = Object.fromEntries(
      (args.logins ?? []).map(({ user, secret, namespaces }) => [user, namespaces.map((one) => `${one}/${secret}`)]),
    );
    this.registerOutputs({ configMaps, secrets, userSecrets: this.userSecrets });
  }

  private namespaceOf(
    child: string,
    namespaceName: string,
    client: ClientNamespace,
    args: KafkaClientsArgs,
  ): pulumi.Input<string> {
    if (namespaceName === args.platformNamespace) return namespaceName;
    return new KafkaNamespace(
      child,
      {
        name: namespaceName,
        create: client.create ?? false,
        labels: { ...args.labels, ...client.labels },
        deletionProtection: args.deletionProtection,
      },
      { parent: this },
    ).namespace;
  }
}
