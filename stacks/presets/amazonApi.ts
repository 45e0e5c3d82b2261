/**
 * amazon-api: a small cluster in the namespace of its applications, one stated size, which is production here; dev and
 * staging are derived. "not stated" marks ours.
 */
import type { SettingsInput } from "../settings/schema.ts";
import type { Preset } from "./preset.ts";

/** Not stated: controllers as large as the ZooKeeper nodes whose work they do. */
const CONTROLLERS: SettingsInput["controllers"] = {
  heap: "256m",
  resources: { requests: { cpu: "200m", memory: "512Mi" }, limits: { cpu: "500m", memory: "1Gi" } },
  storage: { data: "5Gi" },
};

export const amazonApi: Preset = {
  base: {
    always: {
      namespace: { name: "amazon-api", create: false }, // shared with the applications, so never made or deleted here
      coordination: { mode: "zookeeper" },
      kafka: { autoCreateTopics: true, defaultPartitions: 3, retention: "7d" },
      topics: {
        items: {
          "order.created": { partitions: 3, retention: "7d" },
          "order.updated": { partitions: 3, retention: "7d" },
          "user.created": { partitions: 3, retention: "7d" },
          "notification.email": { partitions: 3, retention: "3d" },
        },
      },
      clients: {
        namespaces: {
          "amazon-api": {
            env: {
              KAFKA_CLIENT_ID: "notifications-service",
              KAFKA_GROUP_ID: "notifications-service-group",
              KAFKA_TOPIC_ORDER_CREATED: "order.created",
            },
          },
        },
      },
      allowUnsafe: [
        { rule: "prod-auto-create", reason: "its services count on topics that appear when they are first used" },
      ],
    },
  },
  environments: {
    dev: {
      always: {
        deletionProtection: false,
        kafka: {
          replicas: 1,
          resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { cpu: "1", memory: "2Gi" } },
          storage: { data: "5Gi" },
          terminationGrace: "60s",
        },
        zookeeper: {
          replicas: 1,
          resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { cpu: "500m", memory: "1Gi" } },
          storage: { data: "2Gi", logs: "2Gi" },
        },
      },
      kraft: { controllers: { mode: "combined" } },
    },
    staging: {
      always: {
        kafka: {
          replicas: 3,
          replicationFactor: 3,
          minInSyncReplicas: 2,
          resources: { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: "1", memory: "2Gi" } },
          storage: { data: "5Gi" },
        },
        zookeeper: {
          replicas: 3,
          resources: { requests: { cpu: "200m", memory: "512Mi" }, limits: { cpu: "500m", memory: "1Gi" } },
          storage: { data: "2Gi", logs: "2Gi" },
        },
      },
      kraft: { controllers: CONTROLLERS },
    },
    prod: {
      always: {
        profile: "production",
        kafka: {
          replicas: 3,
          replicationFactor: 3,
          minInSyncReplicas: 2,
          resources: { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: "1000m", memory: "2Gi" } },
          storage: { data: "10Gi" },
        },
        zookeeper: {
          replicas: 3,
          resources: { requests: { cpu: "200m", memory: "512Mi" }, limits: { cpu: "500m", memory: "1Gi" } },
          storage: { data: "5Gi", logs: "5Gi" },
        },
        scheduling: { antiAffinity: "required" }, // not stated; it is to survive the loss of one node
      },
      kraft: { controllers: CONTROLLERS },
    },
  },
};
