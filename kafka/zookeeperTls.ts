/**
 * TLS of a ZooKeeper ensemble: what its members and its clients are told. Source: ZooKeeper's administrator's guide,
 * "Encryption, Authentication, Authorization Options"; KIP-515 for Kafka's side. A key of zoo.cfg that the parser does not know
 * becomes the system property `zookeeper.<key>`, which is where ZooKeeper looks for these.
 */
import { ENSEMBLE_TLS, type EnsembleTls } from "./ensembleTls.ts";
import type { NodePaths } from "./paths.ts";
import type { Property } from "./properties.ts";
import { CIPHER_SUITES, PROTOCOLS, TLS_FILES } from "./tls.ts";

type Certificates = Pick<NodePaths, "certificates">;

/** Port for clients with TLS. */
export const SECURE_CLIENT_PORT = 2281;

export interface MembersTls extends Certificates {
  /** Whether a member can tell from its DNS who connects to it. */
  readonly seesPeers: boolean;
}

/** Groups of zoo.cfg; none where there is no TLS. */
export function memberTls(tls: EnsembleTls, { certificates, seesPeers }: MembersTls): [why: string, lines: string[]][] {
  const { certified, quorum, unified, enforced } = ENSEMBLE_TLS[tls];
  if (!certified) return [];
  const common = (prefix: string) => [
    `${prefix}.keyStore.type=PEM`,
    `${prefix}.keyStore.location=${certificates}/${TLS_FILES.keystore}`,
    `${prefix}.trustStore.type=PEM`,
    `${prefix}.trustStore.location=${certificates}/${TLS_FILES.ca}`,
    `${prefix}.clientAuth=need`,
    `${prefix}.enabledProtocols=${PROTOCOLS.join(",")}`,
    `${prefix}.ciphersuites=${CIPHER_SUITES.join(",")}`,
  ];
  return [
    [
      `TLS among members: each shows a certificate and ${seesPeers ? "is called by a name in it" : "is asked for no name, as a proxy stands between them"}.`,
      [
        `sslQuorum=${quorum}`,
        `portUnification=${unified}`,
        ...common("ssl.quorum"),
        // In FIPS mode, the default of 3.9, members would not check names at all.
        "fips-mode=false",
        `ssl.quorum.hostnameVerification=${seesPeers}`,
        // Who connects has a name by reverse DNS, and a stranger's certificate is for the stranger's name: that check keeps
        // nobody out. 3.8 has no such choice, and makes it.
        "ssl.quorum.clientHostnameVerification=false",
      ],
    ],
    [
      enforced
        ? "TLS for clients: each shows a certificate; without one the other port answers four-letter words alone."
        : "TLS for clients, beside the port for plain text.",
      [
        "serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory",
        `secureClientPort=${SECURE_CLIENT_PORT}`,
        ...common("ssl"),
        ...(enforced ? ["enforce.auth.enabled=true", "enforce.auth.schemes=x509"] : []),
      ],
    ],
  ];
}

/**
 * How Kafka connects with TLS. ZooKeeper's client reads its files anew for each connection, so the next one has a renewed
 * certificate. It is told the newest protocol that it may speak; ciphers are the members' choice, as it would not heed any.
 */
export function clientTls({ certificates }: Certificates): Property[] {
  return [
    ["zookeeper.ssl.client.enable", "true"],
    ["zookeeper.clientCnxnSocket", "org.apache.zookeeper.ClientCnxnSocketNetty"],
    ["zookeeper.ssl.keystore.type", "PEM"],
    ["zookeeper.ssl.keystore.location", `${certificates}/${TLS_FILES.keystore}`],
    ["zookeeper.ssl.truststore.type", "PEM"],
    ["zookeeper.ssl.truststore.location", `${certificates}/${TLS_FILES.ca}`],
    ["zookeeper.ssl.protocol", PROTOCOLS[0]],
    ["zookeeper.ssl.endpoint.identification.algorithm", "HTTPS"],
  ];
}
