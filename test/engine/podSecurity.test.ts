/**
 * Pods of every stack in a namespace that enforces the `restricted` standard, by server-side dry run. A StatefulSet or a Job
 * says nothing about that: only their pods are refused, once they are made.
 */
import assert from "node:assert/strict";
import { CoreV1Api, KubeConfig, type V1Namespace, type V1Pod } from "@kubernetes/client-node";
import { ensureCluster } from "../../local/index.ts";
import { nameOf, pods, recorded } from "../support/invariants.ts";
import { until } from "../support/kube.ts";
import { ALL_STACKS } from "../support/stacks.ts";
import { at, kindOf } from "../support/world.ts";

const NAMESPACE = "test-restricted";

/** What no pod may have, each laid over one that is taken. */
const FORBIDDEN: Readonly<
  Record<
    string,
    { readonly pod?: object; readonly container?: object; readonly volumes?: readonly object[]; readonly says: RegExp }
  >
> = {
  "a privileged container": { container: { privileged: true, allowPrivilegeEscalation: true }, says: /privileged/ },
  "a way to more privileges": { container: { allowPrivilegeEscalation: true }, says: /allowPrivilegeEscalation/ },
  capabilities: { container: { capabilities: { add: ["NET_ADMIN"] } }, says: /capabilities/ },
  root: { container: { runAsUser: 0, runAsNonRoot: false }, says: /runAs/ },
  "no seccomp profile": {
    ...{ pod: { securityContext: { seccompProfile: { type: "Unconfined" } } }, says: /seccompProfile/ },
  },
  "the node's network": { pod: { hostNetwork: true }, says: /host namespaces/ },
  "a folder of the node": { volumes: [{ name: "node", hostPath: { path: "/" } }], says: /hostPath/ },
};

/**
 * A pod as a StatefulSet makes it, with its claims. Its account and priority have to exist before a pod that names them, and
 * are nothing to Pod Security.
 */
const standalone = ({ resource, pod }: ReturnType<typeof pods>[number]) => {
  const claims = (at(resource, "spec.volumeClaimTemplates") ?? []) as { metadata: { name: string } }[];
  const claimed = claims.map(({ metadata: { name } }) => ({ name, persistentVolumeClaim: { claimName: name } }));
  const volumes: readonly object[] = [...(pod.volumes ?? []), ...claimed];
  return { ...pod, volumes, ...{ serviceAccountName: undefined, priorityClassName: undefined } };
};

describe("pods where the restricted standard is enforced", function () {
  this.timeout(180_000);
  let core: CoreV1Api;

  before(async () => {
    const kubeconfig = new KubeConfig();
    kubeconfig.loadFromFile((await ensureCluster()).kubeconfig);
    core = kubeconfig.makeApiClient(CoreV1Api);
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    const body: unknown = { metadata: { name: NAMESPACE, labels } };
    await core.createNamespace({ body: body as V1Namespace }).catch(() => undefined);
    const account = { namespace: NAMESPACE, name: "default" };
    await until("the account of pods that name none", 30, () => core.readNamespacedServiceAccount(account));
  });
  after(() => core.deleteNamespace({ name: NAMESPACE }));

  const refusal = async (spec: object): Promise<string | undefined> => {
    const body: unknown = { metadata: { generateName: "pod-" }, spec };
    try {
      await core.createNamespacedPod({ namespace: NAMESPACE, body: body as V1Pod, dryRun: "All" });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

  it("R-NS-06 takes the pod of every StatefulSet, Job and CronJob of every stack", async () => {
    const refused: string[] = [];
    const seen = new Map<string, string>();
    for (const stack of ALL_STACKS) {
      for (const made of pods((await recorded(stack)).resources)) {
        const { resource } = made;
        seen.set(JSON.stringify(standalone(made)), `${stack.title}: ${kindOf(resource)} ${nameOf(resource)}`);
      }
    }
    for (const [pod, name] of seen) {
      const why = await refusal(JSON.parse(pod) as object);
      if (why !== undefined) refused.push(`${name}: ${why}`);
    }
    assert.deepEqual(refused, []);
    for (const kind of ["StatefulSet", "Job", "CronJob"]) {
      assert.ok(
        [...seen.values()].some((name) => name.includes(`: ${kind} `)),
        kind,
      );
    }
  });

  for (const [what, { pod = {}, container = {}, volumes = [], says }] of Object.entries(FORBIDDEN)) {
    it(`refuses ${what}`, async () => {
      const [stack] = ALL_STACKS;
      assert.ok(stack);
      const [made] = pods((await recorded(stack)).resources);
      assert.ok(made);
      const taken = standalone(made);
      const [first, ...others] = taken.containers;
      const changed = { ...first, securityContext: { ...first?.securityContext, ...container } };
      const containers = [changed, ...others];
      const why =
        (await refusal({ ...taken, containers, volumes: [...taken.volumes, ...volumes], ...pod })) ??
        "nothing is refused";
      assert.match(why, /violates PodSecurity \\*"restricted/);
      assert.match(why, says);
    });
  }
});
