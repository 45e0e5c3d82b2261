/** Names, labels and other texts that Kubernetes reads. */
import { type Cases, LONG, names } from "./case.ts";

export const KUBERNETES: Cases = {
  "not-a-dns-label": [
    {
      what: "a client account with capitals",
      bad: { clients: { namespaces: { shop: { serviceAccount: "Shop" } } } },
      good: { clients: { namespaces: { shop: { serviceAccount: "shop" } } } },
      at: "clients.namespaces.shop.serviceAccount",
      says: "a DNS label of at most 63",
    },
    {
      what: "a namespace of Prometheus that cannot be",
      bad: { monitoring: { prometheus: { namespace: "*" } } },
      good: { monitoring: { prometheus: { namespace: null } } },
      at: "monitoring.prometheus.namespace",
      says: "a DNS label of at most 63",
    },
    {
      what: "a namespace with capitals",
      bad: { namespace: { name: "Kafka" } },
      good: { namespace: { name: "kafka-2" } },
      at: "namespace.name",
      says: "a DNS label of at most 63",
    },
    {
      what: "a broker name that leaves no room for the revision of its pods",
      bad: names({ brokers: LONG }),
      good: names({ brokers: LONG.slice(1) }),
      at: "names.brokers",
      says: "at most 52",
    },
    {
      what: "a Service that begins with a digit",
      bad: names({ bootstrap: "1kafka" }),
      good: names({ bootstrap: "kafka1" }),
      at: "names.bootstrap",
      says: "a letter first",
    },
    {
      what: "a client Service whose name leaves no room for that of the outside",
      bad: {
        ...names({ bootstrap: "a".repeat(55) }),
        externalAccess: { enabled: true, hostTemplate: "k{id}.corp.test", sourceRanges: ["10.0.0.0/8"] },
      },
      good: names({ bootstrap: "a".repeat(55) }),
      at: "names.bootstrap",
      says: "-external",
    },
    {
      what: "brokers whose name leaves no room for that of their CronJob",
      bad: { ...names({ brokers: "a".repeat(44) }), security: { mode: "scram-tls" } },
      good: { ...names({ brokers: "a".repeat(44) }), security: { mode: "scram-tls", betweenNodes: "scram" } },
      at: "names.brokers",
      says: "at most 52",
    },
    {
      what: "an alias with a dot",
      bad: names({ aliases: ["kafka.internal"] }),
      good: names({ aliases: ["kafka-internal"] }),
      at: "names.aliases",
      says: "a DNS label",
    },
    {
      what: "a Job whose pods would not fit",
      bad: names({ topicsJob: "a".repeat(49) }),
      good: names({ topicsJob: "a".repeat(48) }),
      at: "names.topicsJob",
      says: "at most 48",
    },
    {
      what: "a client namespace that is none",
      bad: { clients: { namespaces: { web_apps: {} } } },
      good: { clients: { namespaces: { "web-apps": {} } } },
      at: "clients.namespaces.web_apps",
      says: "a DNS label",
    },
  ],
  "name-clash": [
    {
      what: "rights of clients and of the Job for volumes under one name",
      bad: { ...names({ client: "kafka-volumes" }), clients: { namespaces: { shop: { serviceAccount: "shop" } } } },
      good: { ...names({ client: "kafka-volumes" }), clients: { namespaces: { shop: {} } } },
      at: "names.volumesJob",
      says: "names.client",
    },
    {
      what: "two Services of one name",
      bad: names({ headless: "kafka" }),
      good: names({ headless: "brokers" }),
      at: "names.headless",
      says: "names.bootstrap",
    },
    {
      what: "a Service named as a broker's",
      bad: names({ aliases: ["kafka-2"] }),
      good: names({ aliases: ["kafka-3"] }),
      at: "names.brokers",
      says: "names.aliases",
    },
    {
      what: "controllers named as the brokers",
      bad: names({ controllers: "kafka" }),
      good: { ...names({ controllers: "kafka" }), controllers: { mode: "combined" } },
      at: "names.controllers",
      says: "names.brokers",
    },
  ],
  "client-namespace-made-twice": [
    {
      what: "the platform's namespace made again for clients",
      bad: { clients: { namespaces: { kafka: { create: true } } } },
      good: { clients: { namespaces: { kafka: { create: false } } } },
      at: "clients.namespaces.kafka.create",
      says: "namespace.name is the same",
    },
  ],
  "no-client-gets-in": [
    {
      what: "network policies that let no client in",
      bad: { security: { networkPolicies: true } },
      good: { security: { networkPolicies: true }, clients: { namespaces: { shop: {} } } },
      at: "clients.namespaces",
      says: "whose applications connect",
    },
    {
      what: "network policies in a namespace of its own without clients, where a shared one has them",
      bad: { security: { networkPolicies: true } },
      good: { security: { networkPolicies: true }, namespace: { create: false } },
      at: "clients.namespaces",
      says: "whose applications connect",
    },
  ],
  "injection-needs-privileges": [
    {
      what: "mesh injection under the restricted standard",
      bad: { namespace: { istioInjection: true } },
      good: { namespace: { istioInjection: true, podSecurity: "privileged" } },
      at: "namespace.podSecurity",
      says: "CNI plugin",
    },
  ],
  "label-invalid": [
    {
      what: "a label of Prometheus that Kubernetes refuses",
      bad: { monitoring: { prometheus: { labels: { app: "prometheus server" } } } },
      good: { monitoring: { prometheus: { labels: { app: "prometheus-server" } } } },
      at: "monitoring.prometheus.labels.app",
      says: "63 letters",
    },
    {
      what: "a label that Kubernetes refuses",
      bad: { labels: { team: "data platform" } },
      good: { labels: { team: "data-platform", "example.com/cost-centre": "42" } },
      at: "labels.team",
      says: "63 letters",
    },
  ],
  "schedule-invalid": [
    {
      what: "a schedule of four fields",
      bad: { topics: { drift: { schedule: "0 * * *" } } },
      good: { topics: { drift: { schedule: "*/5 0-6,22 * * 1" } } },
      at: "topics.drift.schedule",
      says: "five fields",
    },
  ],
  "client-env-invalid": [
    {
      what: "a key that a ConfigMap cannot have",
      bad: { clients: { namespaces: { apps: { env: { "A B": "1" } } } } },
      good: { clients: { namespaces: { apps: { env: { A_B: "1" } } } } },
      at: 'clients.namespaces.apps.env["A B"]',
      says: "letters, digits",
    },
  ],
};
