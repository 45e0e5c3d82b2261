/** What the accounts of a stack may do, by a real API server's word: the rendered Roles and bindings without any pod. */
import assert from "node:assert/strict";
import { KubeConfig, KubernetesObjectApi, PatchStrategy } from "@kubernetes/client-node";
import { manifests } from "../../deploy/render/manifests.ts";
import { record } from "../../deploy/render/record.ts";
import { ensureCluster } from "../../local/index.ts";
import { platform } from "../../stacks/platform.ts";
import { providers } from "../../stacks/provider.ts";
import { type Asked, mayAccount } from "../support/accounts.ts";
import { load } from "../support/settings.ts";
import { PROGRAMS } from "../support/stacks.ts";

const HOME = "test-accounts";
const APP = "test-accounts-app";
/** In the order in which they can be made. */
const KINDS = ["Namespace", "ServiceAccount", "ClusterRole", "Role", "ClusterRoleBinding", "RoleBinding"];

interface Case {
  readonly account: string;
  /** `verb resource name`, in the platform's namespace where nothing else is said. */
  readonly may: readonly string[];
  readonly mayNot: readonly string[];
}
const CASES: Readonly<Record<string, Case>> = {
  "R-USR-08 an application looks up Services and their addresses": {
    account: `${APP}/kafka-user`,
    may: ["get services", "list services", "get endpoints", "list endpoints"],
    mayNot: [
      ...["get secrets kafka-client-app", "list secrets", "get configmaps", "get pods kafka-0", "list pods"],
      ...["watch services", "patch services kafka", "create pods/exec kafka-0", "get pods/log kafka-0"],
    ],
  },
  "R-BRK-18 a broker's account reads nodes": {
    account: `${HOME}/kafka`,
    may: ["get nodes local"],
    mayNot: ["list nodes", "patch nodes local", "get secrets kafka-nodes", "get configmaps", "get pods kafka-0"],
  },
  "R-USR-16 the account of restarts reads certificates and pods of the nodes, and evicts these": {
    account: `${HOME}/kafka-renewals`,
    may: [
      ...["get certificates.cert-manager.io kafka-certificate", "get pods kafka-0"],
      ...["create pods/eviction kafka-0", "create pods/eviction kafka-controller-2"],
    ],
    mayNot: [
      ...["create pods/eviction other-0", "create pods/eviction kafka-3", "delete pods kafka-0", "list pods"],
      ...["get secrets kafka-certificate", "get secrets kafka-ca", "get certificates.cert-manager.io other"],
      ...["patch certificates.cert-manager.io kafka-certificate", "get nodes local"],
    ],
  },
  "R-USR-16 the agent's account asks nothing": {
    account: `${HOME}/kafka-agent`,
    may: [],
    mayNot: ["get secrets kafka-admin", "get configmaps", "get pods kafka-0", "list services", "get nodes local"],
  },
};

const asked = (text: string): Asked => {
  const [verb = "", resource = "", name] = text.split(" ");
  return { verb, resource, namespace: HOME, ...(name === undefined ? {} : { name }) };
};

describe("accounts against a real API server", function () {
  this.timeout(120_000);
  const kubeconfig = new KubeConfig();
  let objects: KubernetesObjectApi;
  const made: Parameters<KubernetesObjectApi["delete"]>[0][] = [];

  before(async () => {
    kubeconfig.loadFromFile((await ensureCluster()).kubeconfig);
    objects = KubernetesObjectApi.makeApiClient(kubeconfig);
    const { settings } = load({
      namespace: { name: HOME },
      deletionProtection: false,
      rackAwareness: { enabled: true },
      security: { mode: "scram-tls" },
      clients: { namespaces: { [APP]: { create: true, serviceAccount: "kafka-user" } } },
    });
    const run = () => platform(settings, providers(settings), PROGRAMS);
    const rendered = manifests((await record(run, { stack: "dev" })).resources).map(({ object }) => object);
    for (const kind of KINDS) {
      for (const object of rendered.filter((one) => one.kind === kind)) {
        made.unshift(object);
        await objects.patch(object, undefined, undefined, "test", true, PatchStrategy.ServerSideApply);
      }
    }
  });
  after(async () => {
    for (const object of made) await objects.delete(object).catch(() => undefined);
  });

  for (const [what, { account, may, mayNot }] of Object.entries(CASES)) {
    it(`${what}, and nothing else`, async () => {
      const answers = await Promise.all(
        [...may, ...mayNot].map(async (text) => [text, await mayAccount(kubeconfig, account, asked(text))] as const),
      );
      assert.deepEqual(
        answers.filter(([, allowed]) => allowed).map(([text]) => text),
        may,
      );
    });
  }

  it("R-USR-08 an application's rights end at the platform's namespace", async () => {
    for (const namespace of [APP, "kube-system"]) {
      for (const resource of ["services", "secrets"]) {
        const allowed = await mayAccount(kubeconfig, `${APP}/kafka-user`, { verb: "list", resource, namespace });
        assert.equal(allowed, false, `${namespace} ${resource}`);
      }
    }
  });
});
