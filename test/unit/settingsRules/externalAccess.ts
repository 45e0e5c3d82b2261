/** Access from outside the cluster. */
import type { SettingsInput } from "../../../stacks/settings/schema.ts";
import type { Cases } from "./case.ts";

const external = (part: SettingsInput["externalAccess"]): SettingsInput => ({
  externalAccess: { enabled: true, hostTemplate: "kafka-{id}.corp.test", sourceRanges: ["203.0.113.0/24"], ...part },
});
const nodePort = (part: SettingsInput["externalAccess"]): SettingsInput =>
  external({ type: "nodePort", sourceRanges: [], ...part });
const ranged = (part: SettingsInput["externalAccess"]): SettingsInput =>
  external({ type: "nodePort", nodePorts: { first: 30_092 }, ...part });

export const EXTERNAL_ACCESS: Cases = {
  "external-host-missing": [
    {
      what: "access without hosts",
      rows: "R-LSN-08",
      bad: external({ hostTemplate: null }),
      good: external({}),
      at: "externalAccess.hostTemplate",
      says: "kafka-{id}.<your domain>",
    },
  ],
  "external-host-shared": [
    {
      what: "one host for every load balancer",
      rows: "R-LSN-08",
      bad: external({ hostTemplate: "kafka.corp.test" }),
      good: external({ hostTemplate: "b{id}.kafka.corp.test" }),
      at: "externalAccess.hostTemplate",
      says: "kafka-{id}.kafka.corp.test",
    },
  ],
  "external-host-invalid": [
    {
      what: "a host with a port",
      bad: external({ hostTemplate: "kafka-{id}.corp.test:9094" }),
      good: external({}),
      at: "externalAccess.hostTemplate",
      says: "a DNS name or an IPv4 address",
    },
    {
      what: "a bootstrap host with a scheme",
      bad: external({ bootstrapHost: "tcp://kafka.corp.test" }),
      good: external({ bootstrapHost: "kafka.corp.test" }),
      at: "externalAccess.bootstrapHost",
      says: "leave out the scheme",
    },
  ],
  "external-host-example": [
    {
      what: "a host that is kept for examples",
      bad: external({ hostTemplate: "kafka-{id}.example.com" }),
      good: external({}),
      at: "externalAccess.hostTemplate",
      says: "a host in a domain of yours",
    },
  ],
  "external-node-port": [
    {
      what: "ports of the nodes that nobody knows",
      bad: nodePort({}),
      good: nodePort({ nodePorts: { first: 30_092 } }),
      at: "externalAccess.nodePorts.first",
      says: "one a broker",
    },
    {
      what: "ports that end beyond the range",
      bad: nodePort({ nodePorts: { first: 32_766 } }),
      good: nodePort({ nodePorts: { first: 32_765 } }),
      at: "externalAccess.nodePorts.first",
      says: "32766 to 32768",
    },
    {
      what: "a bootstrap port that a broker has",
      bad: nodePort({ nodePorts: { first: 30_092, bootstrap: 30_094 } }),
      good: nodePort({ nodePorts: { first: 30_092, bootstrap: 30_095 } }),
      at: "externalAccess.nodePorts.bootstrap",
      says: "that no broker has",
    },
  ],
  "external-addresses": [
    {
      what: "two addresses for three brokers",
      rows: "R-LSN-09",
      bad: external({ addresses: { brokers: ["203.0.113.1", "203.0.113.2"] } }),
      good: external({ addresses: { brokers: ["203.0.113.1", "203.0.113.2", "203.0.113.3"] } }),
      at: "externalAccess.addresses.brokers",
      says: "2 for 3 brokers",
    },
    {
      what: "one address for two brokers",
      bad: external({ addresses: { brokers: ["203.0.113.1", "203.0.113.2", "203.0.113.2"] } }),
      good: external({}),
      at: "externalAccess.addresses.brokers",
      says: "no two alike",
    },
  ],
  "external-source-range": [
    {
      what: "an address without its bits",
      rows: "R-LSN-09",
      bad: external({ sourceRanges: ["203.0.113.7"] }),
      good: external({ sourceRanges: ["203.0.113.7/32", "2001:db8::/32"] }),
      at: "externalAccess.sourceRanges",
      says: "203.0.113.0/24",
    },
    {
      what: "networks that node ports cannot keep out",
      bad: ranged({}),
      good: { ...ranged({ trafficPolicy: "Local" }), security: { networkPolicies: true } },
      at: "externalAccess.sourceRanges",
      says: "security.networkPolicies=true and externalAccess.trafficPolicy=Local",
    },
    {
      what: "networks that policies do not see, as clients come by the addresses of nodes",
      bad: { ...ranged({}), security: { networkPolicies: true } },
      good: { ...ranged({ trafficPolicy: "Local" }), security: { networkPolicies: true } },
      at: "externalAccess.sourceRanges",
      says: "keeps nobody out",
    },
  ],
  "external-access-open": [
    {
      what: "access without authentication for everybody",
      bad: external({ sourceRanges: [] }),
      good: external({}),
      at: "externalAccess.sourceRanges",
      says: "the networks of the clients",
    },
  ],
};
