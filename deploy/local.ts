/** Where `npm start` works: a cluster, the engine that was found or built, and a state beside them. */
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseDocument } from "yaml";
import { cacheFolder } from "../local/cache.ts";
import { type Engine, ensureCluster, ensureEngine } from "../local/index.ts";
import type { ClusterAccess } from "./cluster.ts";
import { type EngineOptions, PROJECT_ROOT } from "./engine.ts";

/**
 * The text of a stack file's working copy: the salt that the engine wrote into the copy before stays, and a context other
 * than the kubeconfig's current one is named.
 */
export function workingCopy(stackFile: string, previous: string, context?: string): string {
  const copy = parseDocument(stackFile);
  const salt: unknown = parseDocument(previous).get("encryptionsalt");
  if (typeof salt === "string" && !copy.has("encryptionsalt")) copy.set("encryptionsalt", salt);
  if (context !== undefined) copy.setIn(["config", "kafka-platform:kubernetes", "context"], context);
  return copy.toString();
}

/** Folder of the state that belongs to a cluster: of the embedded one it goes down with it. */
export function stateFolder({ kubeconfig, context }: ClusterAccess, embedded: boolean): string {
  if (embedded) return join(dirname(kubeconfig), "pulumi");
  const key = createHash("sha256")
    .update(`${kubeconfig} ${context ?? ""}`)
    .digest("hex")
    .slice(0, 8);
  return join(cacheFolder(), "state", key);
}

/**
 * How the engine reaches a cluster and the state that belongs to it. The passphrase is made once; the stack file is worked
 * on as a copy, so that the engine's salt does not change the checkout. A backend that the user chose by
 * PULUMI_BACKEND_URL is used as it is.
 */
export function engineOptions(stack: string, engine: Engine, access: ClusterAccess, folder: string): EngineOptions {
  const env = { ...engine.env, KUBECONFIG: access.kubeconfig };
  mkdirSync(join(folder, "backend"), { recursive: true, mode: 0o700 });
  const configFile = join(folder, `Pulumi.${stack}.yaml`);
  const previous = existsSync(configFile) ? readFileSync(configFile, "utf8") : "";
  const source = readFileSync(join(PROJECT_ROOT, `Pulumi.${stack}.yaml`), "utf8");
  writeFileSync(configFile, workingCopy(source, previous, access.context));
  if ((process.env["PULUMI_BACKEND_URL"] ?? "") !== "") {
    return access.context === undefined ? { env } : { env, configFile };
  }
  const secret = join(folder, "passphrase");
  if (!existsSync(secret)) writeFileSync(secret, randomBytes(24).toString("base64url"), { mode: 0o600 });
  const backend = {
    PULUMI_BACKEND_URL: `file://${join(folder, "backend")}`,
    PULUMI_CONFIG_PASSPHRASE: readFileSync(secret, "utf8"),
  };
  return { env: { ...env, ...backend }, configFile };
}

/** The target of `npm run deploy -- … --local`: what `npm start` works on, brought up where it is not. */
export async function localTarget(stack: string, say: (line: string) => void): Promise<EngineOptions> {
  const { kubeconfig } = await ensureCluster({ progress: say });
  const engine = await ensureEngine({ progress: say });
  return engineOptions(stack, engine, { kubeconfig }, stateFolder({ kubeconfig }, true));
}
