/** Walks the schema beside the data: which keys a mapping of the settings may have, and which values null takes back. */
import * as z from "zod";
import type { Segment } from "./path.ts";
import { SettingsSchema } from "./schema.ts";

/** Keys that the schema knows at a path, sorted; none where the keys are free. */
export function keysAt(path: readonly Segment[]): string[] {
  const schema = path.reduce<unknown>(below, SettingsSchema);
  const object = unwrap(schema);
  return object instanceof z.ZodObject ? Object.keys(object.shape).sort() : [];
}

/** Whether null at a path takes the value back: an entry of a free map, or a value that may be missing and is never null. */
export function canBeTakenBack(path: readonly Segment[]): boolean {
  const parent = unwrap(path.slice(0, -1).reduce<unknown>(below, SettingsSchema));
  const schema = path.reduce<unknown>(below, SettingsSchema);
  if (parent instanceof z.ZodRecord) return true;
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
