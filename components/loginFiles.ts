/** What a Secret holds for somebody who logs in: each part by itself, and the file that Kafka's tools and Java clients take. */
import * as pulumi from "@pulumi/pulumi";
import { jaasLine } from "../kafka/access/jaas.ts";
import type { SecurityProtocol } from "../kafka/listeners.ts";
import { type Property, propertyLine } from "../kafka/properties.ts";
import { TLS_FILES } from "../kafka/tls.ts";

export interface LoginArgs {
  readonly username: string;
  readonly password: pulumi.Input<string>;
  /** Every broker, `host:port` separated by commas. */
  readonly brokers: string;
  readonly protocol: SecurityProtocol;
  /** Certificate of the authority that signed those of the brokers, in PEM; default: connections are not encrypted. */
  readonly ca?: pulumi.Input<string> | undefined;
}

export const MECHANISM = "SCRAM-SHA-512";

/** Key → text: `username`, `password`, `sasl.jaas.config`, `bootstrap.servers`, `client.properties`, and with TLS `ca.crt`. */
export function loginFiles({
  username,
  password,
  brokers,
  protocol,
  ca,
}: LoginArgs): Record<string, pulumi.Input<string>> {
  const line = pulumi.output(password).apply((text) => jaasLine(MECHANISM, { username, password: text }));
  const properties = pulumi.all([line, ca]).apply(([jaas, trusted]): Property[] => [
    ["security.protocol", protocol],
    ["sasl.mechanism", MECHANISM],
    ["sasl.jaas.config", jaas],
    // In the file itself (KIP-651), as no path is known where it will be mounted.
    ...(trusted === undefined || trusted === ""
      ? []
      : ([
          ["ssl.truststore.type", "PEM"],
          ["ssl.truststore.certificates", trusted],
        ] as const)),
  ]);
  return {
    username,
    password,
    "sasl.jaas.config": line,
    "client.properties": properties.apply((entries) => entries.map((entry) => `${propertyLine(entry)}\n`).join("")),
    "bootstrap.servers": brokers,
    ...(ca === undefined ? {} : { [TLS_FILES.ca]: ca }),
  };
}
