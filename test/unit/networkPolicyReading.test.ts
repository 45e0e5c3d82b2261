import assert from "node:assert/strict";
import * as fc from "fast-check";
import { allows, type Endpoint, matches, type Peer, type Pod, type Policy } from "../support/networkPolicy.ts";

const pod = (app: string, namespace = "kafka", ip = "10.0.0.1"): Pod => ({
  namespace,
  namespaceLabels: { "kubernetes.io/metadata.name": namespace },
  labels: { app },
  ip,
});

describe("the reading of network policies that the tests go by", () => {
  const policy = (spec: Policy["spec"]): Policy => ({ metadata: { namespace: "kafka", name: "p" }, spec });
  const reach = (spec: Policy["spec"], from: Endpoint, port = 80, to = pod("web")) =>
    allows([policy(spec)], from, to, port);
  const web = { podSelector: { matchLabels: { app: "web" } } };

  it("takes everything into a pod that no policy selects, and nothing into one that is selected by an empty one", () => {
    assert.ok(allows([], pod("a"), pod("web"), 80));
    assert.ok(reach({ podSelector: { matchLabels: { app: "db" } } }, pod("a")));
    assert.ok(!reach(web, pod("a")));
    assert.ok(!reach({ podSelector: {} }, pod("a")));
    assert.ok(reach({ podSelector: {} }, pod("a"), 80, pod("web", "elsewhere")), "policies hold in their namespace");
  });

  it("reads an empty rule as anybody at any port, and peers as alternatives", () => {
    assert.ok(reach({ ...web, ingress: [{}] }, { ip: "192.0.2.1" }));
    assert.ok(reach({ ...web, ingress: [{ from: [] }] }, { ip: "192.0.2.1" }));
    const either: Peer[] = [{ podSelector: { matchLabels: { app: "a" } } }, { namespaceSelector: {} }];
    assert.ok(reach({ ...web, ingress: [{ from: either }] }, pod("b", "elsewhere")));
    assert.ok(!reach({ ...web, ingress: [{ from: either.slice(0, 1) }] }, pod("a", "elsewhere")));
    const both: Peer[] = [{ podSelector: { matchLabels: { app: "a" } }, namespaceSelector: {} }];
    assert.ok(!reach({ ...web, ingress: [{ from: both }] }, pod("b", "elsewhere")));
    assert.ok(reach({ ...web, ingress: [{ from: both }] }, pod("a", "elsewhere")));
  });

  it("reads ports, ranges of ports and protocols", () => {
    const ports = (...list: NonNullable<NonNullable<Policy["spec"]["ingress"]>[number]["ports"]>) => ({
      ...web,
      ingress: [{ ports: list }],
    });
    assert.ok(reach(ports({ port: 80 }), pod("a")));
    assert.ok(!reach(ports({ port: 81 }), pod("a")));
    assert.ok(!reach(ports({ port: 80, protocol: "UDP" }), pod("a")));
    assert.ok(reach(ports({ port: 70, endPort: 80 }), pod("a")));
    assert.ok(!reach(ports({ port: 70, endPort: 79 }), pod("a")));
    assert.throws(() => reach(ports({ port: "http" }), pod("a")), /named port http/);
  });

  it("reads blocks of addresses and what they leave out", () => {
    const block = (cidr: string, ...except: string[]) => ({
      ...web,
      ingress: [{ from: [{ ipBlock: { cidr, except } }] }],
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 24, max: 32 }), (last, prefix) => {
        const size = 2 ** (32 - prefix);
        const expected = last < size;
        assert.equal(reach(block(`192.0.2.0/${prefix}`), { ip: `192.0.2.${last}` }), expected);
        assert.equal(reach(block("192.0.2.0/24", `192.0.2.0/${prefix}`), { ip: `192.0.2.${last}` }), !expected);
      }),
    );
    assert.ok(!reach(block("0.0.0.0/0"), { ip: "2001:db8::1" }));
  });

  it("judges what goes out of a selected pod as well", () => {
    const out = policy({ podSelector: {}, policyTypes: ["Egress"], egress: [{ ports: [{ port: 53 }] }] });
    assert.ok(allows([out], pod("a"), pod("b"), 53));
    assert.ok(!allows([out], pod("a"), pod("b"), 80));
    assert.ok(allows([out], pod("a", "elsewhere"), pod("b"), 80));
  });

  it("matches labels and expressions", () => {
    const expression = (operator: "In" | "NotIn" | "Exists" | "DoesNotExist", labels: Record<string, string>) =>
      matches({ matchExpressions: [{ key: "app", operator, values: ["a"] }] }, labels);
    assert.deepEqual(
      (["In", "NotIn", "Exists", "DoesNotExist"] as const).map((operator) => [
        expression(operator, { app: "a" }),
        expression(operator, { app: "b" }),
        expression(operator, {}),
      ]),
      [
        [true, false, false],
        [false, true, true],
        [true, true, false],
        [false, false, true],
      ],
    );
  });
});
