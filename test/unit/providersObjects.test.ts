import { strict as assert } from "node:assert";
import { keepIgnored, ownedByApply } from "../../local/providers/kubernetes/managed.ts";
import {
  annotate,
  autoname,
  checkpoint,
  fieldManager,
  idOf,
  normalise,
  parseCheckpoint,
  prune,
  toObject,
} from "../../local/providers/kubernetes/objects.ts";
import { refusedSettings } from "../../local/providers/kubernetes/settings.ts";
import { at, hasSecret, isSecret, secret, text, UNKNOWN, type Values } from "../../local/providers/values.ts";

const NAMING = { seed: new Uint8Array([1, 2, 3]), proposed: "" };
const configMap = (metadata: Values): Values => ({ apiVersion: "v1", kind: "ConfigMap", metadata });
const nameOf = (object: Values): string => text(object, "metadata", "name");

describe("stand-in providers: names", () => {
  it("gives a nameless object its resource's name and eight hex digits, and marks it", () => {
    const named = autoname(configMap({ namespace: "a" }), {}, "settings", NAMING);
    assert.match(nameOf(named), /^settings-[0-9a-f]{8}$/);
    assert.equal(text(named, "metadata", "annotations", "pulumi.com/autonamed"), "true");
    assert.equal(nameOf(named), nameOf(autoname(configMap({}), {}, "settings", NAMING)), "the engine's seed decides");
  });

  it("draws another name each time without a seed", () => {
    const draw = (): string => nameOf(autoname(configMap({}), {}, "a", { seed: new Uint8Array(), proposed: "" }));
    assert.notEqual(draw(), draw());
  });

  it("keeps a generated name, but not one that was given and then taken out", () => {
    const first = autoname(configMap({}), {}, "settings", NAMING);
    const other = { seed: new Uint8Array([9]), proposed: "" };
    assert.equal(nameOf(autoname(configMap({}), first, "settings", other)), nameOf(first));
    assert.notEqual(nameOf(autoname(configMap({}), configMap({ name: "given" }), "settings", other)), "given");
  });

  it("leaves a given name, also one that is not known yet, and takes the engine's proposal", () => {
    assert.deepEqual(autoname(configMap({ name: "a" }), {}, "b", NAMING), configMap({ name: "a" }));
    assert.deepEqual(autoname(configMap({ name: UNKNOWN }), {}, "b", NAMING), configMap({ name: UNKNOWN }));
    assert.equal(nameOf(autoname(configMap({}), {}, "b", { ...NAMING, proposed: "mine" })), "mine");
  });

  it("identifies by namespace and name, or the name alone", () => {
    assert.equal(idOf(configMap({ name: "a", namespace: "b" })), "b/a");
    assert.equal(idOf(configMap({ name: "a" })), "a");
  });

  it("takes the field manager from the annotation, then from the state, then a new one", () => {
    const annotated = configMap({ annotations: { "pulumi.com/patchFieldManager": "mine" } });
    assert.equal(fieldManager(annotated, { __fieldManager: "kept" }), "mine");
    assert.equal(fieldManager(configMap({}), { __fieldManager: "kept" }), "kept");
    assert.match(fieldManager(configMap({}), {}), /^pulumi-kubernetes-[0-9a-f]{8}$/);
  });
});

describe("stand-in providers: secrets and state", () => {
  const given: Values = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "a" },
    stringData: secret({ password: "p" }),
  };
  const inputs = normalise(toObject(given));

  it("stores stringData as data, which wins over data given beside it", () => {
    assert.deepEqual(at(inputs, "data"), { password: Buffer.from("p").toString("base64") });
    assert.equal(at(inputs, "stringData"), undefined);
    const both = normalise({ ...toObject(given), data: { password: "b2xk", other: "b3Ro" } });
    assert.deepEqual(at(both, "data"), { password: "cA==", other: "b3Ro" });
  });

  it("leaves stringData alone while a value is unknown", () => {
    const open = normalise({ ...toObject(given), stringData: { password: UNKNOWN } });
    assert.deepEqual(at(open, "stringData"), { password: UNKNOWN });
  });

  it("a Secret's data is secret in inputs and outputs, though the program did not say so", () => {
    const bare = { apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, data: { a: "YQ==" } };
    const state = checkpoint(bare, { ...bare, type: "Opaque" }, bare, { fieldManager: "m", apiVersion: "v1" });
    assert.equal(isSecret(state["data"]), true);
    assert.equal(isSecret(at(state, "__inputs", "data")), true);
    assert.equal(hasSecret(state["metadata"] ?? null), false);
    assert.equal(isSecret(annotate(bare, bare)["data"]), true);
  });

  it("a secret value elsewhere stays secret where it comes back, and only there", () => {
    const map = { ...configMap({ name: "a" }), data: { plain: "1", hidden: secret("2") } };
    const live = toObject({ ...map, metadata: { name: "a", uid: "u" } });
    const { data, metadata } = checkpoint(toObject(map), live, map, { fieldManager: "m", apiVersion: "v1" });
    assert.equal(isSecret(at(data, "hidden")), true);
    assert.equal(at(data, "plain"), "1");
    assert.deepEqual(metadata, { name: "a", uid: "u" });
  });

  it("takes its own state apart again, with the real provider's keys", () => {
    const live = { ...inputs, metadata: { name: "a", uid: "u" } };
    const state = checkpoint(inputs, live, given, { fieldManager: "m", apiVersion: "v1" });
    assert.deepEqual(
      Object.keys(state).filter((key) => key.startsWith("__")),
      ["__inputs", "__initialApiVersion", "__fieldManager"],
    );
    assert.deepEqual(parseCheckpoint(state), { inputs, live });
  });

  it("drops metadata that only the API server writes, and nulls", () => {
    const messy = configMap({ name: "a", uid: "u", managedFields: [], resourceVersion: "1", labels: null });
    assert.deepEqual(normalise(toObject(messy)), configMap({ name: "a" }));
  });

  it("sends a definition's schema extensions with dashes, and keeps them with underscores", () => {
    const definition = { kind: "CustomResourceDefinition", spec: { x_kubernetes_preserve_unknown_fields: true } };
    const object = toObject(definition);
    assert.deepEqual(object["spec"], { "x-kubernetes-preserve-unknown-fields": true });
    assert.deepEqual(
      checkpoint(object, object, definition, { fieldManager: "m", apiVersion: "v1" })["spec"],
      definition.spec,
    );
  });
});

describe("stand-in providers: refresh and ownership", () => {
  it("a refresh takes over what changed of ours, and nothing else", () => {
    const inputs = { spec: { replicas: 1, gone: "x", empty: "", limits: { cpu: "1000m" }, list: [{ a: 1 }] } };
    const live = {
      spec: { replicas: 2, extra: true, limits: { cpu: "1", memory: "1Gi" }, list: [{ a: 1, b: 2 }, { a: 3 }] },
    };
    assert.deepEqual(prune(live, inputs), {
      spec: { replicas: 2, empty: "", limits: { cpu: "1000m" }, list: [{ a: 1 }] },
    });
  });

  const entry = (manager: string, operation: string, fields: Values, subresource?: string): Values => ({
    manager,
    operation,
    fieldsV1: fields,
    ...(subresource !== undefined && { subresource }),
  });

  it("what we created becomes ours by apply, so that a field taken out of the program goes", () => {
    const before = [
      entry("pulumi-kubernetes-1", "Apply", { "f:data": { "f:a": {} } }),
      entry("pulumi-kubernetes-1", "Update", { "f:data": { "f:b": {} } }),
      entry("kubectl", "Update", { "f:data": { "f:c": {} } }),
      entry("kube-controller-manager", "Update", { "f:status": {} }, "status"),
    ];
    const ours = entry("pulumi-kubernetes-1", "Apply", { "f:data": { "f:a": {}, "f:b": {}, "f:c": {} } });
    assert.deepEqual(ownedByApply(before, "pulumi-kubernetes-1"), [before[3], ours]);
  });

  it("nothing is taken from others when we own nothing", () => {
    const other = [entry("helm", "Apply", {})];
    assert.deepEqual(ownedByApply(other, "pulumi-kubernetes-1"), other);
  });

  it("an ignored field keeps its live value if it is ours, and is left out if another manager's", () => {
    const inputs = { spec: { replicas: 1, paused: false, size: "1" } };
    const managedFields = [
      entry("m", "Apply", { "f:spec": { "f:size": {} } }),
      entry("hpa", "Update", { "f:spec": { "f:replicas": {} } }),
    ];
    const live = { metadata: { managedFields }, spec: { replicas: 5, size: "9" } };
    const ignore = ["spec.replicas", "spec.size", "spec.paused"];
    assert.deepEqual(keepIgnored(inputs, live, "m", ignore), { spec: { paused: false, size: "9" } });
  });

  it("refuses by name the settings that it lacks, and none that it has", () => {
    const config = {
      renderYamlToDirectory: "out",
      enableServerSideApply: "false",
      enableConfigMapMutable: "true",
      upsertExistingObjects: "false",
    };
    assert.deepEqual(
      refusedSettings(config).map(({ property }) => property),
      ["renderYamlToDirectory", "enableServerSideApply"],
    );
  });
});
