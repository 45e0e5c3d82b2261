/**
 * Users of a stack: a password for each generation that opens, and the files from which the agent brings credentials, rights
 * and limits in line on the brokers. Applications get their Secrets with the rest of what they need to connect.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Acl } from "../kafka/access/acl.ts";
import { type Credential, generations, loginOf } from "../kafka/access/logins.ts";
import type { PlatformPasswords } from "../kafka/access/platformLogins.ts";
import { secretName } from "../kafka/access/secrets.ts";
import { renderUserFile, type UserQuotas } from "../kafka/access/userFile.ts";
import type { Labels } from "../kafka/labels.ts";
import { password } from "./passwords.ts";

export interface KafkaUsersArgs {
  /** Namespace of the platform. */
  readonly namespace: pulumi.Input<string>;
  readonly labels: Labels;
  /** Names of ConfigMap and Secret begin with it. */
  readonly prefix: string;
  /** Names of the Secrets of applications begin with it. */
  readonly clientPrefix: string;
  readonly users: Readonly<Record<string, UserArgs>>;
  /** The platform's own users: new storage knows them, a running cluster learns of others from the agent. */
  readonly platform: {
    readonly users: Readonly<Record<string, readonly LoginPassword[]>>;
    readonly passwords: PlatformPasswords;
  };
}

/** A name to log in with, and its password. */
export interface LoginPassword {
  readonly login: string;
  readonly password: pulumi.Output<string>;
}

export interface UserArgs {
  readonly acls: readonly Acl[];
  readonly quotas: UserQuotas;
  readonly credential: Credential;
  readonly namespaces: readonly string[];
  readonly state: "present" | "absent";
}

export interface UserLogin {
  readonly user: string;
  /** Name of its Secret. */
  readonly secret: string;
  /** Client namespaces that get the Secret. */
  readonly namespaces: readonly string[];
  readonly username: string;
  readonly password: pulumi.Output<string>;
}

/** Where the agent finds the users: plain names, so that they can be part of a Job's pod. */
export interface UserSources {
  /** ConfigMap with one key a user. */
  readonly files: string;
  /** Secret with one key a name to log in with. */
  readonly passwords: string;
}

export const userSources = (prefix: string): UserSources => ({
  files: `${prefix}-users`,
  passwords: `${prefix}-user-passwords`,
});

export class KafkaUsers extends pulumi.ComponentResource {
  /** Changes with the users and with the generations of their passwords; plain. */
  public readonly subject: unknown;
  /** How each user that is present logs in, by the newest of its passwords. */
  public readonly logins: readonly UserLogin[];

  constructor(name: string, args: KafkaUsersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:KafkaUsers", name, {}, opts);
    const metadata = { namespace: args.namespace, labels: args.labels };
    const sources = userSources(args.prefix);
    const files: Record<string, string> = {};
    const passwords: Record<string, pulumi.Output<string>> = {};
    const newest: UserLogin[] = [];

    for (const [user, { acls, quotas, credential, namespaces, state }] of Object.entries(args.users)) {
      const open = state === "present" ? generations(credential) : [];
      const logins = open.map((generation) => ({
        login: loginOf(user, generation),
        password: password(`${name}-${user}-${generation}`, this),
      }));
      files[user] = renderUserFile({ name: user, logins: logins.map(({ login }) => login), state, acls, quotas });
      for (const { login, password: text } of logins) passwords[login] = text;
      const [first] = logins;
      if (!first) continue;
      const secret = secretName(args.clientPrefix, user);
      newest.push({ user, secret, namespaces, username: first.login, password: first.password });
    }
    for (const [user, open] of Object.entries(args.platform.users)) {
      // No rights: what nodes and the admin may do, no entry says.
      const logins = open.map(({ login }) => login);
      files[user] = renderUserFile({ name: user, logins, state: "present", acls: [], quotas: {} });
      for (const { login, password: text } of open) passwords[login] = text;
    }
    new k8s.core.v1.ConfigMap(
      `${name}-files`,
      { metadata: { ...metadata, name: sources.files }, data: files },
      { parent: this },
    );
    new k8s.core.v1.Secret(
      `${name}-passwords`,
      { metadata: { ...metadata, name: sources.passwords }, stringData: passwords },
      { parent: this },
    );
    this.subject = Object.fromEntries(
      Object.entries(files).map(([user, file]) => [
        user,
        { file, credential: args.users[user]?.credential ?? args.platform.passwords },
      ]),
    );
    this.logins = newest;
    this.registerOutputs({ sources });
  }
}
