/** The API server, asked with the pod's own token about objects of the pod's own namespace. */
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { API_ACCESS } from "../kafka/paths.ts";
import { TransientError } from "./retry.ts";

/** An object of the pod's namespace. */
export interface Place {
  /** Group and version as in a path: `api/v1`, `apis/cert-manager.io/v1`. */
  readonly api: string;
  readonly plural: string;
  readonly name: string;
  readonly subresource?: string;
}

export interface Answer<T> {
  readonly code: number;
  readonly body: T & { readonly message?: string };
}

export interface ApiServer {
  readonly namespace: string;
  /**
   * @returns whatever it answered, refusals too
   * @throws TransientError where it did not answer in JSON, or not at all
   */
  readonly send: <T>(method: keyof typeof CONTENT, place: Place, body?: unknown) => Promise<Answer<T>>;
}

const TIMEOUT = 10_000;
/** What the body of a request is. */
const CONTENT = { GET: undefined, PATCH: "application/merge-patch+json", POST: "application/json" } as const;

/**
 * @param env where Kubernetes says how to reach the API server
 * @throws Error where the pod has no token
 */
export function ownApi(env: NodeJS.ProcessEnv, access = API_ACCESS): ApiServer {
  const read = (file: string) => readFileSync(join(access, file), "utf8").trim();
  const [namespace, ca] = [read("namespace"), read("ca.crt")];
  const send = <T>(method: keyof typeof CONTENT, place: Place, body?: unknown): Promise<Answer<T>> =>
    new Promise((resolve, reject) => {
      const { api, plural, name, subresource } = place;
      const path = [
        api,
        "namespaces",
        namespace,
        plural,
        encodeURIComponent(name),
        ...(subresource ? [subresource] : []),
      ];
      const content = CONTENT[method];
      const call = request(
        {
          host: env["KUBERNETES_SERVICE_HOST"] ?? "kubernetes.default.svc",
          port: env["KUBERNETES_SERVICE_PORT"] ?? "443",
          path: `/${path.join("/")}`,
          method,
          ca,
          timeout: TIMEOUT,
          // Read anew each time: the kubelet renews it.
          headers: {
            authorization: `Bearer ${read("token")}`,
            accept: "application/json",
            ...(content === undefined ? {} : { "content-type": content }),
          },
        },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on("data", (part: Buffer) => parts.push(part));
          answer.on("error", reject);
          answer.on("end", () => {
            try {
              const found = JSON.parse(Buffer.concat(parts).toString("utf8")) as Answer<T>["body"];
              resolve({ code: answer.statusCode ?? 0, body: found });
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
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return { namespace, send };
}

/**
 * What was answered, unless that is a refusal.
 * @param what is asked about, in words: `claim data-kafka-0`
 * @throws TransientError where another try may help; Error with the API server's own words where none does
 */
export function accepted<T>({ code, body }: Answer<T>, what: string): T {
  if (code < 300) return body;
  const message = `${what}: the API server answered ${code} ${body.message ?? ""}`.trimEnd();
  throw code === 429 || code >= 500 || code === 409 ? new TransientError(message) : new Error(message);
}

/** The same, and undefined where there is no such object. */
export const acceptedOrNone = <T>(answer: Answer<T>, what: string): T | undefined =>
  answer.code === 404 ? undefined : accepted(answer, what);
