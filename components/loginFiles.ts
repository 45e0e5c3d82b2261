/** What a Secret holds for somebody who logs in: each part by itself, and the file that Kafka's tools and Java clients take. */
import * as pulumi from "@pulumi/pulumi";
import { jaasLine } from "../kafka/access/jaas.ts";
import type { SecurityProtocol } from "../kafka/listeners.ts";
import { propertyLine } from "../kafka/properties.ts";

export interface LoginArgs {
  readonly username: string;
  readonly password: pulumi.Input<string>;
  /** Every broker, `host:port` separated by commas. */
  readonly brokers: string;
  readonly protocol: SecurityProtocol;
}

export const MECHANISM = "SCRAM-SHA-512";

/** Key → text: `username`, `password`, `sasl.jaas.config`, `client.properties`. */
export function loginFiles({ username, password, brokers, protocol }: LoginArgs): Record<string, pulumi.Input<string>> {
  const line = pulumi.output(password).apply((text) => jaasLine(MECHANISM, { username, password: text }));
  const properties = line.apply(
    (jaas) =>
      [
        ["security.protocol", protocol],
        ["sasl.mechanism", MECHANISM],
        ["sasl.jaas.config", jaas],
      ] as const,
  );
  return {
    username,
    password,
    "sasl.jaas.config": line,
    "client.properties": properties.apply((entries) => entries.map((entry) => `${propertyLine(entry)}\n`).join("")),
    "bootstrap.servers": brokers,
  };
}
