/**
 * Logins of the platform itself, each with a password of its own: the brokers', which every node has, and the admin's, which
 * the agent's Jobs have, and people who may read the Secret. While others take their place there are two of each.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
  loginInUse,
  openLogins,
  type PlatformPassword,
  type PlatformPasswords,
} from "../kafka/access/platformLogins.ts";
import { PLATFORM_USERS } from "../kafka/access/platformUsers.ts";
import type { Labels } from "../kafka/labels.ts";
import type { SecurityProtocol } from "../kafka/listeners.ts";
import { loginFiles } from "./loginFiles.ts";
import { password } from "./passwords.ts";
import type { LoginPassword } from "./users.ts";

export interface PlatformLoginsArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Labels;
  /** Names of the Secrets begin with it. */
  readonly prefix: string;
  /** Every broker, `host:port` separated by commas. */
  readonly brokers: string;
  readonly protocol: SecurityProtocol;
  /** Which of the passwords are open, and which is used. */
  readonly passwords: PlatformPasswords;
  /** Certificate of the brokers' authority, in PEM; default: connections are not encrypted. */
  readonly ca?: pulumi.Input<string> | undefined;
}

/** Names of the Secrets; plain, so that they can be part of a pod template. */
export const platformSecrets = (prefix: string) => ({ nodes: `${prefix}-nodes`, admin: `${prefix}-admin` });

export class KafkaPlatformLogins extends pulumi.ComponentResource {
  /** Users that log in by SCRAM, with what opens for each, the newest first. */
  public readonly users: Readonly<Record<string, readonly LoginPassword[]>>;

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
    const open = (of: PlatformPassword) =>
      openLogins(of, args.passwords).map(({ username, file }) => ({
        login: username,
        file,
        password: password(`${name}-${file}`, this),
      }));
    const [broker, controller, admin] = [open("broker"), open("controller"), open("admin")];
    const files = [...broker, ...controller, ...admin].map(({ file, password }) => [file, password] as const);
    secret("nodes", names.nodes, Object.fromEntries(files));
    const { username } = loginInUse("admin", args.passwords);
    const used = admin.find(({ login }) => login === username);
    if (used) secret("admin", names.admin, loginFiles({ ...args, username, password: used.password }));
    this.users = { [PLATFORM_USERS.broker]: broker, [PLATFORM_USERS.admin]: admin };
    this.registerOutputs({ secrets: names });
  }
}
