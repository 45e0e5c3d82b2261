/**
 * Every object that the stacks and presets render is accepted by a real API server, by server-side dry run: schema,
 * defaulting, admission and Pod Security alike. It does not prove that the pods would run.
 */
import assert from "node:assert/strict";
import { CoreV1Api, KubeConfig, KubernetesObjectApi, PatchStrategy, type V1Namespace } from "@kubernetes/client-node";
import type { Manifest } from "../../deploy/render/manifests.ts";
import { ensureCluster } from "../../local/index.ts";
import { GOLDEN_STACKS, renderedManifests } from "../support/stacks.ts";

describe("rendered manifests against a real API server", function () {
  this.timeout(300_000);
  const kubeconfig = new KubeConfig();
  const made: string[] = [];
  let core: CoreV1Api;
  let objects: KubernetesObjectApi;

  before(async () => {
    kubeconfig.loadFromFile((await ensureCluster()).kubeconfig);
    core = kubeconfig.makeApiClient(CoreV1Api);
    objects = KubernetesObjectApi.makeApiClient(kubeconfig);
  });
  after(async () => {
    for (const name of made) await core.deleteNamespace({ name });
  });

  /** A dry run creates nothing, so the namespace of the rest must be there before. */
  async function ensureNamespace(name: string): Promise<void> {
    const { items } = await core.listNamespace();
    if (items.some(({ metadata }) => metadata?.name === name)) return;
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    const body: unknown = { metadata: { name, labels } };
    await core.createNamespace({ body: body as V1Namespace });
    made.push(name);
  }

  const refusal = async ({ file, object }: Manifest): Promise<string[]> => {
    try {
      await objects.patch(object, undefined, "All", "dry-run", true, PatchStrategy.ServerSideApply);
      return [];
    } catch (error) {
      return [`${file}: ${error instanceof Error ? error.message : String(error)}`];
    }
  };

  for (const stack of GOLDEN_STACKS) {
    it(`R-VAL-17 every object of ${stack.title} is accepted`, async () => {
      const rendered = await renderedManifests(stack);
      const namespaces = new Set(
        rendered.flatMap(({ object }) => (object["metadata"] as { namespace?: string }).namespace ?? []),
      );
      for (const name of namespaces) await ensureNamespace(name);
      const refused: string[] = [];
      for (const manifest of rendered) refused.push(...(await refusal(manifest)));
      assert.deepEqual(refused, []);
      assert.ok(rendered.length > 10);
    });
  }
});
