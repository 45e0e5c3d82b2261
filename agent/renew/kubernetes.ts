/** Certificates and pods of this pod's namespace, and the eviction of a pod, by the API server. */
import { type ApiServer, accepted, acceptedOrNone } from "../apiServer.ts";
import { TransientError } from "../retry.ts";
import type { Certificate, FoundSet, Pod, Wanted } from "./nodes.ts";

export interface Nodes {
  look(sets: readonly Wanted[]): Promise<FoundSet[]>;
  /**
   * Asks a pod to go as a drain of its node does: its disruption budget has a say.
   * @returns why it may not go now; undefined where it goes
   * @throws Error with the API server's words where another try cannot help
   */
  evict(name: string, uid: string): Promise<string | undefined>;
}

export function ownNodes({ namespace, send }: ApiServer): Nodes {
  const pod = (name: string) => ({ api: "api/v1", plural: "pods", name });
  const certificate = (name: string) => ({ api: "apis/cert-manager.io/v1", plural: "certificates", name });
  const look = async ({ name, replicas, certificate: of }: Wanted): Promise<FoundSet> => {
    const found = acceptedOrNone(await send<Certificate>("GET", certificate(of)), `certificate ${of}`);
    const names = Array.from({ length: replicas }, (_, ordinal) => `${name}-${ordinal}`);
    const nodes = names.map(async (one) => ({
      name: one,
      pod: acceptedOrNone(await send<Pod>("GET", pod(one)), `pod ${one}`),
    }));
    return { certificate: { name: of, found }, nodes: await Promise.all(nodes) };
  };
  return {
    look: (sets) => Promise.all(sets.map(look)),
    evict: async (name, uid) => {
      const eviction = {
        apiVersion: "policy/v1",
        kind: "Eviction",
        metadata: { name, namespace },
        // The pod that was judged, and no younger one of its name.
        deleteOptions: { preconditions: { uid } },
      };
      try {
        const answer = await send("POST", { ...pod(name), subresource: "eviction" }, eviction);
        if (answer.code === 404) return `pod ${name} is gone already`;
        accepted(answer, `pod ${name}`);
        return undefined;
      } catch (error) {
        if (error instanceof TransientError) return error.message;
        throw error;
      }
    },
  };
}
