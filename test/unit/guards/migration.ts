/** Changes of the way out of ZooKeeper: what each rule refuses, and the nearest change that passes. */
import { type ChangeCases, phase, zookeeper } from "./case.ts";

export const MIGRATION: ChangeCases = {
  "coordination-jump": [
    {
      what: "KRaft in place of ZooKeeper at once",
      from: zookeeper(3),
      bad: { kafka: { version: "3.9.2" } },
      good: zookeeper(3),
      at: "coordination.mode",
      says: "coordination.phase=zookeeper or coordination.phase=controllers",
    },
    {
      what: "a phase left out",
      rows: "R-CRD-31",
      from: phase("controllers"),
      bad: phase("brokers-kraft"),
      good: phase("dual-write"),
      at: "coordination.phase",
      says: "set coordination.phase=dual-write",
    },
    {
      what: "the way back from behind the point of no return",
      rows: "R-CRD-33",
      from: phase("kraft"),
      bad: phase("rollback"),
      good: { coordination: { mode: "kraft" }, kafka: { version: "3.9.2" } },
      at: "coordination.phase",
      says: "coordination.mode=kraft",
    },
    {
      what: "ZooKeeper for a cluster on KRaft",
      from: { kafka: { version: "3.9.2" } },
      bad: zookeeper(3),
      good: { kafka: { version: "3.9.2" } },
      at: "coordination.mode",
      says: "keep coordination.mode=kraft",
    },
    {
      what: "a way back that leaves the controllers leading",
      rows: "R-CRD-33",
      from: phase("dual-write"),
      bad: phase("controllers"),
      good: phase("rollback"),
      at: "coordination.phase",
      says: "coordination.phase=rollback",
    },
  ],
  "migration-not-alone": [
    {
      what: "a broker more in the middle of a migration",
      from: phase("dual-write"),
      bad: { ...phase("dual-write"), kafka: { replicas: 4 } },
      good: phase("dual-write"),
      at: "kafka.replicas",
      says: "keep it until coordination.mode=kraft",
    },
    {
      what: "another release together with the last step",
      from: phase("kraft"),
      bad: { coordination: { mode: "kraft" }, kafka: { version: "4.0.2" } },
      good: { coordination: { mode: "kraft" }, kafka: { version: "3.9.2" } },
      at: "kafka.version",
      says: "same release",
    },
  ],
};
