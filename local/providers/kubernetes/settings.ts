/** The provider's configuration, as far as the stand-in has it. */
import type { Failure } from "../protocol.ts";
import { plainMap, text, type Values } from "../values.ts";
import type { Choice } from "./kubeconfig.ts";
import type { Mutability } from "./replacement.ts";

export interface Settings {
  /** Content or path; "" for $KUBECONFIG or ~/.kube/config. */
  readonly kubeconfig: string;
  readonly choice: Choice;
  /** Namespace of namespaced objects that name none; "" for `default`. */
  readonly namespace: string;
  readonly mutable: Mutability;
  /** Names this configuration's cluster; "" to tell clusters apart by their kubeconfig entries. */
  readonly clusterIdentifier: string;
  /** Objects of a cluster that does not answer count as gone. */
  readonly deleteUnreachable: boolean;
}

/** A flag from the configuration, where booleans come as strings, else from the environment. */
function flag(config: Values, key: string, variable: string): boolean {
  const value = config[key] ?? process.env[variable];
  return value === true || value === "true";
}

export function readSettings(given: Values): Settings {
  const config = plainMap(given);
  return {
    kubeconfig: text(config, "kubeconfig"),
    choice: { context: text(config, "context"), cluster: text(config, "cluster") },
    namespace: text(config, "namespace"),
    mutable: {
      configMaps: flag(config, "enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
      secrets: flag(config, "enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
    },
    clusterIdentifier: text(config, "clusterIdentifier"),
    deleteUnreachable: flag(config, "deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
  };
}

const LACKING = ["enablePatchForce", "renderYamlToDirectory", "skipUpdateUnreachable", "upsertExistingObjects"];

/** Settings that would change what the stand-in does, and that it lacks; each is refused by name. */
export function refusedSettings(given: Values): Failure[] {
  const config = plainMap(given);
  const reason = "not offered by the stand-in provider; leave it out, or install the real plugin";
  const clientSide = config["enableServerSideApply"] === false || config["enableServerSideApply"] === "false";
  return [
    ...LACKING.filter((key) => ![undefined, "", false, "false"].includes(config[key] as never)),
    ...(clientSide ? ["enableServerSideApply"] : []),
  ].map((property) => ({ property, reason }));
}
