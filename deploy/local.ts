/** Where `npm start` works: the machine's own cluster, the engine that was found or built, state beside the cluster. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Engine, ensureCluster, ensureEngine } from "../local/index.ts";
import { type EngineOptions, PROJECT_ROOT } from "./engine.ts";

export interface LocalState {
  /** `file://` backend. */
  readonly backend: string;
  readonly passphrase: string;
  /** Copy of the stack file that holds the engine's encryption salt, so that the checkout stays as it is. */
  readonly configFile: string;
}

/** The stack file's text, with the salt line of the copy that the engine wrote before. */
export function withSalt(stackFile: string, previous: string): string {
  const salt = /^encryptionsalt:.*$/m;
  const kept = salt.exec(previous)?.[0];
  return salt.test(stackFile) || kept === undefined ? stackFile : `${stackFile.trimEnd()}\n${kept}\n`;
}

/** Makes the folder of the state, its passphrase and the stack file's copy. */
export function localState(folder: string, stack: string): LocalState {
  mkdirSync(join(folder, "backend"), { recursive: true, mode: 0o700 });
  const secret = join(folder, "passphrase");
  if (!existsSync(secret)) writeFileSync(secret, randomBytes(24).toString("base64url"), { mode: 0o600 });
  const configFile = join(folder, `Pulumi.${stack}.yaml`);
  const source = readFileSync(join(PROJECT_ROOT, `Pulumi.${stack}.yaml`), "utf8");
  const previous = existsSync(configFile) ? readFileSync(configFile, "utf8") : "";
  writeFileSync(configFile, withSalt(source, previous));
  return { backend: `file://${join(folder, "backend")}`, passphrase: readFileSync(secret, "utf8"), configFile };
}

/** How the engine reaches this cluster and this state. A backend that the user chose by PULUMI_BACKEND_URL stays. */
export function engineOptions(engine: Engine, kubeconfig: string, state: LocalState): EngineOptions {
  const ownBackend = (process.env["PULUMI_BACKEND_URL"] ?? "") !== "";
  return {
    env: {
      ...engine.env,
      KUBECONFIG: kubeconfig,
      ...(ownBackend ? {} : { PULUMI_BACKEND_URL: state.backend, PULUMI_CONFIG_PASSPHRASE: state.passphrase }),
    },
    ...(ownBackend ? {} : { configFile: state.configFile }),
  };
}

/** The target of `npm run deploy -- … --local`: the embedded cluster, brought up where it is not. */
export async function localTarget(stack: string, say: (line: string) => void): Promise<EngineOptions> {
  const cluster = await ensureCluster({ progress: say });
  const engine = await ensureEngine({ progress: say });
  return engineOptions(engine, cluster.kubeconfig, localState(join(dirname(cluster.kubeconfig), "pulumi"), stack));
}
