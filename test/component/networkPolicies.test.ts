import assert from "node:assert/strict";
import { CASES } from "../support/flowCases.ts";
import { expectedReach, flowSettings, flowWorld, reachOf } from "../support/flowMatrix.ts";
import { kinds, nameOf } from "../support/invariants.ts";
import { allows, type Policy } from "../support/networkPolicy.ts";
import { GOLDEN_STACKS, recordedStack, renderedManifests } from "../support/stacks.ts";

const policiesOf = async (title: string) => {
  const found = CASES.find((one) => one.title === title);
  assert.ok(found, title);
  return (await flowWorld(flowSettings(found))).policies;
};
const named = (policies: readonly Policy[], name: string) => policies.find(({ metadata }) => metadata.name === name);

describe("network policies of a rendered stack", function () {
  this.timeout(60_000);

  for (const one of CASES) {
    it(`${one.rows ?? ""} let through what is needed and nothing else: ${one.title}`.trim(), async () => {
      const world = await flowWorld(flowSettings(one));
      assert.ok(world.policies.length > 0);
      const reach = await reachOf(world, (policies, connections) =>
        connections.map(({ from, to, port }) => allows(policies, from, to, port)),
      );
      assert.deepEqual(reach, expectedReach(one, world));
    });
  }

  it("R-NET-02 SelfMonitor's client policy is the one that its guide prints", async () => {
    const policy = named(await policiesOf("selfmonitor, prod"), "kafka-client-access");
    assert.ok(policy);
    assert.equal(policy.metadata.namespace, "kafka");
    assert.deepEqual(policy.spec, {
      podSelector: { matchLabels: { app: "kafka" } },
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { name: "selfmonitor" } } }],
          ports: [{ protocol: "TCP", port: 9092 }],
        },
      ],
    });
  });

  it("R-NET-05 refuses the rest of what comes in, unless applications share the namespace", async () => {
    for (const { title, shared } of CASES) {
      const deny = named(await policiesOf(title), "default-deny-ingress");
      if (shared) assert.equal(deny, undefined, title);
      else assert.deepEqual(deny?.spec, { podSelector: {}, policyTypes: ["Ingress"] }, title);
    }
  });

  it("R-NET-06 leaves what goes out open", async () => {
    for (const { title } of CASES) {
      for (const { spec } of await policiesOf(title)) assert.deepEqual(spec.policyTypes, ["Ingress"], title);
    }
  });

  it("are there where a stack asks for them", async () => {
    for (const stack of GOLDEN_STACKS) {
      const policies = (await renderedManifests(stack)).filter(({ kind }) => kind === "NetworkPolicy");
      assert.equal(policies.length > 0, stack.settings().security.networkPolicies, stack.title);
    }
  });

  it("are there before the pods, and the one that refuses everything comes after those that allow", async () => {
    const stack = GOLDEN_STACKS.find(({ title }) => title === "preset selfmonitor, prod");
    assert.ok(stack);
    const { resources } = await recordedStack(stack);
    const policies = kinds(resources, "NetworkPolicy");
    const [deny, ...others] = [...policies].sort((a) => (nameOf(a) === "default-deny-ingress" ? -1 : 1));
    assert.ok(deny && others.length >= 3);
    assert.deepEqual(
      others.filter(({ urn }) => !deny.options.dependsOn.includes(urn)).map(nameOf),
      [],
      "the deny waits for all others",
    );
    // Nodes wait for the preflight Job, an ensemble waits for nothing else.
    for (const first of [...kinds(resources, "KafkaPreflight"), ...kinds(resources, "ZooKeeperEnsemble")]) {
      assert.ok(
        policies.every(({ urn }) => first.options.dependsOn.includes(urn)),
        first.name,
      );
    }
  });
});
