/** One connection of a client that stays the same: a library's client would open another one without a word. */
import { Base, type Connection, kGetBootstrapConnection, metadataV12 } from "@platformatic/kafka";
import type { Client } from "./topicReader.ts";

export interface OpenConnection {
  /**
   * Asks for the cluster's metadata.
   * @throws the library's error where the connection is open no more
   */
  ask(): Promise<void>;
  close(): Promise<void>;
}

export async function openConnection({ brokers, ...access }: Client): Promise<OpenConnection> {
  const client = new Base({ clientId: "one-connection", bootstrapBrokers: [...brokers], retries: 0, ...access });
  const connection = await new Promise<Connection>((resolve, reject) => {
    client[kGetBootstrapConnection]((error, opened) => {
      if (error ?? !opened) reject(error ?? new Error("no connection"));
      else resolve(opened);
    });
  });
  return {
    ask: async () => {
      await metadataV12.api.async(connection, [], false, false);
    },
    close: () => client.close(),
  };
}
