/** Authorities of a stack's own, as cert-manager's objects (cert-manager.io/docs/configuration/ca). */
import type * as pulumi from "@pulumi/pulumi";
import { type Authority, generationSuffix, signing, trusted } from "../kafka/authority.ts";

export interface IssuerRef {
  readonly name: string;
  readonly kind: "Issuer" | "ClusterIssuer";
  /** Default `cert-manager.io`. */
  readonly group?: string | undefined;
}

/** Makes one of cert-manager's objects. */
export type MakeObject = (
  suffix: string,
  kind: string,
  objectName: string,
  spec: object,
  options?: pulumi.CustomResourceOptions & { readonly waitFor?: string },
) => pulumi.CustomResource;

/** Longer than any client keeps a trust store without looking at it. */
const CA_DURATION = "87600h";
const CA_RENEW_BEFORE = "8760h";
/** Shorter than the time in which an authority's old and new certificate hold both. */
const ANCHOR_DURATION = "4380h";

export const READY = { waitFor: "condition=Ready" } as const;

/** A Certificate, and the Secret that it fills. */
export interface Issued {
  /** End of the names of what belongs to its generation. */
  readonly suffix: string;
  readonly secret: string;
  readonly certificate: pulumi.CustomResource;
}

export interface OwnAuthorities {
  readonly issuer: IssuerRef;
  /** For each that is trusted, the newest first: the Certificate whose Secret has the authority's certificate. */
  readonly anchors: readonly Issued[];
}

/**
 * A self-signed certificate of an authority and an issuer that signs with it, for each generation that is trusted.
 * @param prefix names of the objects begin with it
 */
export function ownAuthorities(
  prefix: string,
  authority: Authority,
  deletionProtection: boolean,
  object: MakeObject,
): OwnAuthorities {
  const root = `${prefix}-root`;
  object("root", "Issuer", root, { selfSigned: {} });
  const named = (generation: number) => `${prefix}-ca${generationSuffix(generation)}`;
  const anchors = trusted(authority).map((generation) => {
    const [ca, suffix] = [named(generation), generationSuffix(generation)];
    const signs = generation === signing(authority);
    object(
      `ca${suffix}`,
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
      // The one that signs no more, or not yet, can go.
      { ...READY, protect: deletionProtection && signs },
    );
    const issuer = object(`issuer${suffix}`, "Issuer", ca, { ca: { secretName: ca } });
    // The program reads the authority's certificate from a Secret, and with it what else is there: not the authority's key, nor
    // one that opens anything, but that of a certificate which no listener and no client takes.
    const secret = `${ca}-anchor`;
    const certificate = object(
      `anchor${suffix}`,
      "Certificate",
      secret,
      {
        secretName: secret,
        commonName: secret,
        duration: ANCHOR_DURATION,
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
        usages: ["digital signature", "code signing"],
        issuerRef: { group: "cert-manager.io", kind: "Issuer", name: ca },
      },
      { ...READY, dependsOn: issuer },
    );
    return { suffix, secret, certificate };
  });
  return { issuer: { kind: "Issuer", name: named(signing(authority)) }, anchors };
}
