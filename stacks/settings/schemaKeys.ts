/** Walks the schema beside the data: which keys a mapping of the settings may have, and which ones may be missing. */
import * as z from "zod";
import type { Segment } from "./path.ts";
import { SettingsSchema } from "./schema.ts";

/** Keys that the schema knows at a path, sorted; none where the keys are free. */
export function keysAt(path: readonly Segment[]): string[] {
  const schema = path.reduce<unknown>(below, SettingsSchema);
  const object = unwrap(schema);
  return object instanceof z.ZodObject ? Object.keys(object.shape).sort() : [];
}

/** Whether the value at a path may be missing and cannot be null itself, so that null can say "take it back". */
export function isOptional(path: readonly Segment[]): boolean {
  const schema = path.reduce<unknown>(below, SettingsSchema);
  return schema instanceof z.ZodOptional && !(schema.unwrap() instanceof z.ZodNullable);
}

function below(schema: unknown, segment: Segment): unknown {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) return (inner.shape as Record<string, unknown>)[segment];
  if (inner instanceof z.ZodRecord) return inner.valueType;
  return inner instanceof z.ZodArray ? inner.element : undefined;
}

function unwrap(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return unwrap(schema.unwrap());
  return schema;
}
