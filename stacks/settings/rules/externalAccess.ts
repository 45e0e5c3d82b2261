/** Access from outside: every broker must be found at an address of its own. */
import { externalHost, externalPort, hostsDiffer } from "../../../kafka/externalAccess.ts";
import { nodeIdBase } from "../../../kafka/quorum.ts";
import type { Finding } from "../problem.ts";
import type { Settings } from "../settings.ts";
import { ERROR, type Rule, WARNING } from "./rule.ts";

/** Range that Kubernetes gives to node ports where its API server is not told otherwise. */
const NODE_PORTS = { first: 30_000, last: 32_767 };
const HOST = /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)*$/i;
const CIDR = /^(?:\d{1,3}\.){3}\d{1,3}\/(?:[12]?\d|3[0-2])$|^[0-9a-f:]*:[0-9a-f:]*\/(?:\d{1,2}|1[01]\d|12[0-8])$/i;
/** Kept for examples by RFC 2606. */
const EXAMPLE = /(?:^|\.)example(?:\.(?:com|net|org))?$/i;

/** Speaks only where access is on. */
const whenOn = (check: (settings: Settings) => Finding[]) => (settings: Settings) =>
  settings.externalAccess.enabled ? check(settings) : [];

const path = (key: string): string => `externalAccess.${key}`;

function nodePortProblems({ externalAccess, kafka }: Settings): Finding[] {
  const { type, nodePorts } = externalAccess;
  if (type !== "nodePort") return [];
  const { first, bootstrap } = nodePorts;
  const remedy = `set ${path("nodePorts.first")}=${NODE_PORTS.first + 92}`;
  const expected = `ports from ${NODE_PORTS.first} to ${NODE_PORTS.last}, one a broker`;
  if (first === null) return [{ path: path("nodePorts.first"), found: "null", expected, remedy }];
  const last = externalPort(externalAccess, kafka.replicas - 1);
  const outside = (port: number) => port < NODE_PORTS.first || port > NODE_PORTS.last;
  const range: Finding[] =
    outside(first) || outside(last)
      ? [{ path: path("nodePorts.first"), found: `${first} to ${last}`, expected, remedy }]
      : [];
  if (bootstrap === null || (!outside(bootstrap) && (bootstrap < first || bootstrap > last))) return range;
  return [
    ...range,
    {
      path: path("nodePorts.bootstrap"),
      found: `${bootstrap}, with brokers at ${first} to ${last}`,
      expected: `a port from ${NODE_PORTS.first} to ${NODE_PORTS.last} that no broker has`,
      remedy: "choose another, or leave it out for one that Kubernetes chooses",
    },
  ];
}

export const EXTERNAL_ACCESS_RULES: readonly Rule[] = [
  {
    id: "external-host-missing",
    severity: ERROR,
    overridable: false,
    summary:
      "Access from outside names the host that each broker advertises: a load balancer's address comes too late.",
    check: whenOn(({ externalAccess: { hostTemplate } }) =>
      hostTemplate === null
        ? [
            {
              path: path("hostTemplate"),
              found: "null",
              expected: "a host with {id} for the broker's id",
              remedy: `set ${path("hostTemplate")}=kafka-{id}.<your domain>`,
            },
          ]
        : [],
    ),
  },
  {
    id: "external-host-shared",
    severity: ERROR,
    overridable: false,
    summary: "Behind load balancers each broker advertises a host of its own, by {id}: the port is the same for all.",
    check: whenOn(({ externalAccess: { hostTemplate, type } }) =>
      hostTemplate === null || type === "nodePort" || hostsDiffer(hostTemplate)
        ? []
        : [
            {
              path: path("hostTemplate"),
              found: JSON.stringify(hostTemplate),
              expected: "{id} in it, which becomes the broker's id",
              remedy: `set ${path("hostTemplate")}=kafka-{id}.${hostTemplate}`,
            },
          ],
    ),
  },
  {
    id: "external-host-invalid",
    severity: ERROR,
    overridable: false,
    summary: "Advertised hosts are DNS names or addresses, without a port.",
    check: whenOn(({ externalAccess }) =>
      (["hostTemplate", "bootstrapHost"] as const).flatMap((key) => {
        const stated = externalAccess[key];
        const host = key === "hostTemplate" ? externalHost(externalAccess, nodeIdBase("brokers")) : stated;
        if (stated === null || host === null || HOST.test(host)) return [];
        return [
          {
            path: path(key),
            found: JSON.stringify(stated),
            expected: "a DNS name or an IPv4 address",
            remedy: `leave out the scheme and the port, which is ${path("port")}`,
          },
        ];
      }),
    ),
  },
  {
    id: "external-host-example",
    severity: WARNING,
    overridable: true,
    summary: "Advertised hosts are in a domain of yours: example.com and its like are kept for examples.",
    check: whenOn(({ externalAccess: { hostTemplate } }) =>
      hostTemplate !== null && EXAMPLE.test(hostTemplate)
        ? [
            {
              path: path("hostTemplate"),
              found: JSON.stringify(hostTemplate),
              expected: "a host in a domain of yours",
              remedy: `set ${path("hostTemplate")} and ${path("bootstrapHost")}, and let DNS lead them to the Services`,
            },
          ]
        : [],
    ),
  },
  {
    id: "external-node-port",
    severity: ERROR,
    overridable: false,
    summary: "Ports of the nodes are known beforehand, as brokers advertise them, and lie in the range of Kubernetes.",
    check: whenOn(nodePortProblems),
  },
  {
    id: "external-addresses",
    severity: ERROR,
    overridable: false,
    summary: "Addresses for load balancers are there for each broker, or for none.",
    check: whenOn(({ externalAccess: { addresses, type }, kafka: { replicas } }) => {
      const found = addresses.brokers.length;
      if (found === 0 || (found === replicas && type === "loadBalancer" && new Set(addresses.brokers).size === found))
        return [];
      return [
        {
          path: path("addresses.brokers"),
          found: `${found} for ${replicas} brokers of type ${type}`,
          expected: "one a broker, no two alike, with type loadBalancer; or none",
          remedy: "list them by ordinal, or leave them out",
        },
      ];
    }),
  },
  {
    id: "external-source-range",
    severity: ERROR,
    overridable: false,
    summary:
      "Source ranges are networks in CIDR form, kept by load balancers, or by network policies where clients keep their addresses.",
    check: whenOn(({ externalAccess: { sourceRanges, type, trafficPolicy }, security: { networkPolicies } }) => {
      const kept = type === "loadBalancer" || (networkPolicies && trafficPolicy === "Local");
      return sourceRanges
        .filter((range) => !kept || !CIDR.test(range))
        .map((range) => ({
          path: path("sourceRanges"),
          found: `${JSON.stringify(range)} with type ${type}${kept ? "" : ", which keeps nobody out"}`,
          expected: 'a network such as "203.0.113.0/24"',
          remedy: kept
            ? "write it as address/bits"
            : `set security.networkPolicies=true and ${path("trafficPolicy")}=Local, or use a firewall`,
        }));
    }),
  },
  {
    id: "external-access-open",
    severity: WARNING,
    overridable: true,
    summary: "Access from outside without authentication is limited to known networks.",
    check: whenOn(({ externalAccess: { sourceRanges }, security: { mode } }) =>
      mode === "plaintext" && sourceRanges.length === 0
        ? [
            {
              path: path("sourceRanges"),
              found: "none, with security.mode plaintext",
              expected: "the networks of the clients",
              remedy: `set ${path("sourceRanges")}, or switch ${path("enabled")} off`,
            },
          ]
        : [],
    ),
  },
];
