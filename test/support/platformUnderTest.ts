/** A running platform of the cluster tier: a stack of its own, its pods, and a client on this machine that finds them. */
import { type KubernetesObject, RbacAuthorizationV1Api, type V1PodSpec } from "@kubernetes/client-node";
import { type PodRun, runOnce } from "../../deploy/cluster.ts";
import type { DeployOptions, OperationResult, UpOptions, UpResult } from "../../deploy/index.ts";
import { cacheFolder } from "../../local/cache.ts";
import { layout, net } from "../../local/cluster/layout.ts";
import { mergeTrees } from "../../stacks/settings/merge.ts";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import { useClusterDns } from "./clusterDns.ts";
import { Pods, until } from "./kube.ts";
import { StackUnderTest } from "./stackUnderTest.ts";
import type { Client } from "./topicReader.ts";

/** Seconds; nodes that are stopped at once without their gate use all of their time, as no controller is left to let them go. */
const LONGEST_GRACE = 330;

export class PlatformUnderTest {
  readonly stack: StackUnderTest;
  readonly pods: Pods;
  /** A namespace of applications that the stack makes. */
  readonly clientNamespace: string;
  readonly #base: SettingsInput;
  readonly #restoreDns: () => void;
  #brokers: readonly string[] = [];

  private constructor(stack: StackUnderTest, base: SettingsInput) {
    this.stack = stack;
    this.pods = new Pods(stack.kubeconfig, stack.namespace);
    this.clientNamespace = `${stack.namespace}-app`;
    this.#base = mergeTrees(base, {
      // The preset's own namespace of applications may be another stack's.
      clients: { namespaces: { selfmonitor: null, [this.clientNamespace]: { create: true } } },
    });
    this.#restoreDns = useClusterDns(net.node);
  }

  /** Opens the stack and takes away what an earlier run that was cut short left of it. */
  static async open(name: string, base: SettingsInput): Promise<PlatformUnderTest> {
    const platform = new PlatformUnderTest(await StackUnderTest.open(name), base);
    await platform.#removeObjects();
    return platform;
  }

  /** Brings the stack to its settings, with `change` laid over them. */
  async up(change: SettingsInput = {}, options: UpOptions = {}): Promise<UpResult> {
    const result = await this.stack.up(mergeTrees(this.#base, change), options);
    this.#brokers = String(result.outputs["brokers"]).split(",");
    return result;
  }

  /** What an `up` to its settings, with `change` laid over them, would do. */
  async preview(change: SettingsInput = {}, options: DeployOptions = {}): Promise<OperationResult> {
    return this.stack.preview(mergeTrees(this.#base, change), options);
  }

  async destroy(options: DeployOptions = {}): Promise<OperationResult> {
    return this.stack.destroy(options);
  }

  /** How to connect from this machine, by the addresses that the stack gives to applications. */
  get client(): Client {
    return { brokers: this.#brokers };
  }

  /** How to connect from this machine as the user whose Secret has this name. */
  async login(secret: string, namespace = this.clientNamespace): Promise<Client> {
    const { data = {} } = await this.pods.core.readNamespacedSecret({ name: secret, namespace });
    const text = (key: string) => Buffer.from(data[key] ?? "", "base64").toString();
    const [username, password, ca] = [text("username"), text("password"), text("ca.crt")];
    const sasl = { mechanism: "SCRAM-SHA-512", username, password } as const;
    return {
      brokers: text("bootstrap.servers").split(","),
      sasl,
      ...(ca === "" ? {} : { tls: { ca }, tlsServerName: true }),
    };
  }

  /** Runs a pod to its end and gives what it wrote. */
  async runPod(name: string, pod: V1PodSpec, namespace = this.stack.namespace, seconds = 120): Promise<PodRun> {
    return runOnce({ kubeconfig: layout(cacheFolder()).kubeconfig }, { namespace, name, pod, seconds });
  }

  async close(): Promise<void> {
    this.#restoreDns();
    await this.#removeObjects();
    await this.stack.remove();
  }

  async #removeObjects(): Promise<void> {
    const { core } = this.pods;
    const rbac = this.stack.kubeconfig.makeApiClient(RbacAuthorizationV1Api);
    const own = ({ metadata }: KubernetesObject): string[] =>
      metadata?.name?.startsWith(`${this.stack.namespace}-`) ? [metadata.name] : [];
    for (const name of (await rbac.listClusterRoleBinding()).items.flatMap(own)) {
      await rbac.deleteClusterRoleBinding({ name });
    }
    for (const name of (await rbac.listClusterRole()).items.flatMap(own)) await rbac.deleteClusterRole({ name });
    for (const name of [this.stack.namespace, this.clientNamespace]) {
      await core.deleteNamespace({ name }).catch(() => undefined);
      // Nobody is served any more, so that nothing has to wait for a peer.
      await core.deleteCollectionNamespacedPod({ namespace: name, gracePeriodSeconds: 0 }).catch(() => undefined);
      await until(`namespace ${name} is gone`, LONGEST_GRACE, () =>
        core.readNamespace({ name }).then(
          () => false,
          () => true,
        ),
      );
    }
  }
}
