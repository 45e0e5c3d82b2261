/**
 * The schema of stack files as JSON Schema, so that editors complete and check them: `node stacks/settings/jsonSchema.ts`
 * writes stacks/stack.schema.json, `npm run format` lays it out. Draft 7 is what editors' YAML support reads best.
 */
import { writeFileSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { isTree, type Tree } from "./path.ts";
import { SettingsSchema } from "./schema.ts";

const PROJECT = "kafka-platform";

/** JSON Schema of Pulumi.<stack>.yaml. */
export function stackFileSchema(): Tree {
  const { properties } = z.toJSONSchema(SettingsSchema, { io: "input", target: "draft-7" });
  const keys = Object.entries(properties ?? {}).map(
    ([key, schema]) => [`${PROJECT}:${key}`, optional(schema)] as const,
  );
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Stack file of kafka-platform",
    description: "Differences of a stack from its preset; everything may be left out.",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: Object.fromEntries(keys),
        // Keys of other namespaces are the engine's and the providers'; ours are only those above.
        propertyNames: { anyOf: [{ enum: keys.map(([key]) => key) }, { not: { pattern: `^${PROJECT}:` } }] },
      },
    },
  };
}

/**
 * Everything may be left out, at every depth, but inside lists: these replace as a whole. What the schema itself lets be
 * missing, and entries of free maps, may also be null, which takes back what the preset says.
 */
function optional(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(optional);
  if (!isTree(schema) || schema["type"] === "array") return schema;
  const { required, ...rest } = schema;
  const always = Array.isArray(required) ? required : [];
  return Object.fromEntries(
    Object.entries(rest).map(([key, value]) => {
      if (key === "additionalProperties" && isTree(value)) return [key, orNull(value)];
      if (key !== "properties" || !isTree(value)) return [key, optional(value)];
      const properties = Object.entries(value).map(([name, property]) => {
        return [name, always.includes(name) ? optional(property) : orNull(property)];
      });
      return [key, Object.fromEntries(properties)];
    }),
  );
}

function orNull(schema: unknown): Tree {
  const description = isTree(schema) ? schema["description"] : undefined;
  return { ...(description === undefined ? {} : { description }), anyOf: [optional(schema), { type: "null" }] };
}

/** Path of the generated file. */
export const SCHEMA_FILE = fileURLToPath(new URL("../stack.schema.json", import.meta.url));

if (argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(SCHEMA_FILE, `${JSON.stringify(stackFileSchema(), undefined, 2)}\n`);
}
