/** Claims of this pod's namespace, read and patched by the API server. */
import { type ApiServer, accepted, acceptedOrNone } from "../apiServer.ts";
import type { Claim } from "./claims.ts";

export interface Claims {
  /** @returns undefined where there is none */
  read(name: string): Promise<Claim | undefined>;
  /** @throws Error with the API server's words where it refuses, such as those about a storage class */
  grow(name: string, size: string): Promise<void>;
}

const place = (name: string) => ({ api: "api/v1", plural: "persistentvolumeclaims", name });

export function ownClaims({ send }: ApiServer): Claims {
  return {
    read: async (name) => acceptedOrNone(await send<Claim>("GET", place(name)), `claim ${name}`),
    grow: async (name, size) => {
      const patch = { spec: { resources: { requests: { storage: size } } } };
      accepted(await send("PATCH", place(name), patch), `claim ${name}`);
    },
  };
}
