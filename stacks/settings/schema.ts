/**
 * The one schema of a stack file. It describes the merged tree (defaults ← preset ← its environment ← stack file) before
 * what follows from other settings is filled in (resolve.ts) and before the cross-field rules (rules/). Unknown keys are
 * refused everywhere but in the free property maps.
 */
import * as z from "zod";
import { cpu, duration, heap, port, propertyMap, quantity, resources, retention, retentionBytes } from "./values.ts";

const count = z.int().min(1);
const toggle = z.boolean().meta({ description: "Whether the component is part of this stack" });
const labels = z.record(z.string(), z.string());

const namespace = z.strictObject({
  name: z.string().meta({ description: "Namespace of the platform; a DNS label" }),
  create: z.boolean().meta({ description: "false adopts a namespace that exists already and never deletes it" }),
  istioInjection: z.boolean().meta({ description: "Label istio-injection=enabled on the namespace" }),
  podSecurity: z
    .enum(["restricted", "baseline", "privileged"])
    .meta({ description: "Pod Security Standard that the namespace enforces" }),
  quota: z
    .strictObject({ cpu, memory: quantity, storage: quantity })
    .nullable()
    .meta({ description: "ResourceQuota over all pods and claims of the namespace; null for none" }),
  limitRange: z
    .strictObject({
      default: z.strictObject({ cpu, memory: quantity }),
      defaultRequest: z.strictObject({ cpu, memory: quantity }),
      max: z.strictObject({ cpu, memory: quantity }),
    })
    .nullable()
    .meta({ description: "LimitRange for containers of the namespace; null for none" }),
});

const coordination = z.strictObject({
  mode: z
    .enum(["kraft", "zookeeper"])
    .meta({ description: "Where cluster metadata lives; ZooKeeper ends with Kafka 3.9" }),
});

const volumes = {
  class: z.string().nullable().meta({ description: "StorageClass name; null uses the cluster's default class" }),
  data: quantity,
  logs: quantity.nullable().meta({ description: "Second volume; null for none" }),
};

const kafka = z.strictObject({
  version: z.string().optional().meta({
    description: "Apache Kafka version; default 4.3.1 on KRaft, 3.9.2 on ZooKeeper",
  }),
  distribution: z.enum(["apache", "confluent"]).meta({ description: "Whose image it is; decides the paths inside it" }),
  image: z.string().optional().meta({ description: "Image reference; default follows distribution and version" }),
  replicas: count.meta({ description: "Brokers; with combined controllers also voters" }),
  heap: heap
    .optional()
    .meta({ description: "Broker JVM heap (-Xms = -Xmx); default half of the memory request, 6g at most" }),
  resources,
  storage: z.strictObject(volumes),
  networkThreads: count,
  ioThreads: count,
  compression: z.enum(["producer", "none", "gzip", "snappy", "lz4", "zstd"]),
  autoCreateTopics: z.boolean(),
  defaultPartitions: count,
  replicationFactor: count
    .optional()
    .meta({ description: "Default and internal replication factor; default 3, capped by replicas" }),
  minInSyncReplicas: count.optional().meta({ description: "Default 2, capped by replicationFactor - 1 (at least 1)" }),
  retention,
  retentionBytes,
  terminationGrace: duration.meta({ description: "Time a broker gets for its controlled shutdown" }),
  startupBudget: duration.meta({ description: "Time a broker gets to come up, log recovery included" }),
  load: z
    .strictObject({ messagesPerSecond: z.number().min(0), recordBytes: count })
    .nullable()
    .meta({ description: "Expected mean write load; the disk rule compares it with retention. null skips the rule" }),
  config: propertyMap.meta({ description: "Further broker properties; keys the program owns are refused" }),
  jvmOptions: z.array(z.string()).meta({ description: "JVM flags after the program's own" }),
});

const controllers = z.strictObject({
  mode: z
    .enum(["combined", "dedicated"])
    .meta({ description: "combined: brokers are the voters; dedicated: own pods" }),
  replicas: count.optional().meta({ description: "Voters in dedicated mode; odd; default 3, or 1 with one broker" }),
  heap,
  resources,
  storage: z.strictObject({ class: volumes.class, data: quantity }),
});

const listener = z.strictObject({ port });
const listeners = z.strictObject({
  client: listener.meta({ description: "Where applications connect; default 9092" }),
  replication: listener.meta({ description: "Between brokers; default 9091" }),
  controller: listener.meta({ description: "Between brokers and controllers; default 9093" }),
});

const zookeeper = z.strictObject({
  version: z.string(),
  replicas: count,
  heap: heap.optional(),
  resources,
  storage: z.strictObject(volumes),
});

const topic = z.strictObject({
  partitions: z.int().optional().meta({ description: "Default kafka.defaultPartitions; may grow, never shrink" }),
  replicationFactor: z.int().optional().meta({ description: "Default kafka.replicationFactor" }),
  minInSyncReplicas: z.int().optional().meta({ description: "Default kafka.minInSyncReplicas" }),
  retention: retention.optional(),
  retentionBytes: retentionBytes.optional(),
  cleanupPolicy: z.enum(["delete", "compact", "compact,delete"]).optional(),
  compression: kafka.shape.compression.optional(),
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

const topics = z.strictObject({
  items: z
    .record(z.string(), topic.nullable())
    .meta({ description: "Topic name → its settings; null takes a preset's topic out" }),
  deadLetter: z.string().nullable().meta({
    description: "Name of the dead-letter topic; null for none. Made with inherited values unless items declares it",
  }),
  drift: z.strictObject({
    schedule: z.string().nullable().meta({ description: "Cron schedule of the drift check; null for none" }),
    action: z.enum(["repair", "report"]),
  }),
});

const names = z.strictObject({
  brokers: z.string().meta({ description: "Broker StatefulSet; pods are <name>-0 …" }),
  headless: z.string().meta({ description: "Headless Service; brokers advertise <pod>.<headless>.<namespace>.svc" }),
  bootstrap: z.string().meta({ description: "Client Service" }),
  controllers: z.string(),
  controllersHeadless: z.string(),
  zookeeper: z.string(),
  topicsJob: z.string(),
  verifyJob: z.string(),
  client: z.string().meta({ description: "ConfigMap and Secret that each client namespace gets" }),
  aliases: z.array(z.string()).meta({ description: "Further names of the client Service" }),
});

const component = <T extends z.ZodRawShape>(extra: T) => z.strictObject({ enabled: toggle, ...extra });

const clients = z.strictObject({
  namespaces: z
    .record(
      z.string(),
      z
        .strictObject({
          create: z.boolean().optional().meta({ description: "Create the namespace too; default false" }),
          labels: labels.optional(),
          env: z.record(z.string(), z.string()).optional().meta({ description: "Further keys of the ConfigMap" }),
        })
        .nullable(),
    )
    .meta({
      description:
        "Namespaces whose applications connect; each gets a ConfigMap and a Secret; null takes a preset's out",
    }),
  producer: propertyMap.meta({ description: "Recommended producer properties" }),
  consumer: propertyMap.meta({ description: "Recommended consumer properties" }),
});

const scheduling = z.strictObject({
  antiAffinity: z.enum(["required", "preferred", "none"]).meta({ description: "Two pods of a role on one host" }),
  zoneSpread: z.enum(["required", "preferred", "none"]).meta({ description: "Pods of a role spread over zones" }),
  nodeSelector: labels,
  tolerations: z.array(
    z.strictObject({
      key: z.string().optional(),
      operator: z.enum(["Exists", "Equal"]).optional(),
      value: z.string().optional(),
      effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).optional(),
    }),
  ),
  priorityClass: z.string().nullable(),
});

export const SettingsSchema = z.strictObject({
  preset: z.enum(["none", "selfmonitor", "voicecore", "llm-analytics-hub", "amazon-api"]),
  environment: z.enum(["dev", "staging", "prod"]),
  profile: z
    .enum(["development", "production"])
    .meta({ description: "production turns warnings of the safety rules into refusals" }),
  labels: labels.meta({ description: "Labels on every object, beside app, system and environment" }),
  kubernetes: z.strictObject({
    context: z.string().nullable().meta({ description: "kubeconfig context; null uses the current one" }),
    kubeconfig: z.string().nullable().meta({ description: "Path of the kubeconfig; null uses $KUBECONFIG" }),
  }),
  namespace,
  coordination,
  kafka,
  listeners,
  controllers,
  zookeeper,
  topics,
  names,
  security: z.strictObject({
    mode: z.enum(["plaintext", "scram", "scram-tls"]),
    networkPolicies: z.boolean(),
  }),
  externalAccess: component({}),
  rackAwareness: component({}),
  schemaRegistry: component({ replicas: count, resources }),
  connect: component({ replicas: count, resources }),
  ksqldb: component({ replicas: count }),
  ui: component({ image: z.string() }),
  monitoring: component({}),
  mirrorMaker: component({}),
  backup: component({ bucket: z.string().nullable() }),
  clients,
  scheduling,
  agent: z.strictObject({ image: z.string(), resources }),
  verify: z.strictObject({ enabled: z.boolean().meta({ description: "Run the verification Job after each change" }) }),
  deletionProtection: z.boolean().meta({ description: "Pulumi refuses to delete what holds data" }),
  allowUnsafe: z
    .array(z.strictObject({ rule: z.string(), reason: z.string().min(1), until: z.iso.date().optional() }))
    .meta({ description: "Named rules that this stack overrides, with a reason and the date on which that ends" }),
});

/** What a stack file may say: the tree before merging, every key optional. */
export type SettingsInput = DeepPartial<z.input<typeof SettingsSchema>>;
/** The merged tree after parsing, before derived values. */
export type ParsedSettings = z.output<typeof SettingsSchema>;

/** Every key optional; null where it takes back what a preset says: entries of free maps and values that may be missing. */
export type DeepPartial<T> = T extends readonly unknown[] | null | string | number | boolean
  ? T
  : T extends object
    ? { [K in keyof T]?: DeepPartial<T[K]> | undefined | TakenBack<T, K> }
    : T;
type TakenBack<T, K extends keyof T> = string extends K ? null : undefined extends T[K] ? null : never;
