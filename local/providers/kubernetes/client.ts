/** A small client of the Kubernetes API: JSON requests, watches as wake-up calls, and which path a kind lives at. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import { count, isMap, list, text, type Values } from "../values.ts";
import type { Access } from "./kubeconfig.ts";

/** An answer of the API server that is not a success. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly status: Values;

  constructor(code: number, status: Values) {
    super(text(status, "message") || `the API server answered ${code}`);
    this.code = code;
    this.reason = text(status, "reason");
    this.status = status;
  }
}

export const isApiError = (error: unknown, ...reasons: string[]): error is ApiError =>
  error instanceof ApiError && (reasons.length === 0 || reasons.includes(error.reason));

/** No such kind on this cluster, most often a custom resource whose definition is not installed. */
export class NoSuchKind extends Error {
  constructor(apiVersion: string, kind: string) {
    super(`no matches for kind "${kind}" in version "${apiVersion}"`);
  }
}

export interface Options {
  readonly body?: unknown;
  readonly contentType?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface Scope {
  readonly plural: string;
  readonly namespaced: boolean;
}

export interface Client {
  /** Sends a request; throws ApiError for an answer that is no success. */
  send(method: string, path: string, options?: Options): Promise<Values>;
  /** Calls `wake` whenever something under the path changes, until the signal aborts. Never fails: waiting goes on by polling. */
  watch(path: string, query: Readonly<Record<string, string>>, wake: () => void, signal: AbortSignal): void;
  /** Where a kind lives; throws NoSuchKind. */
  scope(apiVersion: string, kind: string): Promise<Scope>;
  /** Forgets what kinds exist, after a custom resource definition was made. */
  forgetKinds(): void;
  /** The path of one object, or of its collection when the name is "". */
  path(apiVersion: string, kind: string, namespace: string, name: string): Promise<string>;
}

const root = (apiVersion: string): string => (apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`);

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function decode(code: number, body: string): Values {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    answer = { message: body.trim() };
  }
  const values = isMap(answer) ? answer : {};
  if (code >= 300) throw new ApiError(count(values, "code") || code, values);
  return values;
}

/** A client for one API server. Connections are kept and shared. */
export function makeClient(access: Access): Client {
  const secure = access.server.startsWith("https:");
  const agent = secure
    ? new Agent({ keepAlive: true, timeout: 30_000, ...access.tls })
    : new HttpAgent({ keepAlive: true, timeout: 30_000 });
  const groups = new Map<string, Promise<Map<string, Scope>>>();

  const open = (method: string, path: string, options: Options): Promise<IncomingMessage> =>
    new Promise((done, fail) => {
      const url = new URL(access.server + path);
      for (const [key, value] of Object.entries(options.query ?? {})) url.searchParams.set(key, value);
      const body = options.body === undefined ? undefined : JSON.stringify(options.body);
      const request = (secure ? httpsRequest : httpRequest)(url, {
        method,
        agent,
        headers: {
          accept: "application/json",
          "user-agent": "pulumi-kubernetes stand-in",
          ...(access.token !== "" && { authorization: `Bearer ${access.token}` }),
          ...(body !== undefined && {
            "content-type": options.contentType ?? "application/json",
            "content-length": Buffer.byteLength(body),
          }),
        },
        ...(options.signal && { signal: options.signal }),
      });
      request.on("response", done).on("error", fail).end(body);
    });

  const send = async (method: string, path: string, options: Options = {}): Promise<Values> => {
    const response = await open(method, path, options);
    return decode(response.statusCode ?? 0, await read(response));
  };

  const kinds = async (apiVersion: string): Promise<Map<string, Scope>> => {
    const answer = await send("GET", root(apiVersion)).catch((error: unknown) => {
      if (isApiError(error) && error.code === 404) return {};
      throw error;
    });
    const entries = list(answer, "resources").filter((entry) => !text(entry, "name").includes("/"));
    return new Map(
      entries.map((entry) => [
        text(entry, "kind"),
        { plural: text(entry, "name"), namespaced: isMap(entry) && entry["namespaced"] === true },
      ]),
    );
  };

  const scope = async (apiVersion: string, kind: string): Promise<Scope> => {
    const known = groups.get(apiVersion) ?? kinds(apiVersion);
    groups.set(apiVersion, known);
    try {
      const found = (await known).get(kind);
      if (found) return found;
    } catch (error) {
      groups.delete(apiVersion);
      throw error;
    }
    groups.delete(apiVersion);
    throw new NoSuchKind(apiVersion, kind);
  };

  return {
    send,
    scope,
    forgetKinds: () => {
      groups.clear();
    },
    path: async (apiVersion, kind, namespace, name) => {
      const { plural, namespaced } = await scope(apiVersion, kind);
      const folder = namespaced ? `/namespaces/${namespace || "default"}` : "";
      return `${root(apiVersion)}${folder}/${plural}${name === "" ? "" : `/${encodeURIComponent(name)}`}`;
    },
    watch: (path, query, wake, signal) => {
      open("GET", path, { query: { ...query, watch: "true" }, signal })
        .then((response) => {
          response.on("data", wake).on("error", () => undefined);
        })
        .catch(() => undefined);
    },
  };
}
