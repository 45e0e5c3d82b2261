/** What the engine says that the stack's configuration is, as the plain tree of a stack file. */
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import type { Tree } from "./path.ts";
import { SettingsSchema } from "./schema.ts";

/** Stands for an encrypted value: settings become manifests and outputs, so the schema refuses it instead of showing it. */
const SECRET = "[secret]";
/** Exported by the SDK, though left out of its types; without it the engine's own masking of its output remains. */
const { isConfigSecret } = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };

/**
 * The configuration of the running program. Every key of the project's namespace is taken, so that the schema can refuse
 * the unknown ones; the engine checks only those that Pulumi.yaml declares, and nothing inside them.
 */
export function pulumiConfigInput(): Tree {
  const prefix = `${pulumi.getProject()}:`;
  const own = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(
    own.map(([key, text]) => {
      const name = key.slice(prefix.length);
      return [name, isConfigSecret?.(key) === true ? SECRET : value(name, text)];
    }),
  );
}

/** The engine passes text as it is and everything else as JSON; only the schema knows which is which. */
function value(name: string, text: string): unknown {
  const schema = Object.hasOwn(SettingsSchema.shape, name)
    ? SettingsSchema.shape[name as keyof typeof SettingsSchema.shape]
    : undefined;
  if (schema instanceof z.ZodEnum || schema instanceof z.ZodString) return text;
  try {
    return JSON.parse(text, (_, found: unknown) => (typeof found === "string" ? date(found) : found)) as unknown;
  } catch {
    return text;
  }
}

/** An unquoted date in a stack file is a timestamp to the engine; it means the day that stands there. */
const date = (text: string): string => text.replace(/^(\d{4}-\d\d-\d\d)(?: 00:00:00 \+0000 UTC|T00:00:00Z)$/, "$1");
