/** The scalar kinds that settings are made of, each with the message that a person sees when the text does not parse. */
import * as z from "zod";
import { CPU, durationMs, HEAP, QUANTITY } from "../../kafka/units.ts";

/** Text such as `500Gi`; kept as written. */
export const quantity = z
  .string()
  .regex(QUANTITY, { error: 'expected a size such as "500Gi", "512Mi" or "10G"' })
  .meta({ description: "A Kubernetes quantity in bytes, e.g. 500Gi" });

/** Text such as `500m` or `2`; a bare number in YAML is accepted. */
export const cpu = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(CPU, { error: 'expected cores such as "2" or "500m"' }))
  .meta({ description: "CPU in cores or millicores, e.g. 2 or 500m" });

/** Text such as `8g`; kept as written and given to -Xms and -Xmx alike. */
export const heap = z
  .string()
  .regex(HEAP, { error: 'expected a JVM heap size such as "4g" or "512m"' })
  .meta({ description: "JVM heap, e.g. 4g or 512m" });

/** Text such as `7d` in, milliseconds out. */
export const duration = z
  .string()
  .refine((text) => durationMs(text) !== undefined, { error: 'expected a duration such as "7d", "12h" or "300s"' })
  .transform((text) => durationMs(text) ?? Number.NaN)
  .meta({ description: "A duration, e.g. 7d, 12h, 300s" });

/** A duration in, milliseconds out; `unlimited` becomes -1, as Kafka writes it. */
export const retention = z
  .union([z.literal("unlimited").transform(() => -1), duration], {
    error: 'expected a duration such as "7d", or "unlimited"',
  })
  .meta({ description: "How long records are kept, e.g. 7d, or unlimited" });

/** A size in, kept as text; `unlimited` stands for Kafka's -1. */
export const retentionBytes = z
  .union([z.literal("unlimited"), quantity], { error: 'expected a size per partition such as "10Gi", or "unlimited"' })
  .meta({ description: "How many bytes a partition keeps, e.g. 10Gi, or unlimited" });

/** How a broker property or topic config may be written in YAML; it reaches Kafka as text. */
export const propertyMap = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));

/** Requests and limits of one container. A CPU limit is left out on purpose where none is stated: throttling breaks ISR timing. */
export const resources = z.strictObject({
  requests: z.strictObject({ cpu, memory: quantity }),
  limits: z.strictObject({ cpu: cpu.optional(), memory: quantity.optional() }),
});
