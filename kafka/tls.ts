/**
 * TLS of nodes: a certificate for each set of them, in PEM, in files that a renewal replaces (KIP-651). Nothing here holds a
 * key: brokers read files, as what is written into the properties themselves is not taken over while they run.
 */

import { PLATFORM_USERS } from "./access/platformUsers.ts";
import type { NodePaths } from "./paths.ts";
import type { Property } from "./properties.ts";

/** Files of the Secret that cert-manager writes for a set of nodes. */
export const TLS_FILES = {
  /** Key and certificates, leaf first: `additionalOutputFormats: CombinedPEM`. */
  keystore: "tls-combined.pem",
  /** The authority that signed them. */
  ca: "ca.crt",
} as const;

/** Key of a Secret with what to trust as a Java key store. */
export const TRUST_STORE = "truststore.jks";

/** Common name of every node's certificate: by it nodes are known to each other, as {@link PLATFORM_USERS}.broker. */
export const NODE_COMMON_NAME = PLATFORM_USERS.broker;

/** Newest first; TLS 1.2 is for clients that know no other. */
export const PROTOCOLS = ["TLSv1.3", "TLSv1.2"] as const;

/** Each with forward secrecy and authenticated encryption, for keys on curves as the nodes have; all that every Java knows. */
export const CIPHER_SUITES = [
  "TLS_AES_256_GCM_SHA384",
  "TLS_AES_128_GCM_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
];

/** What all listeners with TLS share. Host names are checked by whoever connects. */
export function tlsProperties({ certificates }: Pick<NodePaths, "certificates">): Property[] {
  return [
    ["ssl.keystore.type", "PEM"],
    ["ssl.keystore.location", `${certificates}/${TLS_FILES.keystore}`],
    ["ssl.truststore.type", "PEM"],
    ["ssl.truststore.location", `${certificates}/${TLS_FILES.ca}`],
    ["ssl.enabled.protocols", PROTOCOLS.join(",")],
    ["ssl.cipher.suites", CIPHER_SUITES.join(",")],
    ["ssl.endpoint.identification.algorithm", "https"],
    // Hosts outside follow the number of brokers, and a certificate with others is taken over live (KIP-978).
    ["ssl.allow.san.changes", "true"],
  ];
}

/** A listener for nodes alone: whoever connects shows a certificate too, and is who its common name says. */
export function mutualTls(listener: string): Property[] {
  const prefix = `listener.name.${listener}`;
  return [
    [`${prefix}.ssl.client.auth`, "required"],
    [`${prefix}.ssl.principal.mapping.rules`, `RULE:^CN=(${NODE_COMMON_NAME})(,.*)?$/$1/,DEFAULT`],
  ];
}

export interface NamesInput {
  readonly namespace: { readonly name: string };
  /** Name of the set, whose pods are `<name>-<ordinal>`. */
  readonly name: string;
  readonly replicas: number;
  /** Name of its headless Service. */
  readonly headless: string;
  /** Name of the client Service, where the set has one. */
  readonly bootstrap?: string;
  /** Hosts by which clients outside the cluster reach the set. */
  readonly external: readonly string[];
}

/** Names that a set's certificate is for: each pod's, however short it is called, the Services', this machine's, those outside. */
export function certificateNames({ namespace, name, replicas, headless, bootstrap, external }: NamesInput): string[] {
  const forms = (service: string) =>
    ["", `.${namespace.name}`, `.${namespace.name}.svc`, `.${namespace.name}.svc.cluster.local`].map(
      (rest) => `${service}${rest}`,
    );
  // Clients take no wildcard before a single label, so the shortest names are written out.
  const shortest = Array.from({ length: replicas }, (_, ordinal) => `${name}-${ordinal}.${headless}`);
  const [, ...longer] = forms(headless).map((one) => `*.${one}`);
  return [
    ...new Set([
      ...shortest,
      ...longer,
      ...forms(headless),
      ...(bootstrap === undefined ? [] : forms(bootstrap)),
      "localhost",
      ...external,
    ]),
  ];
}
