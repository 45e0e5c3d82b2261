/**
 * What a stack gets where neither its preset nor its file says anything. Kafka's own defaults are named as such; every
 * other number is ours, small enough for a test cluster and said to be so.
 */
import type { SettingsInput } from "./schema.ts";

export const DEFAULTS: SettingsInput = {
  preset: "none",
  environment: "dev",
  profile: "development",
  labels: {},
  kubernetes: { context: null, kubeconfig: null },
  namespace: {
    name: "kafka",
    create: true,
    istioInjection: false,
    podSecurity: "restricted",
    quota: null,
    limitRange: null,
  },
  coordination: { mode: "kraft", emptyVoters: [] },
  kafka: {
    distribution: "apache",
    replicas: 3,
    // Ours. No CPU limit: throttling makes a broker fall out of the ISR.
    resources: { requests: { cpu: "500m", memory: "2Gi" }, limits: { memory: "2Gi" } },
    storage: { class: null, data: "20Gi", logs: null },
    networkThreads: 3, // Kafka's default
    ioThreads: 8, // Kafka's default
    compression: "producer", // Kafka's default
    autoCreateTopics: false, // Kafka's default is true; it hides misspelt names
    defaultPartitions: 1, // Kafka's default
    retention: "7d", // Kafka's default
    retentionBytes: "unlimited", // Kafka's default
    terminationGrace: "300s", // ours: a broker moves its leaders away before it stops
    startupBudget: "1h", // ours: the port opens only after log recovery (KAFKA-14658)
    load: null,
    rebalance: { throttle: "50Mi", timeout: "4h", onScaleUp: "spread" }, // ours: less than half of a 1 Gbit/s link
    config: {},
    jvmOptions: [],
  },
  listeners: { client: { port: 9092 }, replication: { port: 9091 }, controller: { port: 9093 } },
  controllers: {
    mode: "dedicated",
    // Ours: metadata of some thousand partitions fits many times over.
    heap: "512m",
    resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { memory: "1Gi" } },
    storage: { class: null, data: "10Gi" },
  },
  zookeeper: {
    version: "3.8.4", // what Kafka 3.9 ships
    replicas: 3,
    resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { memory: "1Gi" } }, // ours
    storage: { class: null, data: "10Gi", logs: null }, // ours
    chroot: null, // Kafka's default
  },
  topics: {
    items: {},
    deadLetter: null,
    drift: { schedule: "23 * * * *", action: "repair" }, // ours: hourly, off the full hour
  },
  names: {
    brokers: "kafka",
    headless: "kafka-headless",
    bootstrap: "kafka",
    controllers: "kafka-controller",
    controllersHeadless: "kafka-controller-headless",
    zookeeper: "zookeeper",
    zookeeperClient: "zookeeper-client",
    topicsJob: "kafka-topics-init",
    verifyJob: "kafka-verify",
    preflightJob: "kafka-preflight",
    settleJob: "kafka-settle",
    volumesJob: "kafka-volumes",
    client: "kafka-client",
    aliases: [],
  },
  security: {
    mode: "plaintext",
    betweenNodes: "tls",
    alongside: null,
    platformPasswords: { generation: 1, rotation: "done" },
    networkPolicies: false,
  },
  certificates: {
    certManager: "present",
    issuer: null,
    authority: { generation: 1, rotation: "done" },
    jks: false,
    // cert-manager's own: 90 days, a third before
    duration: "90d",
    renewBefore: "30d",
  },
  users: { items: {} },
  externalAccess: {
    enabled: false,
    type: "loadBalancer",
    port: 9094,
    hostTemplate: null,
    bootstrapHost: null,
    annotations: {},
    sourceRanges: [],
    addresses: { bootstrap: null, brokers: [] },
    nodePorts: { bootstrap: null, first: null },
    trafficPolicy: "Cluster",
  },
  rackAwareness: { enabled: false, zones: [] },
  // VoiceCore's sizes, the only ones that a system states.
  schemaRegistry: {
    enabled: false,
    replicas: 2,
    resources: { requests: { cpu: "1", memory: "2Gi" }, limits: { memory: "2Gi" } },
  },
  connect: {
    enabled: false,
    replicas: 2,
    resources: { requests: { cpu: "2", memory: "4Gi" }, limits: { memory: "4Gi" } },
  },
  ksqldb: { enabled: false, replicas: 1 },
  ui: { enabled: false, image: "ghcr.io/kafbat/kafka-ui:v1.3.0" },
  monitoring: {
    enabled: false,
    // Ours: the usual namespace, and the label that Prometheus Operator and the usual charts set.
    prometheus: { namespace: "monitoring", labels: { "app.kubernetes.io/name": "prometheus" } },
  },
  mirrorMaker: { enabled: false },
  backup: { enabled: false, bucket: null },
  clients: {
    namespaces: {},
    producer: { acks: "all", "enable.idempotence": "true" }, // what Kafka's own producer does since 3.0
    consumer: {},
  },
  scheduling: {
    antiAffinity: "preferred",
    zoneSpread: "preferred",
    nodeSelector: {},
    tolerations: [],
    priorityClass: null,
  },
  agent: {
    image: "docker.io/library/node:24.21.0-bookworm-slim",
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } }, // ours: about twice its need
    sidecarResources: { requests: { cpu: "10m", memory: "96Mi" }, limits: { memory: "160Mi" } },
  },
  verify: { enabled: true },
  deletionProtection: true,
  allowUnsafe: [],
};
