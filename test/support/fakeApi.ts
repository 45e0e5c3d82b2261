/**
 * A tiny API server over plain HTTP: namespaces, ConfigMaps, StatefulSets and pods in memory, with discovery, create,
 * read, apply (a shallow merge) and delete. Enough to see what a client sends and how it takes the answers.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Json = Record<string, unknown>;

export interface FakeApi {
  readonly server: string;
  /** A kubeconfig for it. */
  readonly kubeconfig: string;
  /** Objects by path. A test may change them at will. */
  readonly objects: Map<string, Json>;
  /** `METHOD path?query` of every request but discovery. */
  readonly calls: string[];
  /** Sets an object and tells those who watch. */
  change(path: string, object: Json): void;
  stop(): Promise<void>;
}

const KINDS: Readonly<Record<string, readonly (readonly [string, string, boolean])[]>> = {
  "/api/v1": [
    ["Namespace", "namespaces", false],
    ["ConfigMap", "configmaps", true],
    ["Pod", "pods", true],
  ],
  "/apis/apps/v1": [["StatefulSet", "statefulsets", true]],
};

const PLURALS = new Set(Object.values(KINDS).flatMap((kinds) => kinds.map(([, plural]) => plural)));

async function bodyOf(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString("utf8")) as Json);
}

function status(code: number, reason: string, message: string, kind = ""): [number, Json] {
  return [code, { kind: "Status", code, reason, message, details: { kind } }];
}

function answer(objects: Map<string, Json>, method: string, url: URL, body: Json): [number, Json] {
  const path = url.pathname;
  const kinds = KINDS[path];
  if (kinds) {
    return [200, { resources: kinds.map(([kind, name, namespaced]) => ({ kind, name, namespaced })) }];
  }
  if (path === "/version") return [200, { gitVersion: "v1.34.2" }];
  const dryRun = url.searchParams.get("dryRun") === "All";
  const name = ((body["metadata"] ?? {}) as Json)["name"] as string | undefined;
  if (method === "POST") {
    const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1];
    if (namespace !== undefined && !objects.has(`/api/v1/namespaces/${namespace}`)) {
      return status(404, "NotFound", `namespaces "${namespace}" not found`, "namespaces");
    }
    const place = `${path}/${name ?? ""}`;
    if (objects.has(place)) return status(409, "AlreadyExists", `"${name ?? ""}" already exists`);
    const manager = { manager: url.searchParams.get("fieldManager"), operation: "Update", fieldsV1: {} };
    const made = {
      ...body,
      metadata: { ...(body["metadata"] as Json), uid: "u1", generation: 1, managedFields: [manager] },
    };
    if (!dryRun) objects.set(place, made);
    return [201, made];
  }
  const found = objects.get(path);
  if (!found) {
    const items = [...objects].filter(([place]) => place.startsWith(`${path}/`)).map(([, object]) => object);
    if (method === "GET" && PLURALS.has(path.split("/").at(-1) ?? "")) return [200, { items }];
    return status(404, "NotFound", `${path} not found`);
  }
  if (method === "DELETE") objects.delete(path);
  if (method !== "PATCH") return [200, found];
  if (Array.isArray(body)) return [200, found];
  const applied = { ...found, ...body, metadata: { ...(found["metadata"] as Json), ...(body["metadata"] as Json) } };
  if (!dryRun) objects.set(path, applied);
  return [200, applied];
}

export async function startFakeApi(): Promise<FakeApi> {
  const objects = new Map<string, Json>();
  const calls: string[] = [];
  const watchers = new Set<ServerResponse>();
  const http: Server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const url = new URL(request.url ?? "/", "http://fake");
      const method = request.method ?? "";
      if (url.searchParams.has("watch")) {
        watchers.add(response.writeHead(200));
        response.flushHeaders();
        return;
      }
      if (!KINDS[url.pathname] && url.pathname !== "/version") calls.push(`${method} ${request.url ?? ""}`);
      const [code, json] = answer(objects, method, url, body);
      response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(json));
    });
  });
  await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
  const server = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const kubeconfig = JSON.stringify({
    "current-context": "fake",
    contexts: [{ name: "fake", context: { cluster: "fake", user: "fake" } }],
    clusters: [{ name: "fake", cluster: { server } }],
    users: [{ name: "fake", user: { token: "t" } }],
  });
  return {
    server,
    kubeconfig,
    objects,
    calls,
    change: (path, object) => {
      objects.set(path, object);
      for (const watcher of watchers) watcher.write("{}\n");
    },
    stop: () =>
      new Promise((done) => {
        http.closeAllConnections();
        http.close(() => {
          done();
        });
      }),
  };
}
