/**
 * One stack through its life on a real engine and a real API server: what a preview promises, an `up` does; what is refused
 * changes nothing; what failed resumes; what holds data stays. Whether Kafka itself behaves is the cluster tier's business.
 */
import assert from "node:assert/strict";
import { AppsV1Api, PolicyV1Api } from "@kubernetes/client-node";
import { RefusedByRuleError, ResourceFailedError, type Step } from "../../deploy/index.ts";
import { mergeTrees } from "../../stacks/settings/merge.ts";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import { StackUnderTest } from "../support/stackUnderTest.ts";

/** One topic on one broker, in a namespace that exists before the stack, as one that is shared with applications does. */
const ADOPTED: SettingsInput = {
  preset: "none",
  namespace: { create: false },
  kafka: { replicas: 1 },
  controllers: { mode: "combined" },
  topics: { items: { "user.events": { partitions: 12 } } },
};

const TOMORROW = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
const allowed = (...rules: string[]): Pick<SettingsInput, "allowUnsafe"> => ({
  allowUnsafe: rules.map((rule) => ({ rule, reason: "nothing but a preview comes of it", until: TOMORROW })),
});

/** Edits that a running stack must take without a new StatefulSet, a new claim or another cluster id. */
const EDITS: readonly {
  readonly what: string;
  readonly change: SettingsInput;
  readonly updates: string;
  /** What the preview says of the pods; default nothing is looked for. */
  readonly pods?: RegExp;
}[] = [
  {
    what: "a larger data volume",
    change: { kafka: { storage: { data: "2Gi" } } },
    updates: "StatefulSet",
  },
  {
    what: "a larger heap",
    change: { kafka: { heap: "288m" } },
    updates: "StatefulSet",
    pods: /^brokers: kafka-0 restart, one at a time, because of\n {2}kafka\.heap: "256m" → "288m"$/,
  },
  { what: "another image", change: { kafka: { image: "mirror.internal/apache/kafka:4.3.1" } }, updates: "StatefulSet" },
  {
    what: "more brokers, though they are voters,",
    change: { kafka: { replicas: 3 }, ...allowed("voters-changed", "replication-factor-changed") },
    updates: "StatefulSet",
  },
  {
    what: "a broker property that is read at the start",
    change: { kafka: { config: { "queued.max.requests": 600 } } },
    updates: "StatefulSet",
    pods: /^brokers: kafka-0 restart, one at a time, because of\n {2}kafka\.config\["queued\.max\.requests"\]/,
  },
  {
    what: "a broker property that is taken over live",
    change: { kafka: { config: { "num.replica.fetchers": 2 } } },
    updates: "ConfigMap",
    pods: /^brokers: no restart; taken over live\n {2}num\.replica\.fetchers: Kafka's default → 2$/,
  },
];

const HOLDS_DATA = /:(StatefulSet|PersistentVolumeClaim|Namespace|RandomId)$/;
const kind = (step: Step) => step.type.slice(step.type.lastIndexOf(":") + 1);
const withEdit = (change: SettingsInput): SettingsInput => mergeTrees(ADOPTED, change);

describe("a stack's life on the engine", function () {
  this.timeout(600_000);
  let stack: StackUnderTest;
  let planned: Readonly<Record<string, number | undefined>>;

  before(async () => {
    stack = await StackUnderTest.open("lifecycle");
    await stack.makeNamespace();
  });
  after(() => stack.remove());

  const statefulSet = () =>
    stack.kubeconfig.makeApiClient(AppsV1Api).readNamespacedStatefulSet({ name: "kafka", namespace: stack.namespace });

  it("R-PRG-05 a preview of a new stack touches nothing", async () => {
    planned = (await stack.preview(ADOPTED)).changes;
    const pods = await stack.core.listNamespacedPod({ namespace: stack.namespace });
    assert.deepEqual([pods.items.length, (planned["create"] ?? 0) > 10], [0, true]);
  });

  it("R-PRG-06 one up brings the whole platform up, exactly as the preview said", async () => {
    const result = await stack.up(ADOPTED);
    assert.deepEqual(result.changes, planned);
    const live = await statefulSet();
    assert.equal(live.status?.readyReplicas, 1);
    assert.match(String(result.outputs["bootstrap"]), /^kafka\.test-lifecycle\.svc\.cluster\.local:9092$/);
  });

  it("R-PRG-15 the same settings again change nothing, after a look at every live object", async () => {
    const result = await stack.preview(ADOPTED, { refresh: true, expectNoChanges: true });
    // The adopted namespace is read each time; that changes nothing.
    assert.deepEqual(
      Object.keys(result.changes).filter((op) => op !== "read"),
      ["same"],
    );
  });

  for (const { what, change, updates, pods } of EDITS) {
    it(`R-PRG-04 ${what} is planned as an update and never as a replacement`, async () => {
      const { steps, restartPlan } = await stack.preview(withEdit(change));
      if (pods) assert.match(restartPlan.join("\n"), pods);
      const unsafe = steps.filter((step) => HOLDS_DATA.test(step.type) && !["update", "same"].includes(step.op));
      assert.deepEqual(
        unsafe.map((step) => `${step.op} ${step.type}`),
        [],
      );
      const touched = steps.filter((step) => kind(step) === updates).map((step) => step.op);
      assert.ok(
        touched.includes("update"),
        `${updates} is not updated: ${JSON.stringify(steps.map((step) => [step.op, step.name]))}`,
      );
    });
  }

  it("R-PRG-17 a refused setting names its rule and leaves everything as it is", async () => {
    const before = (await statefulSet()).metadata?.resourceVersion;
    await assert.rejects(stack.up(withEdit({ topics: { items: { "user.events": { partitions: 0 } } } })), (error) => {
      assert.ok(error instanceof RefusedByRuleError, String(error));
      assert.deepEqual([...new Set(error.problems.map(({ rule }) => rule))], ["partitions-not-positive"]);
      return true;
    });
    assert.equal((await statefulSet()).metadata?.resourceVersion, before);
    await stack.preview(ADOPTED, { expectNoChanges: true });
  });

  it("R-PRG-17 a refused change names its rule, in a preview as in an up, and leaves everything as it is", async () => {
    const before = (await statefulSet()).metadata?.resourceVersion;
    const smaller = withEdit({ kafka: { storage: { data: "900Mi" } }, names: { headless: "nodes" } });
    for (const refused of [() => stack.preview(smaller), () => stack.up(smaller)]) {
      await assert.rejects(refused(), (error) => {
        assert.ok(error instanceof RefusedByRuleError, String(error));
        assert.deepEqual(error.problems.map(({ rule }) => rule).sort(), ["identity-changed", "volume-shrunk"]);
        return true;
      });
    }
    assert.equal((await statefulSet()).metadata?.resourceVersion, before);
    assert.deepEqual((await stack.preview(ADOPTED, { expectNoChanges: true })).restartPlan, []);
  });

  it("R-TOP-09 fewer partitions, where the rule is overridden, fail the up with the agent's own words", async () => {
    const shrunk = withEdit({
      topics: { items: { "user.events": { partitions: 6, retention: "1d" } } },
      ...allowed("partitions-decreased"),
    });
    await assert.rejects(stack.up(shrunk), (error) => {
      assert.ok(error instanceof ResourceFailedError, String(error));
      assert.match(error.message, /user\.events[^\n]*partitions/);
      return true;
    });
  });

  it("R-PRG-15 after a failed up the next one goes on and ends with nothing left to do", async () => {
    await stack.up(ADOPTED);
    await stack.preview(ADOPTED, { expectNoChanges: true });
  });

  it("R-OPS-18 what somebody changed by kubectl is found by a refreshed preview, and fought over by no up", async () => {
    const { namespace } = stack;
    const policy = stack.kubeconfig.makeApiClient(PolicyV1Api);
    const budget = () => policy.readNamespacedPodDisruptionBudget({ name: "kafka", namespace });
    const allow = async (maxUnavailable: number) => {
      const body = await budget();
      if (body.spec) body.spec.maxUnavailable = maxUnavailable;
      await policy.replaceNamespacedPodDisruptionBudget({ name: "kafka", namespace, body });
    };
    await allow(0);
    const { steps } = await stack.preview(ADOPTED, { refresh: true });
    assert.deepEqual(steps.filter(({ op }) => op === "update").map(kind), ["PodDisruptionBudget"]);
    await assert.rejects(stack.up(ADOPTED, { refresh: true }), /conflict/);
    assert.equal((await budget()).spec?.maxUnavailable, 0);
    await allow(1);
    await stack.up(ADOPTED, { refresh: true });
    await stack.preview(ADOPTED, { expectNoChanges: true });
  });

  it("a protected stack refuses to be destroyed", async () => {
    await stack.up(withEdit({ deletionProtection: true }));
    await assert.rejects(stack.destroy(), /protect/);
    assert.equal((await statefulSet()).status?.readyReplicas, 1);
    await stack.up(ADOPTED);
  });

  it("R-NS-07 destroy leaves the adopted namespace and every data volume, and nothing else", async () => {
    await stack.destroy();
    const { namespace, core } = stack;
    const claims = await core.listNamespacedPersistentVolumeClaim({ namespace });
    assert.deepEqual(
      claims.items.map(({ metadata }) => metadata?.name),
      ["data-kafka-0"],
    );
    const [pods, services, secrets] = await Promise.all([
      core.listNamespacedPod({ namespace }),
      core.listNamespacedService({ namespace }),
      core.listNamespacedSecret({ namespace }),
    ]);
    assert.deepEqual(
      [pods, services, secrets].map(({ items }) => items.length),
      [0, 0, 0],
    );
    assert.equal((await core.readNamespace({ name: namespace })).status?.phase, "Active");
  });
});
