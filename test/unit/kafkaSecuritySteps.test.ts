/** From one security mode to another on a running cluster: at no moment of any roll is a node, a Job or an application refused. */
import assert from "node:assert/strict";
import { readNode } from "../../agent/sidecar/node.ts";
import { PLACEHOLDERS } from "../../kafka/listeners.ts";
import { flatten, type Properties, renderProperties } from "../../kafka/properties.ts";
import { loginDoor, type SecurityMode } from "../../kafka/security.ts";
import { isStep, nextStep, type Open, openOf } from "../../kafka/securitySteps.ts";
import { brokerProperties, controllerProperties, type PropertiesInput } from "../../kafka/serverProperties.ts";
import { DEDICATED, INPUT } from "./kafkaInput.ts";

const MODES: readonly SecurityMode[] = ["plaintext", "scram", "scram-tls"];
const ON_ZOOKEEPER: PropertiesInput = {
  ...INPUT,
  kafka: { ...INPUT.kafka, version: "3.9.2" },
  coordination: { mode: "zookeeper", phase: "zookeeper" },
};
const CLUSTERS = { combined: INPUT, dedicated: DEDICATED, "on ZooKeeper": ON_ZOOKEEPER };

/** All steps from a mode to another one, the state before the first included. */
function way(input: PropertiesInput, from: SecurityMode, towards: SecurityMode): PropertiesInput[] {
  const states: PropertiesInput[] = [{ ...input, security: { mode: from, betweenNodes: "tls" } }];
  for (;;) {
    const last = states.at(-1) ?? input;
    const open = openOf(last);
    if (open.used.mode === towards && open.alongside === null) return states;
    const { used, alongside } = nextStep(open, towards);
    states.push({
      ...last,
      listeners: used.listeners,
      security: { mode: used.mode, betweenNodes: "tls", alongside },
    });
    assert.ok(states.length < 9, "no end");
  }
}
const pairs = MODES.flatMap((from) => MODES.filter((to) => to !== from).map((to) => [from, to] as const));
const found = (properties: Properties) => new Map(flatten(properties));
type Found = ReturnType<typeof found>;

/** What a node shows at an address: port → protocol of the listener there. */
function shown(node: Found): Map<string, string> {
  const protocols = new Map((node.get("listener.security.protocol.map") ?? "").split(",").map((one) => split(one)));
  return new Map(
    [...(node.get("listeners") ?? "").matchAll(/(\w+):\/\/:(\d+)/g)].map(([, name = "", port = ""]) => [
      port,
      protocols.get(name) ?? "",
    ]),
  );
}
const split = (pair: string): [string, string] => {
  const [name = "", value = ""] = pair.split(":");
  return [name, value];
};
const protocolOf = (node: Found, name: string) =>
  new Map((node.get("listener.security.protocol.map") ?? "").split(",").map((one) => split(one))).get(name);

/** How a node dials brokers: where a peer says that this listener is. */
function brokersAreReached(by: Found, at: Found, message: string) {
  const name = by.get("inter.broker.listener.name") ?? assert.fail("no listener");
  const [, port = ""] = new RegExp(`${name}://[^,]*:(\\d+)`).exec(at.get("advertised.listeners") ?? "") ?? [];
  assert.equal(shown(at).get(port), protocolOf(by, name), `${message}: ${name}`);
}
/** How a node dials voters: by address, in the protocol of its first controller listener. */
function votersAreReached(by: Found, at: Found, message: string) {
  const [name = ""] = (by.get("controller.listener.names") ?? "").split(",");
  const [, port = ""] = /@[^,]*:(\d+)/.exec(by.get("controller.quorum.voters") ?? "") ?? [];
  assert.equal(shown(at).get(port), protocolOf(by, name), `${message}: ${name}`);
}

describe("from one security mode to another", () => {
  for (const [from, to] of pairs) {
    it(`${from} → ${to} is three steps, each of them one that is let through, and no two at once`, () => {
      const states = way(INPUT, from, to).map(openOf);
      assert.equal(states.length, 4);
      states.forEach((state, index) => {
        states.forEach((other, later) => {
          // Back is as good as on; and open beside, as long as nothing uses it, may close again.
          assert.equal(isStep(state, other), Math.abs(index - later) <= 1, `${index} → ${later}`);
        });
      });
    });

    for (const [name, cluster] of Object.entries(CLUSTERS)) {
      it(`${from} → ${to}, ${name}: nodes that have rolled and nodes that have not reach each other, both ways`, () => {
        const states = way(cluster, from, to);
        const nodes = states.map((state) => ({
          broker: found(brokerProperties(state)),
          controller: name === "dedicated" ? found(controllerProperties(state)) : found(brokerProperties(state)),
        }));
        nodes.slice(1).forEach((after, index) => {
          const before = nodes[index] ?? assert.fail();
          for (const [by, at] of [
            [before, after],
            [after, before],
          ] as const) {
            brokersAreReached(by.broker, at.broker, `step ${index + 1}`);
            if (name === "on ZooKeeper") continue;
            votersAreReached(by.broker, at.controller, `step ${index + 1}`);
            votersAreReached(by.controller, at.controller, `step ${index + 1}`);
          }
        });
      });
    }

    it(`${from} → ${to}: who connects without a login may do everything until nobody can any more`, () => {
      for (const state of way(DEDICATED, from, to)) {
        const { used, alongside } = openOf(state);
        const open = [used.mode, alongside?.mode];
        for (const node of [found(brokerProperties(state)), found(controllerProperties(state))]) {
          const admins = node.get("super.users");
          assert.equal(admins?.includes("ANONYMOUS") ?? true, open.includes("plaintext"), open.join());
        }
      }
    });

    it(`${from} → ${to}: the sidecar goes in where its node is dialled`, () => {
      for (const state of way(INPUT, from, to)) {
        const text = renderProperties(brokerProperties(state)).replaceAll(PLACEHOLDERS.nodeId, "1");
        const node = readNode("f", text, () => "text");
        assert.equal(node.broker?.port, state.listeners.replication.port);
        assert.equal(node.controller?.port, state.listeners.controller.port);
        assert.equal(node.voters.get(2)?.port, state.listeners.controller.port);
      }
    });
  }

  it("applications log in at the listeners in use where these ask for it, else at those alongside", () => {
    const doors = way(INPUT, "plaintext", "scram-tls").map((state) => {
      const door = loginDoor(state);
      return door && [door.protocol, door.port, door.used];
    });
    assert.deepEqual(doors, [undefined, ["SASL_SSL", 9192, false], ["SASL_SSL", 9192, true], ["SASL_SSL", 9192, true]]);
  });

  it("has no step to a third mode but by way of what is in use", () => {
    const doors = (mode: SecurityMode, client: number): Open["used"] => ({
      mode,
      listeners: { client: { port: client }, replication: { port: client - 1 }, controller: { port: client + 1 } },
    });
    const half: Open = { used: doors("plaintext", 9092), alongside: doors("scram", 9192) };
    assert.deepEqual(nextStep(half, "scram-tls"), { used: half.used, alongside: null });
    assert.equal(isStep(half, { used: half.used, alongside: doors("scram-tls", 9192) }), false);
    assert.equal(isStep(half, { used: doors("scram", 9192), alongside: null }), false);
  });
});
