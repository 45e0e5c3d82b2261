/**
 * The scalar kinds that settings are made of. Each refusal names the rule that a person sees (`params.rule`) and says what
 * was expected; the pattern stays in the JSON Schema, so that an editor marks the same text.
 */
import * as z from "zod";
import { CPU, durationMs, HEAP, QUANTITY, TIME } from "../../kafka/units.ts";

/** Text that a pattern reads, refused under a rule of its own where it does not. */
function text(pattern: RegExp, rule: string, expected: string) {
  return z
    .string()
    .refine((value) => pattern.test(value), { error: `expected ${expected}`, params: { rule } })
    .meta({ pattern: pattern.source });
}

/** Text such as `500Gi`; kept as written. */
export const quantity = text(QUANTITY, "size-unparsable", 'a size such as "500Gi", "512Mi" or "10G"').meta({
  description: "A Kubernetes quantity in bytes, e.g. 500Gi",
});

/** Text such as `500m` or `2`; a bare number in YAML is accepted. */
export const cpu = z
  .union([z.string(), z.number()], { error: 'expected cores such as "2" or "500m"' })
  .transform(String)
  .pipe(text(CPU, "size-unparsable", 'cores such as "2" or "500m"'))
  .meta({ description: "CPU in cores or millicores, e.g. 2 or 500m" });

/** Text such as `8g`; kept as written and given to -Xms and -Xmx alike. */
export const heap = text(HEAP, "size-unparsable", 'a JVM heap size such as "4g" or "512m"').meta({
  description: "JVM heap, e.g. 4g or 512m",
});

/** Text such as `7d` in, milliseconds out. */
export const duration = text(TIME, "duration-unparsable", 'a duration such as "7d", "12h" or "300s"')
  .transform((value) => durationMs(value) ?? Number.NaN)
  .meta({ description: "A duration, e.g. 7d, 12h, 300s" });

const orUnlimited = (pattern: RegExp) => new RegExp(`^(?:unlimited|${pattern.source.replace(/^\^|\$$/g, "")})$`);

/** A duration in, milliseconds out; `unlimited` becomes -1, as Kafka writes it. */
export const retention = text(orUnlimited(TIME), "duration-unparsable", 'a duration such as "7d", or "unlimited"')
  .transform((value) => (value === "unlimited" ? -1 : (durationMs(value) ?? Number.NaN)))
  .meta({ description: "How long records are kept, e.g. 7d, or unlimited" });

/** A size in, kept as text; `unlimited` stands for Kafka's -1. */
export const retentionBytes = text(
  orUnlimited(QUANTITY),
  "size-unparsable",
  'a size per partition such as "10Gi", or "unlimited"',
).meta({ description: "How many bytes a partition keeps, e.g. 10Gi, or unlimited" });

/** Bytes a second, kept as text; `unlimited` for no limit. */
export const rate = text(orUnlimited(QUANTITY), "size-unparsable", 'a size such as "50Mi", or "unlimited"').meta({
  description: "Bytes a second, e.g. 50Mi, or unlimited",
});

/** How a broker property or topic config may be written in YAML; it reaches Kafka as text. */
export const propertyMap = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean()], { error: "expected text, a number, true or false" }).transform(String),
);

/** How many of something there are. */
export const count = z.int().min(1);

export const labels = z.record(z.string(), z.string());

/** A TCP port that a process without privileges may open. */
export const port = z.int().min(1024).max(65_535);

/** Requests and limits of one container. A CPU limit is left out on purpose where none is stated: throttling breaks ISR timing. */
export const resources = z.strictObject({
  requests: z.strictObject({ cpu, memory: quantity }),
  limits: z.strictObject({ cpu: cpu.optional(), memory: quantity.optional() }),
});
