/**
 * The one schema of a stack file. It describes the merged tree (defaults ← preset ← its environment ← stack file) before
 * what follows from other settings is filled in (resolve.ts) and before the cross-field rules (rules/). Unknown keys are
 * refused everywhere but in the free property maps.
 */
import * as z from "zod";
import { PASSWORD_ROTATIONS } from "../../kafka/access/platformLogins.ts";
import { PHASES } from "../../kafka/coordination.ts";
import { certificates } from "./schemaCertificates.ts";
import { controllers, kafka, listeners, zookeeper } from "./schemaNodes.ts";
import { clients, topics } from "./schemaTopics.ts";
import { users } from "./schemaUsers.ts";
import { count, cpu, labels, port, quantity, resources } from "./values.ts";

const replicas = count.meta({ description: "Pods" });
const image = z.string().meta({ description: "Image reference, with a tag or digest" });
const toggle = z.boolean().meta({ description: "Whether the component is part of this stack" });

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

const names = z.strictObject({
  brokers: z.string().meta({ description: "Broker StatefulSet; pods are <name>-0 …" }),
  headless: z.string().meta({ description: "Headless Service; brokers advertise <pod>.<headless>.<namespace>.svc" }),
  bootstrap: z.string().meta({ description: "Client Service" }),
  controllers: z.string().meta({ description: "StatefulSet of dedicated controllers" }),
  controllersHeadless: z.string().meta({ description: "Headless Service of dedicated controllers" }),
  zookeeper: z.string().meta({ description: "ZooKeeper StatefulSet and headless Service" }),
  zookeeperClient: z.string().meta({ description: "Client Service of ZooKeeper" }),
  topicsJob: z.string().meta({ description: "Job that creates and alters topics; a hash is appended" }),
  verifyJob: z.string().meta({ description: "Job that verifies the cluster; a hash is appended" }),
  preflightJob: z.string().meta({ description: "Job before nodes change; a hash is appended" }),
  settleJob: z.string().meta({ description: "Job after nodes changed; a hash is appended" }),
  volumesJob: z.string().meta({ description: "Job that grows volumes, with its account; a hash is appended" }),
  client: z.string().meta({ description: "ConfigMap and Secret that each client namespace gets" }),
  aliases: z.array(z.string()).meta({ description: "Further names of the client Service" }),
});

const zoneName = z
  .string()
  .regex(/^[A-Za-z0-9._-]+$/, { error: 'expected the name of a zone such as "eu-central-1a"' });

const component = <T extends z.ZodRawShape>(extra: T) => z.strictObject({ enabled: toggle, ...extra });

const scheduling = z.strictObject({
  antiAffinity: z.enum(["required", "preferred", "none"]).meta({ description: "Two pods of a role on one host" }),
  zoneSpread: z.enum(["required", "preferred", "none"]).meta({ description: "Pods of a role spread over zones" }),
  nodeSelector: labels.meta({ description: "Labels that a node must have" }),
  tolerations: z
    .array(
      z.strictObject({
        key: z.string().optional(),
        operator: z.enum(["Exists", "Equal"]).optional(),
        value: z.string().optional(),
        effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).optional(),
      }),
    )
    .meta({ description: "Tolerations of brokers and controllers, as Kubernetes writes them" }),
  priorityClass: z.string().nullable().meta({ description: "PriorityClass of brokers and controllers; null for none" }),
});

const securityMode = z.enum(["plaintext", "scram", "scram-tls"]);

const externalAccess = component({
  type: z
    .enum(["loadBalancer", "nodePort"])
    .meta({ description: "Kind of the Services, one to begin with and one a broker" }),
  port: port.meta({ description: "Port of the listener in each pod, and of load balancers; default 9094" }),
  hostTemplate: z
    .string()
    .nullable()
    .meta({ description: "Host that a broker advertises, {id} being its id, e.g. kafka-{id}.example.com" }),
  bootstrapHost: z
    .string()
    .nullable()
    .meta({ description: "Host of the Service to begin with, for annotations; null for none" }),
  annotations: z
    .record(z.string(), z.string())
    .meta({ description: "On each Service; {host} is the host that leads to it, e.g. for external-dns" }),
  sourceRanges: z.array(z.string()).meta({ description: "Networks that are let in, as CIDR; empty for all" }),
  addresses: z.strictObject({
    bootstrap: z.string().nullable().meta({ description: "Address to ask of the load balancer; null for any" }),
    brokers: z
      .array(z.string())
      .meta({ description: "Addresses to ask of the load balancers, by ordinal; empty for any" }),
  }),
  nodePorts: z.strictObject({
    bootstrap: z.int().nullable().meta({ description: "Port of the nodes for the bootstrap Service; null for any" }),
    first: z.int().nullable().meta({ description: "Port of the nodes for broker 0; the others count from it" }),
  }),
  trafficPolicy: z
    .enum(["Cluster", "Local"])
    .meta({ description: "Local keeps the client's address, where balancers ask nodes whether they have the pod" }),
});

const coordination = z.strictObject({
  mode: z
    .enum(["kraft", "zookeeper"])
    .meta({ description: "Where cluster metadata lives; ZooKeeper ends with Kafka 3.9" }),
  phase: z
    .enum(PHASES)
    .optional()
    .meta({ description: "How far a cluster on ZooKeeper is on its way to KRaft; default zookeeper, the start" }),
  emptyVoters: z
    .array(z.string())
    .meta({ description: "Pods that voted before, have lost their volume, and may begin again with an empty one" }),
});

export const SettingsSchema = z.strictObject({
  preset: z
    .enum(["none", "selfmonitor", "voicecore", "llm-analytics-hub", "amazon-api"])
    .meta({ description: "System to start from" }),
  environment: z.enum(["dev", "staging", "prod"]).meta({ description: "Size of the system" }),
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
    mode: securityMode.meta({
      description: "Authentication by SCRAM-SHA-512 and encryption by TLS, on every listener",
    }),
    betweenNodes: z.enum(["tls", "scram"]).meta({
      description:
        "scram-tls: nodes know each other by certificates (tls), or by passwords over TLS, so that every listener is SASL_SSL",
    }),
    alongside: z
      .strictObject({
        mode: securityMode.meta({ description: "Mode of the second listeners; another one than security.mode" }),
        listeners,
      })
      .nullable()
      .meta({
        description: "A second set of listeners, while a running stack goes from one mode to another; null for none",
      }),
    platformPasswords: z
      .strictObject({
        generation: z.number().int().min(1).meta({ description: "Counts the passwords; a new number is new ones" }),
        rotation: z.enum(PASSWORD_ROTATIONS).meta({
          description:
            "trust: the ones before open as well, and are still used; use: these are used; done: the ones before open nothing any more",
        }),
      })
      .meta({
        description: "Passwords of nodes and of kafka-admin, and how far they have taken over: one step an up",
      }),
    networkPolicies: z.boolean().meta({ description: "Only client namespaces and the platform reach the pods" }),
  }),
  certificates,
  users,
  externalAccess,
  rackAwareness: component({
    zones: z.array(zoneName).meta({
      description:
        "Zones of the brokers by ordinal, in turn, for a cluster that lets no program read nodes; empty reads each node's",
    }),
  }),
  schemaRegistry: component({ replicas, resources }),
  connect: component({ replicas, resources }),
  ksqldb: component({ replicas }),
  ui: component({ image }),
  monitoring: component({
    prometheus: z.strictObject({
      namespace: z.string().nullable().meta({ description: "Where Prometheus runs; network policies let it in there" }),
      labels: labels.meta({ description: "Labels of its pods" }),
    }),
  }),
  mirrorMaker: component({}),
  backup: component({
    bucket: z.string().nullable().meta({ description: "S3 bucket; null makes one" }),
  }),
  clients,
  scheduling,
  agent: z.strictObject({
    image: image.meta({
      description: "Node image of the Jobs and of the sidecar in every Kafka pod; a change rolls these",
    }),
    resources: resources.meta({ description: "Of each Job" }),
    sidecarResources: resources.meta({ description: "Of the sidecar in every Kafka pod" }),
  }),
  verify: z.strictObject({ enabled: z.boolean().meta({ description: "Run the verification Job after each change" }) }),
  deletionProtection: z.boolean().meta({ description: "Pulumi refuses to delete what holds data" }),
  allowUnsafe: z
    .array(
      z.strictObject({
        rule: z.string().meta({ description: "Name of the rule, as its refusal says it" }),
        reason: z.string().min(1).meta({ description: "Why this stack breaks it" }),
        until: z.iso.date().optional().meta({ description: "Last day of the override, YYYY-MM-DD; default for good" }),
      }),
    )
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
