/** Which connections each system's production needs, and no others. Written from what the programs do, by hand. */
import { EVERYBODY, type FlowCase } from "./flowMatrix.ts";

const on = { security: { networkPolicies: true } } as const;
const ENSEMBLE = {
  "zookeeper:2181": ["kafka", "zookeeper", "jobs"],
  "zookeeper:2888": ["zookeeper"],
  "zookeeper:3888": ["zookeeper"],
  "zookeeper:7070": ["prometheus"],
};
/** Members ask each other on 2181; whoever keeps something there shows a certificate. */
const ENCRYPTED_ENSEMBLE = { ...ENSEMBLE, "zookeeper:2181": ["zookeeper"], "zookeeper:2281": ["kafka", "jobs"] };
const BROKERS = { "kafka:9091": ["kafka"], "kafka:9080": ["kafka"] };
/** The seed's selector trusts a label that whoever may label namespaces can give to another one. */
const SELFMONITOR = ["client in selfmonitor", "namesake of selfmonitor"];

export const CASES: readonly FlowCase[] = [
  {
    title: "llm-analytics-hub, prod",
    rows: "R-NET-04",
    input: { preset: "llm-analytics-hub", environment: "prod" },
    reach: { ...ENCRYPTED_ENSEMBLE, ...BROKERS, "kafka:9092": ["kafka", "jobs"], "kafka:9094": [EVERYBODY] },
  },
  {
    title: "llm-analytics-hub, prod, where load balancers keep the addresses of clients",
    input: {
      preset: "llm-analytics-hub",
      environment: "prod",
      externalAccess: { trafficPolicy: "Local", sourceRanges: ["198.51.100.0/24"] },
    },
    reach: { ...ENCRYPTED_ENSEMBLE, ...BROKERS, "kafka:9092": ["kafka", "jobs"], "kafka:9094": ["office"] },
  },
  {
    title: "selfmonitor, prod",
    rows: "R-NET-04",
    input: { preset: "selfmonitor", environment: "prod" },
    reach: { ...ENSEMBLE, ...BROKERS, "kafka:9092": [...SELFMONITOR, "kafka", "jobs"] },
  },
  {
    title: "selfmonitor, staging",
    rows: "R-NET-04",
    input: { preset: "selfmonitor", environment: "staging", ...on },
    reach: { ...ENSEMBLE, ...BROKERS, "kafka:9092": [...SELFMONITOR, "kafka", "jobs"] },
  },
  {
    title: "selfmonitor, prod, on KRaft",
    input: { preset: "selfmonitor", environment: "prod", coordination: { mode: "kraft" } },
    reach: {
      ...BROKERS,
      "kafka:9092": [...SELFMONITOR, "kafka", "jobs"],
      "kafka-controller:9093": ["kafka", "kafka-controller"],
      "kafka-controller:9080": ["kafka-controller"],
    },
  },
  {
    title: "selfmonitor, prod, on KRaft, on its way to TLS",
    input: {
      preset: "selfmonitor",
      environment: "prod",
      coordination: { mode: "kraft" },
      security: {
        alongside: {
          mode: "scram-tls",
          listeners: { client: { port: 9192 }, replication: { port: 9191 }, controller: { port: 9193 } },
        },
      },
    },
    reach: {
      ...BROKERS,
      "kafka:9191": ["kafka"],
      "kafka:9092": [...SELFMONITOR, "kafka", "jobs"],
      "kafka:9192": [...SELFMONITOR, "kafka", "jobs"],
      "kafka-controller:9093": ["kafka", "kafka-controller"],
      "kafka-controller:9193": ["kafka", "kafka-controller"],
      "kafka-controller:9080": ["kafka-controller"],
    },
  },
  {
    title: "selfmonitor, prod, on its way to KRaft",
    rows: "R-NET-04",
    input: {
      preset: "selfmonitor",
      environment: "prod",
      coordination: { phase: "dual-write" },
      kafka: { version: "3.9.2" },
    },
    reach: {
      ...ENSEMBLE,
      ...BROKERS,
      "kafka:9091": ["kafka", "kafka-controller"],
      "kafka:9092": [...SELFMONITOR, "kafka", "jobs"],
      "kafka-controller:9093": ["kafka", "kafka-controller"],
      "kafka-controller:9080": ["kafka-controller"],
      "zookeeper:2181": ["kafka", "kafka-controller", "zookeeper", "jobs"],
    },
  },
  {
    title: "selfmonitor, prod, with clients in a namespace that exists and no Prometheus",
    input: {
      preset: "selfmonitor",
      environment: "prod",
      clients: { namespaces: { selfmonitor: { create: false } } },
      monitoring: { prometheus: { namespace: null } },
    },
    reach: {
      "zookeeper:2181": ["kafka", "zookeeper", "jobs"],
      "zookeeper:2888": ["zookeeper"],
      "zookeeper:3888": ["zookeeper"],
      ...BROKERS,
      "kafka:9092": ["client in selfmonitor", "kafka", "jobs"],
    },
  },
  {
    title: "voicecore, prod",
    rows: "R-NET-07",
    input: { preset: "voicecore", environment: "prod", clients: { namespaces: { calls: {} } }, ...on },
    reach: { ...ENSEMBLE, ...BROKERS, "kafka:9092": ["client in calls", "kafka", "jobs"] },
  },
  {
    title: "voicecore, prod, on combined nodes",
    input: { preset: "voicecore", environment: "prod", coordination: { mode: "kraft" }, ...on },
    reach: { ...BROKERS, "kafka:9092": ["kafka", "jobs"], "kafka:9093": ["kafka"] },
  },
  {
    title: "amazon-api, prod, in the namespace of its applications",
    rows: "R-NET-07",
    input: { preset: "amazon-api", environment: "prod", ...on },
    // Every pod of that namespace is a client.
    reach: { ...ENSEMBLE, ...BROKERS, "kafka:9092": ["kafka", "zookeeper", "jobs", "neighbour"] },
    shared: true,
  },
];
