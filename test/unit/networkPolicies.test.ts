import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { PHASES, type Phase, phaseFacts, STEPS, type Stage, usesZooKeeper } from "../../kafka/coordination.ts";
import { FLOWS } from "../../kafka/flows.ts";
import { DEFAULT_DENY, networkPolicies, type PoliciesInput, sharesNamespace } from "../../kafka/networkPolicies.ts";
import { allows, type Peer, type Pod, type Policy } from "../support/networkPolicy.ts";
import { INPUT } from "./kafkaInput.ts";

const stack = (change: Partial<PoliciesInput> = {}): PoliciesInput => ({
  namespace: { name: "kafka", create: true },
  coordination: { mode: "kraft", phase: "kraft" },
  controllers: { mode: "dedicated", replicas: 3 },
  listeners: INPUT.listeners,
  security: INPUT.security,
  externalAccess: { ...INPUT.externalAccess, sourceRanges: [], trafficPolicy: "Cluster" },
  clients: { namespaces: {} },
  monitoring: { prometheus: { namespace: "monitoring", labels: { app: "prometheus" } } },
  ...change,
});
const rendered = (input: PoliciesInput): Policy[] =>
  networkPolicies(input).map(({ name, spec }) => ({ metadata: { namespace: input.namespace.name, name }, spec }));

const pod = (app: string, namespace = "kafka", ip = "10.0.0.1"): Pod => ({
  namespace,
  namespaceLabels: { "kubernetes.io/metadata.name": namespace },
  labels: { app },
  ip,
});
const at = (stage: Stage) =>
  stack({
    coordination: stage === "done" ? { mode: "kraft", phase: "kraft" } : { mode: "zookeeper", phase: stage },
  });

describe("network policies", () => {
  it("name one target each, and say why each flow is there", () => {
    for (const { policy, to, why, from, ports } of FLOWS) {
      assert.deepEqual(
        FLOWS.filter((flow) => flow.policy === policy && flow.to !== to),
        [],
      );
      assert.match(why, /^[A-Z].*\.$/);
      assert.ok(from.length > 0 && ports.length > 0);
    }
  });

  it("are all told of in the guide, and no others", () => {
    const guide = readFileSync(new URL("../../docs/guides/security.md", import.meta.url), "utf8");
    const [, section = ""] = guide.split("## Who gets in: network policies\n");
    const told = [...section.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
    assert.deepEqual(told.sort(), [...new Set(FLOWS.map(({ policy }) => policy)), DEFAULT_DENY].sort());
  });

  it("follow the ports of the settings", () => {
    const listeners = { client: { port: 19_092 }, replication: { port: 19_091 }, controller: { port: 19_093 } };
    const policies = rendered(stack({ listeners }));
    const kafka = pod("kafka");
    assert.ok(allows(policies, pod("kafka-agent"), kafka, 19_092));
    assert.ok(allows(policies, kafka, kafka, 19_091));
    assert.ok(allows(policies, kafka, pod("kafka-controller"), 19_093));
    for (const port of [9091, 9092]) assert.ok(!allows(policies, kafka, kafka, port));
  });

  it("let no step of the way to KRaft cut off pods of the step before, which run on until they have rolled", () => {
    /** What pods of a phase need, while the next phase's policies are in force already. */
    const needs = (stage: Stage): [from: string, to: string, port: number][] => {
      const { brokers, controllers } = phaseFacts(at(stage).coordination);
      const voters = controllers !== "none" && controllers !== "stopped";
      return [
        ["kafka", "kafka", 9091],
        ...(usesZooKeeper(brokers) ? [["kafka", "zookeeper", 2181] as [string, string, number]] : []),
        ...(voters && brokers !== "zookeeper" ? [["kafka", "kafka-controller", 9093] as [string, string, number]] : []),
        ...(voters ? [["kafka-controller", "kafka-controller", 9093] as [string, string, number]] : []),
        ...(voters && usesZooKeeper(controllers)
          ? [["kafka-controller", "zookeeper", 2181] as [string, string, number]]
          : []),
        ...(brokers === "zookeeper-migrating" ? [["kafka-controller", "kafka", 9091] as [string, string, number]] : []),
      ];
    };
    let steps = 0;
    for (const from of [...PHASES, "done"] satisfies (Phase | "done")[]) {
      const { forward, back } = STEPS[from];
      for (const to of [forward, back].filter((stage) => stage !== undefined)) {
        steps++;
        // Controllers that are given up before they have led anything.
        const given = from === "controllers" && to === "zookeeper";
        const policies = rendered(at(to));
        for (const [source, target, port] of [...(given ? [] : needs(from)), ...needs(to)]) {
          assert.ok(allows(policies, pod(source), pod(target), port), `${from} → ${to}: ${source} → ${target}:${port}`);
        }
      }
    }
    assert.equal(steps, 9);
  });

  it("R-TLS-02 let nobody but members at the port for plain text, once nothing is kept for whoever shows no certificate", () => {
    for (const mode of ["plaintext", "scram", "scram-tls"] as const) {
      const policies = rendered({ ...at("dual-write"), security: { mode, betweenNodes: "tls" } });
      const encrypted = mode === "scram-tls";
      for (const app of ["kafka", "kafka-controller", "kafka-agent"]) {
        assert.equal(allows(policies, pod(app), pod("zookeeper"), 2181), !encrypted, `${app}, ${mode}`);
        assert.equal(allows(policies, pod(app), pod("zookeeper"), 2281), encrypted, `${app}, ${mode}`);
      }
      assert.ok(allows(policies, pod("zookeeper"), pod("zookeeper"), 2181), "a new member asks who leads");
      assert.ok(!allows(policies, pod("zookeeper"), pod("zookeeper"), 2281));
    }
  });

  it("select a namespace by a label that only the program sets where the program sets it, else by Kubernetes' own", () => {
    const peers = (client: PoliciesInput["clients"]["namespaces"][string]) =>
      networkPolicies(stack({ clients: { namespaces: { shop: client } } })).find(
        ({ name }) => name === "kafka-client-access",
      )?.spec.ingress?.[0]?.from;
    const byName: Peer[] = [{ namespaceSelector: { matchLabels: { name: "shop" } } }];
    const byKubernetes: Peer[] = [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } } }];
    assert.deepEqual(peers({ create: true, labels: { name: "shop" } }), byName);
    assert.deepEqual(peers({ create: true, labels: { name: "store" } }), byKubernetes);
    assert.deepEqual(peers({ create: true }), byKubernetes);
    // Labels of a namespace that exists are left alone.
    assert.deepEqual(peers({ labels: { name: "shop" } }), byKubernetes);
  });

  const arbitraryStack: fc.Arbitrary<PoliciesInput> = fc
    .record({
      create: fc.boolean(),
      stage: fc.constantFrom<Stage>(...PHASES, "done"),
      combined: fc.boolean(),
      prometheus: fc.constantFrom("monitoring", null),
      namespaces: fc.dictionary(
        fc.constantFrom("kafka", "shop", "billing", "constructor"),
        fc.record(
          { create: fc.boolean(), labels: fc.constantFrom({}, { name: "shop" }, { name: "billing" }) },
          { requiredKeys: [] },
        ),
      ),
      enabled: fc.boolean(),
      trafficPolicy: fc.constantFrom("Cluster", "Local"),
      sourceRanges: fc.subarray(["10.0.0.0/8", "2001:db8::/32"]),
    })
    .map((drawn) => {
      const base = at(drawn.stage);
      return {
        ...base,
        namespace: { name: "kafka", create: drawn.create },
        controllers: { ...base.controllers, mode: drawn.combined ? "combined" : "dedicated" },
        clients: { namespaces: drawn.namespaces },
        monitoring: { prometheus: { ...base.monitoring.prometheus, namespace: drawn.prometheus } },
        externalAccess: {
          ...base.externalAccess,
          enabled: drawn.enabled,
          trafficPolicy: drawn.trafficPolicy,
          sourceRanges: drawn.sourceRanges,
        },
      };
    });

  it("let nobody in by mistake: only clients outside may be anybody, and only to their own port", () => {
    fc.assert(
      fc.property(arbitraryStack, (input) => {
        for (const { name, spec } of networkPolicies(input)) {
          for (const { from, ports } of spec.ingress ?? []) {
            assert.ok(ports.length > 0, name);
            assert.notDeepEqual(from, [], name);
            if (from === undefined)
              assert.deepEqual([name, ports.map(({ port }) => port)], ["kafka-external-access", [9094]]);
          }
          assert.equal(spec.ingress === undefined, name === DEFAULT_DENY);
        }
      }),
    );
  });

  it("keep a stranger out of every pod, and every pod of the platform selected by one of them", () => {
    fc.assert(
      fc.property(arbitraryStack, fc.integer({ min: 1, max: 65_535 }), (input, port) => {
        const policies = rendered(input);
        const facts = phaseFacts(input.coordination);
        const apps = ["kafka", ...(facts.ensemble ? ["zookeeper"] : [])];
        for (const app of apps) {
          const open = app === "kafka" && input.externalAccess.enabled && port === input.externalAccess.port;
          if (!open) assert.ok(!allows(policies, pod("kafka", "stranger", "192.0.2.1"), pod(app), port));
          assert.ok(allows(policies, pod("kafka"), pod("kafka"), 9091));
          assert.ok(allows(policies, pod("kafka-agent"), pod("kafka"), 9092));
        }
        // Applications beside the platform stay as they were.
        const neighbour = allows(policies, pod("kafka", "stranger", "192.0.2.1"), pod("shop"), port);
        assert.equal(neighbour, sharesNamespace(input));
      }),
    );
  });
});
