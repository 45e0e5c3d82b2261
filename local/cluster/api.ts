import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { LocalError } from "../errors.ts";
import { type Layout, net } from "./layout.ts";
import { adminToken } from "./pki.ts";

/** A Kubernetes object, as far as this folder looks into it. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata: { name: string; namespace?: string };
  status?: { phase?: string; conditions?: { type: string; status: string }[] };
}

/**
 * Calls the cluster's API server as the administrator.
 *
 * @returns the body as text
 * @throws LocalError when there is no answer or it is not a 2xx
 */
export async function callApi(at: Layout, method: string, path: string, body?: unknown): Promise<string> {
  const ca = readFileSync(join(at.pki, "ca.crt"));
  return await new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${adminToken(at)}`, "content-type": "application/apply-patch+yaml" };
    const call = request(new URL(path, net.api), { method, ca, headers, timeout: 10_000, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => (text += chunk));
      answer.on("end", () => {
        const status = answer.statusCode ?? 0;
        if (status >= 200 && status < 300) resolve(text);
        else reject(new LocalError(`${method} ${path} answered ${status}: ${text.slice(0, 500)}`));
      });
    });
    call.on("error", reject);
    call.on("timeout", () => call.destroy(new LocalError(`${method} ${path} had no answer within 10 s`)));
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Server-side apply of one object at its path, such as `/apis/storage.k8s.io/v1/storageclasses/standard`. */
export async function apply(at: Layout, path: string, object: object): Promise<void> {
  await callApi(at, "PATCH", `${path}?fieldManager=kafka-platform-local&force=true`, object);
}

/** All objects of a collection. */
export async function list(at: Layout, path: string): Promise<KubeObject[]> {
  return (JSON.parse(await callApi(at, "GET", path)) as { items: KubeObject[] }).items;
}

/** Whether an object has a condition that is true. */
export function hasCondition(object: KubeObject, type: string): boolean {
  return (
    object.status?.conditions?.some((condition) => condition.type === type && condition.status === "True") ?? false
  );
}
