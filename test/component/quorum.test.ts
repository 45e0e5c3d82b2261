import assert from "node:assert/strict";
import { KafkaClusterId } from "../../components/clusterId.ts";
import { KafkaControllers, type KafkaControllersArgs } from "../../components/controllers.ts";
import { labels } from "../../kafka/labels.ts";
import { stopGate } from "../../kafka/probes.ts";
import { cluster, identity, resources, scheduling, sidecar } from "../support/fixtures.ts";
import { besides, pod, server } from "../support/nodes.ts";
import { at, isKnown, valueOf, world } from "../support/world.ts";

const make = (change: Partial<KafkaControllersArgs> = {}) =>
  world(
    () =>
      new KafkaControllers("controllers", {
        namespace: "kafka",
        labels: labels("kafka-controller", identity),
        clusterId: "MkU3OEVBNTcwNTJENDM2Qk",
        cluster: cluster({ controllers: { mode: "dedicated" } }),
        resources,
        scheduling,
        sidecar,
        deletionProtection: false,
        ...change,
      }),
  );

describe("KafkaControllers", () => {
  it("R-CRD-28 runs dedicated voters with ids of their own, and nothing that clients could use", async () => {
    const { inventory, one } = await make();
    assert.deepEqual(inventory(), [
      "ConfigMap controllers-config",
      "KafkaControllers controllers",
      "PodDisruptionBudget controllers-budget",
      "Service controllers-headless",
      "ServiceAccount controllers-account",
      "StatefulSet controllers-nodes",
    ]);
    const set = one("StatefulSet");
    assert.equal(at(set, "metadata.name"), "kafka-controller");
    assert.equal(at(set, "spec.replicas"), 3);
    assert.deepEqual(at(set, "spec.selector.matchLabels"), { app: "kafka-controller" });
    assert.equal(at(set, "spec.serviceName"), "kafka-controller-headless");
    const properties = String(at(one("ConfigMap"), "data[server.properties]")).split("\n");
    assert.ok(properties.includes("process.roles=controller"));
    assert.ok(properties.some((line) => line.startsWith("controller.quorum.voters=100@kafka-controller-0.")));
    assert.match(String(at(one("ConfigMap"), "data[init.sh]")), /node_id=\$\(\(100 \+ ordinal\)\)/);
  });

  it("R-CRD-24 listens on the controller port alone, found by peers before it is ready", async () => {
    const headless = (await make()).one("Service");
    assert.deepEqual(at(headless, "spec.ports"), [
      { name: "tcp-controller", port: 9093, targetPort: 9093, protocol: "TCP" },
    ]);
    assert.equal(at(headless, "spec.publishNotReadyAddresses"), true);
    assert.equal(at(headless, "spec.clusterIP"), "None");
  });

  it("have a budget apart from the brokers', so that neither role blocks the other", async () => {
    assert.deepEqual(at((await make()).one("PodDisruptionBudget"), "spec"), {
      maxUnavailable: 1,
      selector: { matchLabels: { app: "kafka-controller" } },
    });
  });

  it("ask before they stop, and have as long to wait as to stop", async () => {
    const set = (await make()).one("StatefulSet");
    assert.deepEqual(server(set)["lifecycle"], stopGate(120_000));
    assert.deepEqual(besides(set).env, [{ name: "GATE_SECONDS", value: "60" }]);
    assert.equal(pod(set)["terminationGracePeriodSeconds"], 120);
  });

  it("are protected iff the stack says so", async () => {
    assert.equal((await make({ deletionProtection: true })).one("StatefulSet").options.protect, true);
    assert.equal((await make()).one("StatefulSet").options.protect, false);
  });
});

describe("KafkaClusterId", () => {
  const id = (preview = false, deletionProtection = true) =>
    world(() => new KafkaClusterId("cluster", { deletionProtection }), { preview });

  it("R-CRD-26 draws 16 bytes once, in the form that Kafka reads, and protects them", async () => {
    const { one, result } = await id();
    assert.equal(one("RandomId").options.protect, true);
    assert.equal(at(one("RandomId"), "byteLength"), 16);
    assert.equal(at(one("RandomId"), "keepers"), undefined, "nothing may draw it anew");
    assert.match(await valueOf(result.clusterId, "clusterId"), /^[\w-]{22}$/);
    assert.equal((await id(false, false)).one("RandomId").options.protect, false);
  });

  it("is unknown until it is drawn", async () => {
    assert.equal(await isKnown((await id(true)).result.clusterId), false);
  });
});
