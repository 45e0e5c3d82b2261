/**
 * Growth of volumes on a real engine and a real API server. The embedded storage does not resize, so the test plays the
 * part of the storage class's resizer: it gives each claim the capacity that it asks for.
 */
import assert from "node:assert/strict";
import { AppsV1Api } from "@kubernetes/client-node";
import { RefusedByRuleError } from "../../deploy/index.ts";
import { mergeTrees } from "../../stacks/settings/merge.ts";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import { mayAccount } from "../support/accounts.ts";
import { Pods } from "../support/kube.ts";
import { StackUnderTest } from "../support/stackUnderTest.ts";

const BASE: SettingsInput = {
  preset: "none",
  namespace: { create: false },
  deletionProtection: false,
  kafka: { replicas: 1, replicationFactor: 1, minInSyncReplicas: 1, storage: { data: "1Gi" } },
  controllers: {
    mode: "dedicated",
    replicas: 1,
    heap: "128m",
    resources: { requests: { cpu: "50m", memory: "384Mi" }, limits: { memory: "448Mi" } },
    storage: { data: "1Gi" },
  },
  topics: { items: {} },
};
const LARGER: SettingsInput = { kafka: { storage: { data: "2Gi" } } };

describe("volumes that grow", function () {
  this.timeout(600_000);
  let stack: StackUnderTest;
  let pods: Pods;

  before(async () => {
    stack = await StackUnderTest.open("volumes");
    pods = new Pods(stack.kubeconfig, stack.namespace);
    await stack.makeNamespace();
    await stack.up(BASE);
  });
  after(() => stack.remove());

  const statefulSet = () =>
    stack.kubeconfig.makeApiClient(AppsV1Api).readNamespacedStatefulSet({ name: "kafka", namespace: stack.namespace });
  const sizes = async () => {
    const { items } = await stack.core.listNamespacedPersistentVolumeClaim({ namespace: stack.namespace });
    return Object.fromEntries(
      items.map(({ metadata, spec }) => [metadata?.name ?? "", spec?.resources?.requests?.["storage"]]),
    );
  };
  /** Runs something while claims get what they ask for. */
  const resizing = async <T>(work: () => Promise<T>): Promise<T> => {
    const { namespace, core } = stack;
    const resize = async () => {
      const { items } = await core.listNamespacedPersistentVolumeClaim({ namespace });
      for (const body of items) {
        const asked = body.spec?.resources?.requests?.["storage"];
        const { status, metadata } = body;
        if (asked === undefined || status?.phase !== "Bound" || status.capacity?.["storage"] === asked) continue;
        status.capacity = { ...status.capacity, storage: asked };
        await core.replaceNamespacedPersistentVolumeClaimStatus({ name: metadata?.name ?? "", namespace, body });
      }
    };
    const timer = setInterval(() => void resize().catch(() => undefined), 1_000);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  };

  it("a larger volume grows the claim in place: no StatefulSet, no pod and no claim is replaced", async () => {
    const [set, [pod]] = await Promise.all([statefulSet(), pods.list("kafka")]);
    const { steps } = await resizing(() => stack.up(mergeTrees(BASE, LARGER)));
    assert.deepEqual(
      steps.filter(({ op, type }) => /replace|delete/.test(op) && !type.endsWith(":Job")).map(({ name }) => name),
      [],
    );
    assert.deepEqual(await sizes(), { "data-kafka-0": "2Gi", "data-kafka-controller-0": "1Gi" });
    assert.equal((await statefulSet()).metadata?.uid, set.metadata?.uid);
    assert.equal((await pods.list("kafka"))[0]?.metadata?.uid, pod?.metadata?.uid);
    assert.match((await pods.jobLog("kafka-volumes")).log, /~ grow data-kafka-0 {2}1Gi → 2Gi/);
    await stack.preview(mergeTrees(BASE, LARGER), { expectNoChanges: true });
  });

  it("a broker that joins later gets the new size too, though claim templates keep the old one", async () => {
    const two = mergeTrees(mergeTrees(BASE, LARGER), { kafka: { replicas: 2 } });
    await resizing(() => stack.up(two));
    const template = (await statefulSet()).spec?.volumeClaimTemplates?.[0]?.spec?.resources?.requests?.["storage"];
    assert.equal(template, "1Gi");
    assert.equal((await sizes())["data-kafka-1"], "2Gi");
  });

  it("the account may read and patch these claims, and may do nothing else", async () => {
    const { namespace } = stack;
    const may = (verb: string, name: string, resource = "persistentvolumeclaims") =>
      mayAccount(stack.kubeconfig, `${namespace}/kafka-volumes`, { verb, name, resource });
    assert.deepEqual(
      await Promise.all([
        may("get", "data-kafka-0"),
        may("patch", "data-kafka-1"),
        may("patch", "somebody-elses"),
        may("delete", "data-kafka-0"),
        may("get", "kafka-0", "pods"),
      ]),
      [true, true, false, false, false],
    );
  });

  it("a smaller volume is refused, and nothing is touched", async () => {
    const before = await sizes();
    await assert.rejects(stack.up(BASE), (error) => {
      assert.ok(error instanceof RefusedByRuleError, String(error));
      assert.deepEqual(
        error.problems.map(({ rule }) => rule),
        ["volume-shrunk"],
      );
      return true;
    });
    assert.deepEqual(await sizes(), before);
  });
});
