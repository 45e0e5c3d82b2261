/**
 * Logins of the platform itself, each with a password of its own: the brokers', which every node has, and the admin's, which
 * the agent's Jobs have, and people who may read the Secret.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { PLATFORM_USERS } from "../kafka/access/platformUsers.ts";
import type { Labels } from "../kafka/labels.ts";
import type { SecurityProtocol } from "../kafka/listeners.ts";
import { NODE_SECRET } from "../kafka/security.ts";
import { loginFiles } from "./loginFiles.ts";
import { password } from "./passwords.ts";

export interface PlatformLoginsArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Labels;
  /** Names of the Secrets begin with it. */
  readonly prefix: string;
  /** Every broker, `host:port` separated by commas. */
  readonly brokers: string;
  readonly protocol: SecurityProtocol;
  /** Certificate of the brokers' authority, in PEM; default: connections are not encrypted. */
  readonly ca?: pulumi.Input<string> | undefined;
}

/** Names of the Secrets; plain, so that they can be part of a pod template. */
export const platformSecrets = (prefix: string) => ({ nodes: `${prefix}-nodes`, admin: `${prefix}-admin` });

export class KafkaPlatformLogins extends pulumi.ComponentResource {
  /** Password of each user that logs in by SCRAM. */
  public readonly passwords: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: PlatformLoginsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:KafkaPlatformLogins", name, {}, opts);
    const names = platformSecrets(args.prefix);
    const secret = (
      suffix: string,
      objectName: string,
      stringData: pulumi.Input<Record<string, pulumi.Input<string>>>,
    ) =>
      new k8s.core.v1.Secret(
        `${name}-${suffix}`,
        { metadata: { namespace: args.namespace, name: objectName, labels: args.labels }, stringData },
        { parent: this },
      );
    const admin = password(`${name}-admin-password`, this);
    const broker = password(`${name}-broker-password`, this);
    secret("nodes", names.nodes, {
      [NODE_SECRET.broker]: broker,
      [NODE_SECRET.controller]: password(`${name}-controller-password`, this),
      [NODE_SECRET.admin]: admin,
    });
    secret("admin", names.admin, loginFiles({ ...args, username: PLATFORM_USERS.admin, password: admin }));
    this.passwords = { [PLATFORM_USERS.broker]: broker, [PLATFORM_USERS.admin]: admin };
    this.registerOutputs({ secrets: names });
  }
}
