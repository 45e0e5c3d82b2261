import { strict as assert } from "node:assert";
import { type DiffInput, diff } from "../../local/providers/kubernetes/diff.ts";
import { contains, format, parse } from "../../local/providers/kubernetes/paths.ts";
import { amount, sameQuantity } from "../../local/providers/kubernetes/quantity.ts";
import { text, UNKNOWN, type Values } from "../../local/providers/values.ts";

const MUTABLE = { configMaps: true, secrets: true };

function between(old: Values, now: Values, over: Partial<DiffInput> = {}) {
  const found = diff({
    oldInputs: old,
    live: old,
    newInputs: now,
    namespaced: true,
    isPatch: false,
    ignore: [],
    mutable: MUTABLE,
    ...over,
  });
  const told = [...found.changes].map(([path, { kind, replace }]) => `${kind}${replace ? "!" : ""} ${path}`);
  return { told, deleteBeforeReplace: found.deleteBeforeReplace };
}

const object = (apiVersion: string, kind: string, rest: Values): Values => ({
  apiVersion,
  kind,
  metadata: { name: "kafka", namespace: "kafka" },
  ...rest,
});

const set = (spec: Values): Values => object("apps/v1", "StatefulSet", { spec: { replicas: 3, ...spec } });

/** kind, field with its values before and after, and whether the real provider replaces the object. */
const REPLACEMENTS: readonly (readonly [string, Values, Values, boolean])[] = [
  ["podManagementPolicy", set({ podManagementPolicy: "Parallel" }), set({ podManagementPolicy: "OrderedReady" }), true],
  ["revisionHistoryLimit", set({ revisionHistoryLimit: 1 }), set({ revisionHistoryLimit: 2 }), true],
  ["selector", set({ selector: { matchLabels: { a: "1" } } }), set({ selector: { matchLabels: { a: "2" } } }), true],
  ["serviceName", set({ serviceName: "a" }), set({ serviceName: "b" }), true],
  [
    "claim size",
    set({ volumeClaimTemplates: [{ size: "1Gi" }] }),
    set({ volumeClaimTemplates: [{ size: "2Gi" }] }),
    true,
  ],
  ["replicas", set({}), set({ replicas: 5 }), false],
  ["image", set({ template: { spec: { image: "a" } } }), set({ template: { spec: { image: "b" } } }), false],
  [
    "update strategy",
    set({ updateStrategy: { type: "OnDelete" } }),
    set({ updateStrategy: { type: "RollingUpdate" } }),
    false,
  ],
  [
    "Job template",
    object("batch/v1", "Job", { spec: { template: { spec: { containers: [{ image: "a" }] } } } }),
    object("batch/v1", "Job", { spec: { template: { spec: { containers: [{ image: "b" }] } } } }),
    true,
  ],
  [
    "Job parallelism",
    object("batch/v1", "Job", { spec: { parallelism: 1 } }),
    object("batch/v1", "Job", { spec: { parallelism: 2 } }),
    true,
  ],
  [
    "Job back-off",
    object("batch/v1", "Job", { spec: { backoffLimit: 1 } }),
    object("batch/v1", "Job", { spec: { backoffLimit: 2 } }),
    false,
  ],
  [
    "Service address",
    object("v1", "Service", { spec: { clusterIP: "None" } }),
    object("v1", "Service", { spec: { clusterIP: "10.0.0.1" } }),
    true,
  ],
  [
    "Service type",
    object("v1", "Service", { spec: { type: "ClusterIP" } }),
    object("v1", "Service", { spec: { type: "NodePort" } }),
    false,
  ],
  [
    "Secret type",
    object("v1", "Secret", { type: "Opaque" }),
    object("v1", "Secret", { type: "kubernetes.io/tls" }),
    true,
  ],
  [
    "PVC class",
    object("v1", "PersistentVolumeClaim", { spec: { storageClassName: "a" } }),
    object("v1", "PersistentVolumeClaim", { spec: { storageClassName: "b" } }),
    true,
  ],
  [
    "PVC size",
    object("v1", "PersistentVolumeClaim", { spec: { resources: { requests: { storage: "1Gi" } } } }),
    object("v1", "PersistentVolumeClaim", { spec: { resources: { requests: { storage: "2Gi" } } } }),
    false,
  ],
  [
    "RoleBinding role",
    object("rbac.authorization.k8s.io/v1", "RoleBinding", { roleRef: { name: "a" } }),
    object("rbac.authorization.k8s.io/v1", "RoleBinding", { roleRef: { name: "b" } }),
    true,
  ],
  [
    "StorageClass parameter",
    object("storage.k8s.io/v1", "StorageClass", { parameters: { type: "a" } }),
    object("storage.k8s.io/v1", "StorageClass", { parameters: { type: "b" } }),
    true,
  ],
  [
    "PDB budget",
    object("policy/v1", "PodDisruptionBudget", { spec: { maxUnavailable: 1 } }),
    object("policy/v1", "PodDisruptionBudget", { spec: { maxUnavailable: 2 } }),
    false,
  ],
  [
    "Pod image",
    object("v1", "Pod", { spec: { containers: [{ name: "a" }, { image: "a" }] } }),
    object("v1", "Pod", { spec: { containers: [{ name: "a" }, { image: "b" }] } }),
    true,
  ],
];

describe("stand-in providers: what an edit does to a Kubernetes object", () => {
  for (const [what, old, now, replaces] of REPLACEMENTS) {
    it(`${text(old, "kind")}: ${what} ${replaces ? "replaces" : "updates"} it`, () => {
      const { told, deleteBeforeReplace } = between(old, now);
      assert.equal(told.length, 1, told.join());
      assert.equal(told[0]?.includes("!"), replaces, told.join());
      assert.equal(deleteBeforeReplace, replaces);
    });
  }

  for (const [kind, setting] of [
    ["ConfigMap", "configMaps"],
    ["Secret", "secrets"],
  ] as const) {
    const [old, now] = [object("v1", kind, { data: { a: "MQ==" } }), object("v1", kind, { data: { a: "Mg==" } })];

    it(`${kind}: new data replaces it unless the provider says it is mutable`, () => {
      assert.deepEqual(between(old, now, { mutable: { ...MUTABLE, [setting]: false } }).told, ["update! data.a"]);
      assert.deepEqual(between(old, now).told, ["update data.a"]);
    });

    it(`${kind}: an immutable one is replaced whatever the provider says`, () => {
      assert.deepEqual(between({ ...old, immutable: true }, { ...now, immutable: true }).told, ["update! data.a"]);
    });
  }

  it("a generated name lets the new object come before the old one goes", () => {
    const auto = (parallelism: number): Values => ({
      ...object("batch/v1", "Job", { spec: { parallelism } }),
      metadata: { name: "job-0a1b2c3d", annotations: { "pulumi.com/autonamed": "true" } },
    });
    assert.deepEqual(between(auto(1), auto(2)), { told: ["update! spec.parallelism"], deleteBeforeReplace: false });
  });

  it("a new name replaces, without the old object in its way", () => {
    const renamed = { ...set({}), metadata: { name: "other", namespace: "kafka" } };
    assert.deepEqual(between(set({}), renamed), { told: ["update! metadata.name"], deleteBeforeReplace: false });
  });

  it("a Patch resource is updated in place by what would replace the whole object", () => {
    const [old, now] = [set({ serviceName: "a" }), set({ serviceName: "b" })];
    assert.deepEqual(between(old, now, { isPatch: true }).told, ["update spec.serviceName"]);
  });

  it("no namespace and `default` are the same", () => {
    const bare = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
    assert.deepEqual(between({ ...bare, metadata: { name: "a", namespace: "default" } }, bare).told, []);
  });

  it("a whole spec that comes with a replacing field replaces", () => {
    const bare = object("apps/v1", "StatefulSet", {});
    assert.deepEqual(between(bare, set({ serviceName: "a" })).told, ["add! spec"]);
  });

  it("what the cluster filled in is no change, what somebody altered of ours is", () => {
    const inputs = set({ serviceName: "a", template: { spec: { containers: [{ name: "a", image: "x" }] } } });
    const spec = {
      replicas: 7,
      serviceName: "a",
      podManagementPolicy: "OrderedReady",
      template: {
        spec: {
          dnsPolicy: "ClusterFirst",
          containers: [{ name: "a", image: "x", pullPolicy: "Always" }, { name: "injected" }],
        },
      },
    };
    const live = { ...inputs, spec, status: { replicas: 7 } };
    assert.deepEqual(between(inputs, inputs, { live }).told, ["update spec.replicas"]);
  });

  it("what the API server rewrites or drops is no change", () => {
    const limits = (memory: string): Values => ({ resources: { limits: { memory } } });
    const inputs = set({
      template: { spec: { hostNetwork: false, env: [{ name: "A", value: "" }], ...limits("1024Mi") } },
    });
    const live = set({ template: { spec: { env: [{ name: "A" }], ...limits("1Gi") } } });
    assert.deepEqual(between(inputs, inputs, { live }).told, []);
  });

  it("removed keys and list items are deletions", () => {
    const [old, now] = [set({ a: { b: "1", c: "2" }, list: ["x", "y"] }), set({ a: { b: "1" }, list: ["x"] })];
    assert.deepEqual(between(old, now).told, ["delete spec.a.c", "delete spec.list[1]"]);
  });

  it("a value that only the update will know is a change", () => {
    const [old, now] = [
      object("v1", "ConfigMap", { data: { a: "1" } }),
      object("v1", "ConfigMap", { data: { a: UNKNOWN } }),
    ];
    assert.deepEqual(between(old, now).told, ["update data.a"]);
  });

  it("ignored paths are no changes, also where the live object differs", () => {
    const inputs = set({ volumeClaimTemplates: [{ size: "1Gi" }] });
    const live = set({ replicas: 9, volumeClaimTemplates: [{ size: "5Gi" }] });
    assert.deepEqual(between(inputs, inputs, { live, ignore: ["spec.volumeClaimTemplates"] }).told, [
      "update spec.replicas",
    ]);
    assert.deepEqual(
      between(inputs, inputs, { live, ignore: ["spec.volumeClaimTemplates[*].size", "spec.replicas"] }).told,
      [],
    );
  });

  it("a Job that asked to run again is replaced", () => {
    const job = object("batch/v1", "Job", { spec: {} });
    const { told, deleteBeforeReplace } = between(job, job, { runAgain: true });
    assert.deepEqual(told, ['update! metadata.annotations["pulumi.com/replaceUnready"]']);
    assert.equal(deleteBeforeReplace, true);
  });
});

describe("stand-in providers: property paths and quantities", () => {
  for (const path of ["spec.containers[0].image", 'metadata.annotations["a.b/c"]', 'data["x\\"y."].z']) {
    it(`reads and writes ${path}`, () => {
      assert.equal(format(parse(path)), path);
    });
  }

  it("a path contains what is below it, and * is any step", () => {
    assert.equal(contains(parse("spec.containers[*].image"), parse("spec.containers[3].image.tag")), true);
    assert.equal(contains(parse("spec.contain"), parse("spec.containers")), false);
  });

  for (const [a, b] of [
    ["1024Mi", "1Gi"],
    ["1000m", "1"],
    ["0.3", "300m"],
    ["1k", "1e3"],
  ] as const) {
    it(`${a} and ${b} are one amount`, () => {
      assert.equal(amount(a), amount(b));
    });
  }

  it("amounts are compared only where quantities live, not in a ConfigMap's text", () => {
    assert.equal(sameQuantity(["spec", "resources", "limits", "cpu"], "1000m", 1), true);
    assert.equal(sameQuantity(["data", "limits"], "1000m", "1"), false);
    assert.equal(sameQuantity(["spec", "limits", "cpu"], "one", "1"), false);
  });
});
