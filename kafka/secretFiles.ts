/**
 * Secrets as files that Kafka's configuration refers to (KIP-421, KIP-632): what is in a ConfigMap, a log or an argument is
 * the reference, never the secret.
 */
import { NODE_PATHS, type NodePaths } from "./paths.ts";
import type { Property } from "./properties.ts";

/** Name under which `config.providers` has the provider. */
const PROVIDER = "secret";

/** A reference to one file of the mounted Secret, as Kafka resolves it. */
export const secretReference = (file: string, paths: NodePaths = NODE_PATHS): string =>
  `\${${PROVIDER}:${paths.secrets}:${file}}`;

/** Properties that let references be resolved, from that folder only (KIP-993). */
export function secretProvider(paths: NodePaths = NODE_PATHS): Property[] {
  return [
    ["config.providers", PROVIDER],
    [`config.providers.${PROVIDER}.class`, "org.apache.kafka.common.config.provider.DirectoryConfigProvider"],
    [`config.providers.${PROVIDER}.param.allowed.paths`, paths.secrets],
  ];
}

/** Path of the file that a text refers to; undefined where it is no reference. */
export function referencedFile(text: string): string | undefined {
  const [, folder, file] = new RegExp(`^\\$\\{${PROVIDER}:([^:}]+):([^:}]+)\\}$`).exec(text) ?? [];
  return folder === undefined || file === undefined ? undefined : `${folder}/${file}`;
}
