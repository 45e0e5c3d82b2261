/** Changes of volumes: what each rule refuses, and the nearest change that passes. */
import { type ChangeCases, zookeeper } from "./case.ts";

export const STORAGE: ChangeCases = {
  "volume-shrunk": [
    {
      what: "a smaller data volume",
      from: { kafka: { storage: { data: "20Gi" } } },
      bad: { kafka: { storage: { data: "20000Mi" } } },
      good: { kafka: { storage: { data: "20480Mi" } } },
      at: "kafka.storage.data",
      says: "at least 20Gi",
    },
    {
      what: "a smaller volume of the controllers",
      from: {},
      bad: { controllers: { storage: { data: "5Gi" } } },
      good: { controllers: { storage: { data: "15Gi" } } },
      at: "controllers.storage.data",
      says: "at least 10Gi",
    },
    {
      what: "a smaller log volume of ZooKeeper",
      from: { ...zookeeper(3), zookeeper: { storage: { logs: "2Gi" } } },
      bad: { ...zookeeper(3), zookeeper: { storage: { logs: "1Gi" } } },
      good: { ...zookeeper(3), zookeeper: { storage: { logs: "3Gi" } } },
      at: "zookeeper.storage.logs",
      says: "2Gi",
    },
  ],
  "storage-class-changed": [
    {
      what: "another StorageClass",
      from: {},
      bad: { kafka: { storage: { class: "fast" } } },
      good: { zookeeper: { storage: { class: "fast" } } },
      at: "kafka.storage.class",
      says: "kafka.storage.class=null",
    },
  ],
  "volume-added-or-removed": [
    {
      what: "a log volume for brokers that have none",
      from: {},
      bad: { kafka: { storage: { logs: "5Gi" } } },
      good: { kafka: { storage: { data: "50Gi" } } },
      at: "kafka.storage.logs",
      says: "made anew",
    },
    {
      what: "a log volume taken away",
      from: { kafka: { storage: { logs: "5Gi" } } },
      bad: {},
      good: { kafka: { storage: { logs: "6Gi" } } },
      at: "kafka.storage.logs",
      says: "kafka.storage.logs=5Gi",
    },
  ],
};
