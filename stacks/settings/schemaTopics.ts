/** The part of the schema that describes what the cluster is used for: topics and the applications that connect. */
import * as z from "zod";
import { kafka } from "./schemaNodes.ts";
import { labels, propertyMap, retention, retentionBytes } from "./values.ts";

const topic = z.strictObject({
  partitions: z.int().optional().meta({ description: "Default kafka.defaultPartitions; may grow, never shrink" }),
  replicationFactor: z.int().optional().meta({ description: "Default kafka.replicationFactor" }),
  minInSyncReplicas: z.int().optional().meta({ description: "Default kafka.minInSyncReplicas" }),
  retention: retention
    .optional()
    .meta({ description: "How long records are kept, e.g. 7d, or unlimited; default kafka.retention" }),
  retentionBytes: retentionBytes
    .optional()
    .meta({ description: "How many bytes a partition keeps; default kafka.retentionBytes" }),
  cleanupPolicy: z
    .enum(["delete", "compact", "compact,delete"])
    .optional()
    .meta({ description: "What happens to old records; default delete" }),
  compression: kafka.shape.compression.optional().meta({ description: "Default kafka.compression" }),
  critical: z
    .boolean()
    .optional()
    .meta({ description: "Exactly-once topic: replication is verified, no unclean election" }),
  config: propertyMap.optional().meta({ description: "Further topic configs" }),
  state: z.enum(["present", "absent"]).optional().meta({ description: "absent deletes the topic and its data" }),
  recreate: z
    .boolean()
    .optional()
    .meta({ description: "Allows delete and create where partitions shrink; data is lost" }),
});

export const topics = z.strictObject({
  items: z
    .record(z.string(), topic.nullable())
    .meta({ description: "Topic name → its settings; null takes a preset's topic out" }),
  deadLetter: z.string().nullable().meta({
    description: "Name of the dead-letter topic; null for none. Made with inherited values unless items declares it",
  }),
  drift: z.strictObject({
    schedule: z.string().nullable().meta({ description: "Cron schedule of the drift check; null for none" }),
    action: z
      .enum(["repair", "report"])
      .meta({ description: "repair puts topics back as stated; report only says so" }),
  }),
});

export const clients = z.strictObject({
  namespaces: z
    .record(
      z.string(),
      z.strictObject({
        create: z.boolean().optional().meta({ description: "Create the namespace too; default false" }),
        labels: labels.optional().meta({ description: "Labels of the namespace, where it is created" }),
        env: z.record(z.string(), z.string()).optional().meta({ description: "Further keys of the ConfigMap" }),
        serviceAccount: z.string().optional().meta({
          description: "ServiceAccount to make there, which may look up the platform's Services; default none",
        }),
      }),
    )
    .meta({
      description:
        "Namespaces whose applications connect; each gets a ConfigMap and a Secret; null takes a preset's out",
    }),
  producer: propertyMap.meta({ description: "Recommended producer properties" }),
  consumer: propertyMap.meta({ description: "Recommended consumer properties" }),
});
