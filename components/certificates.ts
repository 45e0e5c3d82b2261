/**
 * Certificates of the nodes, by cert-manager (cert-manager.io/docs/reference/api-docs): an authority of the stack's own, or an
 * issuer that is there. cert-manager renews them; who reads their files sees the new ones.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type Authority, generationSuffix, signing, trusted } from "../kafka/authority.ts";
import type { Labels } from "../kafka/labels.ts";
import { NODE_COMMON_NAME, TLS_FILES } from "../kafka/tls.ts";
import { javaTrustStore } from "../kafka/trustStore.ts";
import { type Issued, type IssuerRef, type MakeObject, ownAuthorities, READY } from "./authorities.ts";
import { password } from "./passwords.ts";

/** Who issues. */
export interface IssuerChoice {
  /** Null for an authority of the stack's own. */
  readonly issuer: IssuerRef | null;
  /** Which one of the stack's own. */
  readonly authority: Authority;
}

export interface KafkaCertificatesArgs extends IssuerChoice {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Labels;
  /** Names of the authority's objects begin with it. */
  readonly prefix: string;
  /** Whether nodes get a Java key store too. */
  readonly jks: boolean;
  /** How long a certificate is valid, in milliseconds. */
  readonly duration: number;
  /** How long before its end it is renewed, in milliseconds. */
  readonly renewBefore: number;
  /** Set of nodes → the names that its certificate is for. */
  readonly sets: Readonly<Record<string, readonly string[]>>;
  /** Refuse to delete the authority. */
  readonly deletionProtection: boolean;
}

/** Where the nodes of a set find their certificate and those that they trust. */
export interface NodeCertificate {
  readonly secret: string;
  /** ConfigMap with the authorities; undefined where the Secret has the only one. */
  readonly trust?: string | undefined;
}

/** Names of a set's objects; plain, so that they can be part of a pod template, which changes when another authority comes in. */
export function nodeCertificate(set: string, prefix: string, choice: IssuerChoice): NodeCertificate {
  const certificate = `${set}-certificate`;
  if (choice.issuer !== null) return { secret: certificate };
  const { authority } = choice;
  return {
    secret: `${certificate}${generationSuffix(signing(authority))}`,
    trust: `${prefix}-trust-${trusted(authority).join("-")}`,
  };
}

const API = "cert-manager.io/v1";
const [MINUTE, HOUR] = [60_000, 3_600_000];
const goDuration = (ms: number): string => (ms % HOUR === 0 ? `${ms / HOUR}h` : `${Math.round(ms / MINUTE)}m`);

/** What a Java client trusts, where it takes no PEM. */
export interface TrustStore {
  /** The file, in base64. */
  readonly jks: pulumi.Output<string>;
  readonly password: pulumi.Output<string>;
}

/** Key of the Secret that holds the password of the nodes' stores. */
const STORE_PASSWORD = "password";

export class KafkaCertificates extends pulumi.ComponentResource {
  /** Certificates of the authorities that are trusted, in PEM. Empty where an issuer tells none, as public ones do. */
  public readonly ca: pulumi.Output<string>;
  /** The same as a Java key store. */
  public readonly truststore: TrustStore;

  constructor(name: string, args: KafkaCertificatesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:KafkaCertificates", name, {}, opts);
    const { namespace, prefix, labels } = args;
    const object: MakeObject = (suffix, kind, objectName, spec, { waitFor, ...options } = {}) =>
      new k8s.apiextensions.CustomResource(
        `${name}-${suffix}`,
        {
          apiVersion: API,
          kind,
          metadata: {
            namespace,
            name: objectName,
            labels,
            annotations: waitFor === undefined ? {} : { "pulumi.com/waitFor": waitFor },
          },
          spec,
        },
        { parent: this, ...options },
      );
    const own =
      args.issuer === null ? ownAuthorities(prefix, args.authority, args.deletionProtection, object) : undefined;
    const issuerRef = { group: "cert-manager.io", ...(own?.issuer ?? args.issuer) };
    const stores = args.jks ? this.stores(name, args) : undefined;
    const leaves = Object.entries(args.sets).map(([set, dnsNames]) => {
      const { secret } = nodeCertificate(set, prefix, args);
      const suffix = own ? generationSuffix(signing(args.authority)) : "";
      const spec = {
        secretName: secret,
        commonName: NODE_COMMON_NAME,
        dnsNames,
        duration: goDuration(args.duration),
        renewBefore: goDuration(args.renewBefore),
        // A new key each time; PKCS #8 is what Kafka reads.
        privateKey: { algorithm: "ECDSA", size: 256, encoding: "PKCS8", rotationPolicy: "Always" },
        usages: ["digital signature", "server auth", "client auth"],
        additionalOutputFormats: [{ type: "CombinedPEM" }],
        ...(stores
          ? { keystores: { jks: { create: true, passwordSecretRef: { name: stores, key: STORE_PASSWORD } } } }
          : {}),
        issuerRef,
      };
      return { suffix, secret, certificate: object(`${set}${suffix}`, "Certificate", secret, spec, READY) };
    });
    const [first] = leaves;
    if (!first) throw new Error("expected a set of nodes to issue a certificate for");
    this.ca = pulumi
      .all((own?.anchors ?? [first]).map((anchor) => this.authorityOf(name, args, anchor)))
      .apply((certificates) => certificates.join(""));
    if (own) this.trust(name, args, this.ca);
    // Not that of the nodes' stores, which hold keys: every user gets this one.
    const opens = password(`${name}-truststore-password`, this);
    this.truststore = {
      jks: pulumi.all([this.ca, opens]).apply((both) => javaTrustStore(...both).toString("base64")),
      password: opens,
    };
    this.registerOutputs({ ca: this.ca });
  }

  /** The certificate of the authority that signed another one, from that one's Secret. */
  private authorityOf(
    name: string,
    args: KafkaCertificatesArgs,
    { suffix, secret, certificate }: Issued,
  ): pulumi.Output<string> {
    // By the id, which a preview does not know before the certificate is there: until then there is no Secret to read.
    const place = pulumi.all([certificate.id, args.namespace]).apply(([, namespace]) => `${namespace}/${secret}`);
    const issued = k8s.core.v1.Secret.get(`${name}-issued${suffix}`, place, { parent: this });
    // Where nothing is read, as in a rendering, there are no data either.
    const data: pulumi.Output<Readonly<Record<string, string>> | undefined> = issued.data;
    // A certificate is for everybody, whatever it was read from.
    return pulumi.unsecret(data.apply((keys) => Buffer.from(keys?.[TLS_FILES.ca] ?? "", "base64").toString()));
  }

  /** What nodes trust: the Secret of a node's certificate has the authority that signed it, and no other. */
  private trust(
    name: string,
    { namespace, prefix, labels, ...choice }: KafkaCertificatesArgs,
    ca: pulumi.Input<string>,
  ) {
    const { trust = "" } = nodeCertificate("", prefix, choice);
    const suffix = trusted(choice.authority).join("-");
    new k8s.core.v1.ConfigMap(
      `${name}-trust-${suffix}`,
      { metadata: { namespace, name: trust, labels }, data: { [TLS_FILES.ca]: ca } },
      { parent: this },
    );
  }

  /** Secret with the password of the nodes' stores, which keeps a key that is beside it anyway: Java wants one. */
  private stores(name: string, { namespace, labels, prefix }: KafkaCertificatesArgs): string {
    const secret = `${prefix}-stores`;
    new k8s.core.v1.Secret(
      `${name}-stores`,
      {
        metadata: { namespace, name: secret, labels },
        stringData: { [STORE_PASSWORD]: password(`${name}-stores-password`, this) },
      },
      { parent: this },
    );
    return secret;
  }
}
