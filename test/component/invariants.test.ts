/** What must hold for every stack file and every preset in every environment. */
import assert from "node:assert/strict";
import type { Recording } from "../../deploy/render/record.ts";
import { invariant, kinds, nameOf, recorded } from "../support/invariants.ts";
import { ALL_STACKS, recordedStack } from "../support/stacks.ts";
import { at, expectPlain, expectSecret, kindOf, type RecordedResource } from "../support/world.ts";

const property = (text: string, key: string) => new RegExp(`^${key.replaceAll(".", "\\.")}=(.*)$`, "m").exec(text)?.[1];

/** Kinds that belong to no namespace. */
const OF_THE_CLUSTER = new Set(["Namespace", "ClusterRole", "ClusterRoleBinding"]);

describe("every stack", function () {
  this.timeout(60_000);

  const systems = new Set<string>();
  invariant(
    "R-PRG-01 comes out of the one program, whichever the system and environment",
    (resources, stack, { outputs }) => {
      const { preset, environment, namespace } = stack.settings();
      systems.add(`${preset} ${environment}`);
      assert.equal(outputs["namespace"], namespace.name);
      assert.equal(kinds(resources, "KafkaBrokers").length, 1);
      if (stack === ALL_STACKS.at(-1)) assert.equal(systems.size, 4 * 3, "four systems, three environments");
    },
  );

  invariant("gives each resource a provider of its own, never the default one", (resources) => {
    for (const { custom, type, options, urn } of resources) {
      if (!custom || type.startsWith("pulumi:providers:")) continue;
      const expected = type.startsWith("kubernetes:") ? "::kubernetes::" : "::random::";
      assert.ok(options.provider.includes(expected), `${urn} has provider "${options.provider}"`);
    }
  });

  invariant("names each child after its parent", (resources) => {
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    for (const { name, options } of resources) {
      const parent = byUrn.get(options.parent);
      if (parent) assert.ok(name.startsWith(`${parent.name}-`), `${name} under ${parent.name}`);
    }
  });

  invariant("registers each Pulumi name and each Kubernetes object once", (resources) => {
    const repeated = (keys: readonly string[]) => keys.filter((key, index) => keys.indexOf(key) !== index);
    assert.deepEqual(repeated(resources.map(({ type, name }) => `${type} ${name}`)), []);
    const objects = kinds(resources, ...resources.map(kindOf))
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .map((resource) => `${kindOf(resource)} ${String(at(resource, "metadata.namespace"))}/${nameOf(resource)}`);
    assert.deepEqual(repeated(objects.filter((object) => !object.includes("undefined"))), []);
  });

  invariant("says what every component has made", (resources, _, { componentOutputs }) => {
    for (const { custom, urn } of resources) {
      if (!custom) assert.ok(Object.keys(componentOutputs.get(urn) ?? {}).length > 0, `${urn} registered no outputs`);
    }
  });

  invariant("R-PRG-18 labels every object by app, system and environment", (resources, stack) => {
    const { environment } = stack.settings();
    for (const resource of resources) {
      if (!resource.type.startsWith("kubernetes:") || resource.read) continue;
      const labels = at(resource, "metadata.labels") as Record<string, string>;
      assert.match(labels["app"] ?? "", /^(kafka(-controller|-agent)?|zookeeper)$/, resource.urn);
      assert.equal(labels["kafka-platform/environment"], environment, resource.urn);
      assert.ok(labels["kafka-platform/system"], resource.urn);
    }
  });

  invariant("names every object explicitly and puts it into a namespace", (resources) => {
    for (const resource of resources) {
      if (!resource.type.startsWith("kubernetes:") || resource.read) continue;
      assert.match(nameOf(resource), /^[a-z0-9][a-z0-9.-]*$/, resource.urn);
      if (!OF_THE_CLUSTER.has(kindOf(resource))) assert.ok(at(resource, "metadata.namespace"), resource.urn);
    }
  });

  invariant(
    "has one StatefulSet a role, each with the headless Service and the budget that belong to it",
    (resources) => {
      const sets = kinds(resources, "StatefulSet");
      assert.equal(new Set(sets.map((set) => at(set, "metadata.labels.app"))).size, sets.length);
      for (const set of sets) {
        const selector = at(set, "spec.selector.matchLabels");
        const headless = kinds(resources, "Service").filter(
          (service) => nameOf(service) === at(set, "spec.serviceName"),
        );
        assert.equal(headless.length, 1);
        const [service] = headless;
        assert.ok(service);
        assert.equal(at(service, "spec.clusterIP"), "None");
        assert.deepEqual(at(service, "spec.selector"), selector);
        const budgets = kinds(resources, "PodDisruptionBudget").filter(
          (budget) => JSON.stringify(at(budget, "spec.selector.matchLabels")) === JSON.stringify(selector),
        );
        assert.equal(budgets.length, 1);
        const budget = budgets[0];
        assert.ok(budget);
        const members = at(set, "spec.replicas") as number;
        const ensemble = at(set, "metadata.labels.app") === "zookeeper";
        // An ensemble keeps its majority; every other set lets go of one node at a time.
        if (ensemble) assert.equal(at(budget, "spec.minAvailable"), members === 1 ? 0 : (members + 1) / 2);
        else assert.equal(at(budget, "spec.maxUnavailable"), 1);
      }
    },
  );

  invariant("R-BRK-29 asks for no more replicas than there are brokers", (resources, stack) => {
    const { replicas } = stack.settings().kafka;
    const texts = kinds(resources, "ConfigMap").flatMap((map) =>
      Object.entries(at(map, "data") as Record<string, string>),
    );
    let checked = 0;
    for (const [file, text] of texts) {
      for (const key of ["replication.factor", "default.replication.factor", "offsets.topic.replication.factor"]) {
        const factor = property(text, key);
        if (factor === undefined) continue;
        const inSync = Number(property(text, "min.insync.replicas") ?? 1);
        assert.ok(Number(factor) <= replicas, `${file}: ${key}=${factor} of ${replicas} brokers`);
        assert.ok(inSync <= Math.max(1, Number(factor) - 1), `${file}: min.insync.replicas=${inSync} of ${factor}`);
        checked++;
      }
    }
    assert.ok(checked > 0);
  });

  invariant("keeps secrets out of ConfigMaps, and Secrets secret", (resources) => {
    for (const map of kinds(resources, "ConfigMap")) expectPlain(map);
    for (const secret of kinds(resources, "Secret")) if (!secret.read) expectSecret(secret, "stringData");
  });

  invariant("fits every ConfigMap into what Kubernetes takes", (resources) => {
    for (const map of kinds(resources, "ConfigMap"))
      assert.ok(JSON.stringify(at(map, "data")).length < 1_000_000, map.urn);
  });

  invariant("protects what holds data iff the stack says so, and nothing else", (resources, stack) => {
    const { deletionProtection } = stack.settings();
    for (const resource of resources) {
      // With the authority goes everybody's trust.
      const stateful =
        (["StatefulSet", "RandomId", "Namespace"].includes(kindOf(resource)) && !resource.read) ||
        (kindOf(resource) === "Certificate" && at(resource, "spec.isCA") === true);
      assert.equal(resource.options.protect, stateful && deletionProtection, resource.urn);
    }
  });

  invariant("never plans a change of claim templates", (resources) => {
    for (const set of kinds(resources, "StatefulSet")) {
      assert.deepEqual(set.options.ignoreChanges, ["spec.volumeClaimTemplates"], set.urn);
      assert.deepEqual(at(set, "spec.persistentVolumeClaimRetentionPolicy"), {
        whenDeleted: "Retain",
        whenScaled: "Retain",
      });
    }
  });

  invariant(
    "R-PRG-07 makes namespace, ensemble, controllers, brokers, topics, verification and client settings in this order",
    (all) => {
      const component = (name: string) => all.find((resource) => !resource.custom && resource.name === name);
      const order = ["namespace", "zookeeper", "controllers", "brokers", "topics"]
        .map(component)
        .filter((found) => found !== undefined);
      const after = (later: RecordedResource, earlier: RecordedResource) => {
        const inside = all
          .filter(({ options, custom }) => custom && options.parent === earlier.urn)
          .map(({ urn }) => urn);
        const missing = inside.filter((urn) => !later.options.dependsOn.includes(urn));
        assert.deepEqual(missing, [], `${later.name} does not wait for ${earlier.name}`);
      };
      for (const [index, later] of order.entries()) {
        const earlier = order[index - 1];
        if (earlier) after(later, earlier);
      }
      const topics = order.at(-1);
      for (const last of [component("verify"), component("clients")]) if (last && topics) after(last, topics);
    },
  );

  it("is the same in a preview as in an update", async () => {
    for (const stack of ALL_STACKS) {
      const shape = ({ resources }: Recording<unknown>) => resources.map(({ type, name }) => `${type} ${name}`).sort();
      const preview = await recordedStack(stack, { preview: true });
      assert.deepEqual(shape(preview), shape(await recorded(stack)), stack.title);
    }
  });
});
