/** The part of the schema that describes nodes: brokers, controllers, ZooKeeper and the ports that they listen on. */
import * as z from "zod";
import {
  count,
  duration,
  heap,
  port,
  propertyMap,
  quantity,
  rate,
  resources,
  retention,
  retentionBytes,
} from "./values.ts";

const volumes = {
  class: z.string().nullable().meta({ description: "StorageClass name; null uses the cluster's default class" }),
  data: quantity.meta({ description: "Size of the data volume, e.g. 500Gi; may grow, never shrink" }),
  logs: quantity.nullable().meta({ description: "Size of a second volume for logs; null for none" }),
};

export const kafka = z.strictObject({
  version: z.string().optional().meta({
    description: "Apache Kafka version; default 4.3.1 on KRaft, 3.9.2 on ZooKeeper",
  }),
  metadataVersion: z.string().optional().meta({
    description:
      "metadata.version of the cluster, e.g. 4.2-IV1, finalised once all brokers run; never lowered; default that of version",
  }),
  distribution: z.enum(["apache", "confluent"]).meta({ description: "Whose image it is; decides the paths inside it" }),
  image: z.string().optional().meta({ description: "Image reference; default follows distribution and version" }),
  replicas: count.meta({ description: "Brokers; with combined controllers also voters" }),
  heap: heap
    .optional()
    .meta({ description: "Broker JVM heap (-Xms = -Xmx); default half of the memory request, 6g at most" }),
  resources,
  storage: z.strictObject(volumes),
  networkThreads: count.meta({ description: "num.network.threads; default 3" }),
  ioThreads: count.meta({ description: "num.io.threads; default 8" }),
  compression: z
    .enum(["producer", "none", "gzip", "snappy", "lz4", "zstd"])
    .meta({ description: "compression.type of topics that do not say otherwise; producer keeps what was sent" }),
  autoCreateTopics: z.boolean().meta({ description: "Brokers make topics on first use; default false" }),
  defaultPartitions: count.meta({ description: "Partitions of topics that do not say otherwise; default 1" }),
  replicationFactor: count
    .optional()
    .meta({ description: "Default and internal replication factor; default 3, capped by replicas" }),
  minInSyncReplicas: count.optional().meta({ description: "Default 2, capped by replicationFactor - 1 (at least 1)" }),
  retention: retention.meta({ description: "How long topics that do not say otherwise keep records; default 7d" }),
  retentionBytes: retentionBytes.meta({
    description: "How many bytes a partition keeps where its topic does not say; default unlimited",
  }),
  terminationGrace: duration.meta({
    description:
      "Time a broker gets to stop, at most half of it for waiting until the cluster can spare it; default 300s",
  }),
  startupBudget: duration.meta({ description: "Time a broker gets to come up, log recovery included; default 1h" }),
  load: z
    .strictObject({
      messagesPerSecond: z.number().min(0).meta({ description: "Mean records a second, of the whole cluster" }),
      recordBytes: count.meta({ description: "Mean bytes of a record" }),
    })
    .nullable()
    .meta({ description: "Expected mean write load; the disk rule compares it with retention. null skips the rule" }),
  rebalance: z
    .strictObject({
      throttle: rate.meta({ description: "Most that a broker copies a second while replicas move, or unlimited" }),
      timeout: duration.meta({ description: "Longest wait for a move; the next up goes on; default 4h" }),
      onScaleUp: z.enum(["spread", "leave"]).meta({ description: "spread moves partitions onto brokers that join" }),
    })
    .meta({ description: "How replicas move when brokers join or go" }),
  config: propertyMap.meta({ description: "Further broker properties; keys the program owns are refused" }),
  jvmOptions: z.array(z.string()).meta({ description: "JVM flags after the program's own" }),
});

export const controllers = z.strictObject({
  mode: z
    .enum(["combined", "dedicated"])
    .meta({ description: "combined: brokers are the voters; dedicated: own pods" }),
  replicas: count.optional().meta({ description: "Voters in dedicated mode; odd; default 3, or 1 with one broker" }),
  heap: heap.meta({ description: "Controller JVM heap, e.g. 512m" }),
  resources,
  storage: z.strictObject({ class: volumes.class, data: volumes.data }),
});

const listener = z.strictObject({ port: port.meta({ description: "TCP port, 1024 to 65535" }) });
export const listeners = z.strictObject({
  client: listener.meta({ description: "Where applications connect; default 9092" }),
  replication: listener.meta({ description: "Between brokers; default 9091" }),
  controller: listener.meta({ description: "Between brokers and controllers; default 9093" }),
});

export const zookeeper = z.strictObject({
  version: z.string().meta({ description: "Apache ZooKeeper version, of the lines 3.8 and 3.9" }),
  image: z.string().optional().meta({ description: "Image reference; default the official one of the version" }),
  replicas: count.meta({ description: "Nodes of the ensemble; odd" }),
  heap: heap.optional().meta({ description: "ZooKeeper JVM heap; default half of the memory request" }),
  chroot: z
    .string()
    .regex(/^(?:\/[A-Za-z0-9._-]+)+$/, "expected a path such as /kafka")
    .nullable()
    .meta({ description: "Path that Kafka keeps its nodes under, e.g. /kafka; null for the root" }),
  resources,
  storage: z.strictObject(volumes),
});
