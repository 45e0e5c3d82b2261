import assert from "node:assert/strict";
import { KafkaNamespace, type KafkaNamespaceArgs } from "../../components/namespace.ts";
import { labels } from "../../kafka/labels.ts";
import { identity } from "../support/fixtures.ts";
import { at, valueOf, world } from "../support/world.ts";

const args = (change: Partial<KafkaNamespaceArgs> = {}): KafkaNamespaceArgs => ({
  name: "kafka",
  create: true,
  labels: labels("kafka", identity),
  podSecurity: "restricted",
  deletionProtection: false,
  ...change,
});
const make = (change?: Partial<KafkaNamespaceArgs>) => world(() => new KafkaNamespace("namespace", args(change)));

describe("KafkaNamespace", () => {
  it("R-NS-01 R-PRG-18 creates the namespace with the labels of its system and environment", async () => {
    const { inventory, one, result } = await make();
    assert.deepEqual(inventory(), ["KafkaNamespace namespace", "Namespace namespace-namespace"]);
    assert.equal(at(one("Namespace"), "metadata.name"), "kafka");
    const found = at(one("Namespace"), "metadata.labels") as Record<string, string>;
    assert.equal(found["app"], "kafka");
    assert.equal(found["kafka-platform/system"], "selfmonitor");
    assert.equal(found["kafka-platform/environment"], "dev");
    assert.equal(await valueOf(result.namespace, "namespace"), "kafka");
  });

  it("R-NS-02 limits what all pods and claims ask for", async () => {
    const { one } = await make({ quota: { cpu: "50", memory: "200Gi", storage: "5Ti" } });
    const quota = one("ResourceQuota");
    assert.equal(quota.name, "namespace-quota");
    assert.equal(at(quota, "metadata.namespace"), "kafka");
    assert.deepEqual(at(quota, "spec.hard"), {
      "requests.cpu": "50",
      "requests.memory": "200Gi",
      "requests.storage": "5Ti",
    });
  });

  it("R-NS-03 gives containers defaults and a ceiling", async () => {
    const limitRange = {
      default: { cpu: "500m", memory: "512Mi" },
      defaultRequest: { cpu: "100m", memory: "128Mi" },
      max: { cpu: "8", memory: "32Gi" },
    };
    const { one } = await make({ limitRange });
    assert.deepEqual(at(one("LimitRange"), "spec.limits"), [{ type: "Container", ...limitRange }]);
  });

  it("makes neither quota nor limits where the stack states none", async () => {
    const { all } = await make({ quota: null, limitRange: null });
    assert.deepEqual([...all("ResourceQuota"), ...all("LimitRange")], []);
  });

  it("R-NS-04 labels the namespace for the mesh only where the stack says so", async () => {
    const withMesh = (await make({ istioInjection: true })).one("Namespace");
    assert.equal(at(withMesh, "metadata.labels.istio-injection"), "enabled");
    const without = (await make()).one("Namespace");
    assert.equal(at(without, "metadata.labels.istio-injection"), undefined);
  });

  it("R-NS-06 enforces, audits and warns by the Pod Security Standard of the stack", async () => {
    for (const level of ["restricted", "baseline"] as const) {
      const found = at((await make({ podSecurity: level })).one("Namespace"), "metadata.labels") as Record<
        string,
        string
      >;
      for (const mode of ["enforce", "audit", "warn"]) {
        assert.equal(found[`pod-security.kubernetes.io/${mode}`], level, mode);
      }
    }
  });

  it("R-NS-07 adopts a namespace that exists: it is read, never registered, so never changed or deleted", async () => {
    const { one, all, result } = await make({ create: false, quota: { cpu: "1", memory: "1Gi", storage: "1Gi" } });
    assert.equal(all("Namespace").length, 1);
    assert.equal(one("Namespace").read, true);
    assert.equal(at(one("ResourceQuota"), "metadata.namespace"), "kafka");
    assert.equal(await valueOf(result.namespace, "namespace"), "kafka");
  });

  it("protects and keeps a namespace that holds data, and only then", async () => {
    const protectedOne = (await make({ deletionProtection: true })).one("Namespace").options;
    assert.deepEqual([protectedOne.protect, protectedOne.retainOnDelete], [true, true]);
    const free = (await make()).one("Namespace").options;
    assert.deepEqual([free.protect, free.retainOnDelete], [false, false]);
  });
});
