/**
 * Certificates of the nodes, by cert-manager (cert-manager.io/docs/reference/api-docs): an authority of the stack's own, or an
 * issuer that is there. cert-manager renews them; who reads their files sees the new ones.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Labels } from "../kafka/labels.ts";
import { NODE_COMMON_NAME, TLS_FILES, TRUST_STORE } from "../kafka/tls.ts";
import { password } from "./passwords.ts";

export interface IssuerRef {
  readonly name: string;
  readonly kind: "Issuer" | "ClusterIssuer";
  /** Default `cert-manager.io`. */
  readonly group?: string | undefined;
}

export interface KafkaCertificatesArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Labels;
  /** Names of the authority's objects begin with it. */
  readonly prefix: string;
  /** Who issues; null for an authority of the stack's own. */
  readonly issuer: IssuerRef | null;
  /** Whether cert-manager writes Java key stores too. */
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

/** Name of the Secret with the certificate of a set of nodes; plain, so that it can be part of a pod template. */
export const certificateSecret = (set: string): string => `${set}-certificate`;

const API = "cert-manager.io/v1";
const HOUR = 3_600_000;
/** Longer than any client keeps a trust store without looking at it. */
const CA_DURATION = "87600h";
const CA_RENEW_BEFORE = "8760h";

/** What a Java client trusts, where it takes no PEM. */
export interface TrustStore {
  /** The file, in base64. */
  readonly jks: pulumi.Output<string>;
  readonly password: pulumi.Output<string>;
}

/** Key of the Secret that holds the password of the stores. */
const STORE_PASSWORD = "password";

export class KafkaCertificates extends pulumi.ComponentResource {
  /** Certificate of the authority, in PEM: what clients trust. Empty where an issuer tells none, as public ones do. */
  public readonly ca: pulumi.Output<string>;
  /** The same as a Java key store, where there is one. */
  public readonly truststore: TrustStore | undefined;

  constructor(name: string, args: KafkaCertificatesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:KafkaCertificates", name, {}, opts);
    const object = (
      suffix: string,
      kind: string,
      objectName: string,
      spec: object,
      { waitFor, ...options }: pulumi.CustomResourceOptions & { waitFor?: string } = {},
    ) =>
      new k8s.apiextensions.CustomResource(
        `${name}-${suffix}`,
        {
          apiVersion: API,
          kind,
          metadata: {
            namespace: args.namespace,
            name: objectName,
            labels: args.labels,
            annotations: waitFor === undefined ? {} : { "pulumi.com/waitFor": waitFor },
          },
          spec,
        },
        { parent: this, ...options },
      );
    const issuer = args.issuer ?? this.authority(args, object);
    const stores = args.jks ? this.stores(name, args) : undefined;
    const leaves = Object.entries(args.sets).map(([set, dnsNames]) =>
      object(
        set,
        "Certificate",
        certificateSecret(set),
        {
          secretName: certificateSecret(set),
          commonName: NODE_COMMON_NAME,
          dnsNames,
          duration: `${Math.round(args.duration / HOUR)}h`,
          renewBefore: `${Math.round(args.renewBefore / HOUR)}h`,
          // A new key each time; PKCS #8 is what Kafka reads.
          privateKey: { algorithm: "ECDSA", size: 256, encoding: "PKCS8", rotationPolicy: "Always" },
          usages: ["digital signature", "server auth", "client auth"],
          additionalOutputFormats: [{ type: "CombinedPEM" }],
          ...(stores
            ? { keystores: { jks: { create: true, passwordSecretRef: { name: stores.secret, key: STORE_PASSWORD } } } }
            : {}),
          issuerRef: { group: "cert-manager.io", ...issuer },
        },
        { waitFor: "condition=Ready" },
      ),
    );
    const [first] = leaves;
    if (!first) throw new Error("expected a set of nodes to issue a certificate for");
    const [set = ""] = Object.keys(args.sets);
    // By the id, which a preview does not know before the certificate is there: until then there is no Secret to read.
    const place = pulumi
      .all([first.id, args.namespace])
      .apply(([, namespace]) => `${namespace}/${certificateSecret(set)}`);
    const issued = k8s.core.v1.Secret.get(`${name}-issued`, place, { parent: this });
    // Where nothing is read, as in a rendering, there are no data either.
    const data: pulumi.Output<Readonly<Record<string, string>> | undefined> = issued.data;
    this.ca = data.apply((keys) => Buffer.from(keys?.[TLS_FILES.ca] ?? "", "base64").toString());
    this.truststore = stores && { jks: data.apply((keys) => keys?.[TRUST_STORE] ?? ""), password: stores.password };
    this.registerOutputs({ ca: this.ca });
  }

  /** The password of the stores, which holds no secret by itself: Java wants one. */
  private stores(name: string, { namespace, labels, prefix }: KafkaCertificatesArgs) {
    const secret = `${prefix}-stores`;
    const drawn = password(`${name}-stores-password`, this);
    new k8s.core.v1.Secret(
      `${name}-stores`,
      { metadata: { namespace, name: secret, labels }, stringData: { [STORE_PASSWORD]: drawn } },
      { parent: this },
    );
    return { secret, password: drawn };
  }

  /** A self-signed certificate of an authority, and an issuer that signs with it. */
  private authority(
    { prefix, deletionProtection }: KafkaCertificatesArgs,
    object: (
      suffix: string,
      kind: string,
      objectName: string,
      spec: object,
      options?: pulumi.CustomResourceOptions & { waitFor?: string },
    ) => pulumi.Resource,
  ): IssuerRef {
    const [root, ca] = [`${prefix}-root`, `${prefix}-ca`];
    object("root", "Issuer", root, { selfSigned: {} });
    object(
      "ca",
      "Certificate",
      ca,
      {
        isCA: true,
        secretName: ca,
        commonName: ca,
        duration: CA_DURATION,
        renewBefore: CA_RENEW_BEFORE,
        // The same key when it is renewed: what clients trust goes on to hold.
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
        issuerRef: { group: "cert-manager.io", kind: "Issuer", name: root },
      },
      { waitFor: "condition=Ready", protect: deletionProtection },
    );
    object("issuer", "Issuer", ca, { ca: { secretName: ca } });
    return { kind: "Issuer", name: ca };
  }
}
