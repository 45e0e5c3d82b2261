/** Which API server to talk to, and as whom: a kubeconfig reduced to what a request needs. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { at, isMap, list, text, type Value, type Values } from "../values.ts";

export interface Access {
  readonly server: string;
  readonly namespace: string;
  readonly token: string;
  readonly tls: {
    readonly ca?: Buffer;
    readonly cert?: Buffer;
    readonly key?: Buffer;
    readonly servername?: string;
    readonly rejectUnauthorized: boolean;
  };
}

/** Overrides from the provider's configuration; "" means "as the kubeconfig says". */
export interface Choice {
  readonly context: string;
  readonly cluster: string;
}

/** A kubeconfig's text and the folder that its relative paths start from. */
interface Source {
  readonly config: Values;
  readonly folder: string;
}

function parsed(content: string, folder: string, from: string): Source {
  const config: unknown = parse(content);
  if (!isMap(config)) throw new Error(`${from}: found no mapping, expected a kubeconfig (clusters, contexts, users).`);
  return { config, folder };
}

const fromFile = (path: string): Source => parsed(readFileSync(path, "utf8"), dirname(resolve(path)), path);

/** The kubeconfigs to read, first match wins: the given content or path, else $KUBECONFIG, else ~/.kube/config. */
function sources(given: string): Source[] {
  if (given.includes("\n") || given.trimStart().startsWith("{")) return [parsed(given, process.cwd(), "kubeconfig")];
  if (given !== "") return [fromFile(given.replace(/^~(?=\/)/, homedir()))];
  const paths = process.env["KUBECONFIG"]?.split(delimiter).filter(Boolean) ?? [join(homedir(), ".kube", "config")];
  const found = paths.filter((path) => existsSync(path));
  if (found.length === 0) {
    throw new Error(
      `no kubeconfig found at ${paths.join(", ")}; set kubernetes:kubeconfig or the KUBECONFIG variable.`,
    );
  }
  return found.map(fromFile);
}

function named(all: readonly Source[], section: string, name: string): Source | undefined {
  for (const { config, folder } of all) {
    const entry = list(config, section).find((item) => text(item, "name") === name);
    if (isMap(entry)) return { config: entry, folder };
  }
  return undefined;
}

function bytes(source: Source | undefined, section: string, key: string): Buffer | undefined {
  const inline = text(source?.config, section, `${key}-data`);
  if (inline !== "") return Buffer.from(inline, "base64");
  const path = text(source?.config, section, key);
  return path === "" || !source ? undefined : readFileSync(resolve(source.folder, path));
}

/** The cluster entry that a kubeconfig points to; undefined when it points nowhere. Two entries that differ are two clusters. */
export function activeCluster(given: string, choice: Choice): Value | undefined {
  const all = sources(given);
  const current = choice.context || all.map(({ config }) => text(config, "current-context")).find(Boolean) || "";
  const cluster = choice.cluster || text(named(all, "contexts", current)?.config, "context", "cluster");
  return named(all, "clusters", cluster)?.config["cluster"];
}

/**
 * Reads the access from a kubeconfig. Client certificates, tokens, token files and user names work; `exec` and
 * `auth-provider` users are refused by name.
 */
export function loadAccess(given: string, choice: Choice): Access {
  const all = sources(given);
  const contextName = choice.context || all.map(({ config }) => text(config, "current-context")).find(Boolean) || "";
  const context = named(all, "contexts", contextName);
  if (!context)
    throw new Error(`context "${contextName}" is not in the kubeconfig; set current-context or kubernetes:context.`);
  const clusterName = choice.cluster || text(context.config, "context", "cluster");
  const cluster = named(all, "clusters", clusterName);
  const server = text(cluster?.config, "cluster", "server");
  if (server === "") throw new Error(`cluster "${clusterName}" of the kubeconfig has no server.`);
  const userName = text(context.config, "context", "user");
  const user = named(all, "users", userName);
  for (const method of ["exec", "auth-provider"]) {
    if (at(user?.config, "user", method) !== undefined) {
      throw new Error(
        `user "${userName}" logs in by ${method}, which the stand-in lacks; use a token or a client certificate, or install the real plugin.`,
      );
    }
  }
  const tokenFile = text(user?.config, "user", "tokenFile");
  const ca = bytes(cluster, "cluster", "certificate-authority");
  const cert = bytes(user, "user", "client-certificate");
  const key = bytes(user, "user", "client-key");
  const servername = text(cluster?.config, "cluster", "tls-server-name");
  return {
    server: server.replace(/\/$/, ""),
    namespace: text(context.config, "context", "namespace"),
    token:
      text(user?.config, "user", "token") ||
      (tokenFile && user ? readFileSync(resolve(user.folder, tokenFile), "utf8").trim() : ""),
    tls: {
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(servername !== "" && { servername }),
      rejectUnauthorized: at(cluster?.config, "cluster", "insecure-skip-tls-verify") !== true,
    },
  };
}
