/** Claims of this pod's namespace, read and patched with the pod's own token. */
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { API_ACCESS } from "../../kafka/paths.ts";
import { TransientError } from "../retry.ts";
import type { Claim } from "./claims.ts";

export interface Claims {
  /** @returns undefined where there is none */
  read(name: string): Promise<Claim | undefined>;
  /** @throws Error with the API server's words where it refuses, such as those about a storage class */
  grow(name: string, size: string): Promise<void>;
}

const TIMEOUT = 10_000;

interface Answer {
  readonly code: number;
  readonly body: Claim & { readonly message?: string };
}

/**
 * @param env where Kubernetes says how to reach the API server
 * @throws Error where the pod has no token
 */
export function ownClaims(env: NodeJS.ProcessEnv, access = API_ACCESS): Claims {
  const read = (file: string) => readFileSync(join(access, file), "utf8").trim();
  const [namespace, ca] = [read("namespace"), read("ca.crt")];
  const send = (method: "GET" | "PATCH", name: string, patch?: unknown): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const call = request(
        {
          host: env["KUBERNETES_SERVICE_HOST"] ?? "kubernetes.default.svc",
          port: env["KUBERNETES_SERVICE_PORT"] ?? "443",
          path: `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${encodeURIComponent(name)}`,
          method,
          ca,
          timeout: TIMEOUT,
          // Read anew each time: the kubelet renews it.
          headers: {
            authorization: `Bearer ${read("token")}`,
            accept: "application/json",
            ...(patch === undefined ? {} : { "content-type": "application/merge-patch+json" }),
          },
        },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on("data", (part: Buffer) => parts.push(part));
          answer.on("error", reject);
          answer.on("end", () => {
            try {
              const body = JSON.parse(Buffer.concat(parts).toString("utf8")) as Answer["body"];
              resolve({ code: answer.statusCode ?? 0, body });
            } catch {
              reject(new TransientError(`the API server answered ${answer.statusCode ?? 0} without JSON`));
            }
          });
        },
      );
      call.on("timeout", () => call.destroy(new Error(`no answer within ${TIMEOUT / 1000} s`)));
      call.on("error", (error) => {
        reject(new TransientError(`the API server: ${error.message}`));
      });
      call.end(patch === undefined ? undefined : JSON.stringify(patch));
    });
  const accepted = ({ code, body }: Answer, name: string): Answer => {
    if (code < 300) return { code, body };
    const message = `claim ${name}: the API server answered ${code} ${body.message ?? ""}`.trimEnd();
    throw code === 429 || code >= 500 || code === 409 ? new TransientError(message) : new Error(message);
  };
  return {
    read: async (name) => {
      const answer = await send("GET", name);
      return answer.code === 404 ? undefined : accepted(answer, name).body;
    },
    grow: async (name, size) => {
      accepted(await send("PATCH", name, { spec: { resources: { requests: { storage: size } } } }), name);
    },
  };
}
