/**
 * A stack of the real program on the real engine and the embedded cluster, with a state of its own in a temporary folder
 * and a namespace of its own. What a test leaves behind is taken away by `remove`.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiException, CoreV1Api, KubeConfig, type V1Namespace } from "@kubernetes/client-node";
import { stringify } from "yaml";
import { openStack } from "../../deploy/engine.ts";
import * as deploy from "../../deploy/index.ts";
import { workingCopy } from "../../deploy/local.ts";
import { ensureCluster, ensureEngine } from "../../local/index.ts";
import { mergeTrees } from "../../stacks/settings/merge.ts";
import type { SettingsInput } from "../../stacks/settings/schema.ts";

/** One small broker of SelfMonitor's development case; what is not built yet is off. */
export const SMALL: SettingsInput = {
  preset: "selfmonitor",
  environment: "dev",
  coordination: { mode: "kraft" },
  schemaRegistry: { enabled: false },
  connect: { enabled: false },
  ksqldb: { enabled: false },
  ui: { enabled: false },
  kafka: {
    heap: "256m",
    resources: { requests: { cpu: "100m", memory: "640Mi" }, limits: { memory: "768Mi" } },
    storage: { data: "1Gi" },
    terminationGrace: "60s",
  },
  topics: { drift: { schedule: null } },
  clients: { namespaces: {} },
};

export class StackUnderTest {
  readonly name: string;
  readonly namespace: string;
  readonly kubeconfig: KubeConfig;
  readonly core: CoreV1Api;
  readonly #options: deploy.EngineOptions & { readonly configFile: string };
  readonly #folder: string;

  private constructor(name: string, kubeconfigPath: string, env: Readonly<Record<string, string>>) {
    this.name = name;
    this.namespace = `test-${name}`;
    this.#folder = mkdtempSync(join(tmpdir(), `kafka-platform-${name}-`));
    mkdirSync(join(this.#folder, "backend"));
    this.kubeconfig = new KubeConfig();
    this.kubeconfig.loadFromFile(kubeconfigPath);
    this.core = this.kubeconfig.makeApiClient(CoreV1Api);
    this.#options = {
      env: {
        ...env,
        KUBECONFIG: kubeconfigPath,
        PULUMI_BACKEND_URL: `file://${join(this.#folder, "backend")}`,
        PULUMI_CONFIG_PASSPHRASE: "test",
      },
      configFile: join(this.#folder, `Pulumi.${name}.yaml`),
      create: true,
    };
  }

  /** Brings cluster and engine up where they are not; says on the terminal which engine runs. */
  static async open(name: string): Promise<StackUnderTest> {
    const { kubeconfig } = await ensureCluster({
      progress: (line) => {
        console.log(`      ${line}`);
      },
    });
    const engine = await ensureEngine({
      progress: (line) => {
        console.log(`      ${line}`);
      },
    });
    for (const line of engine.describe()) console.log(`      ${line}`);
    return new StackUnderTest(name, kubeconfig, engine.env);
  }

  /** Writes the stack file: {@link SMALL} in this stack's namespace, with `change` laid over it. */
  configure(change: SettingsInput = {}): void {
    const settings = mergeTrees(mergeTrees(SMALL, { namespace: { name: this.namespace } }), change);
    const config = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`kafka-platform:${key}`, value]));
    const { configFile } = this.#options;
    writeFileSync(
      configFile,
      workingCopy(stringify({ config }), existsSync(configFile) ? readFileSync(configFile, "utf8") : ""),
    );
  }

  preview(change?: SettingsInput, options: deploy.DeployOptions = {}): Promise<deploy.OperationResult> {
    this.configure(change);
    return deploy.preview(this.name, { ...this.#options, ...options });
  }

  up(change?: SettingsInput, options: deploy.UpOptions = {}): Promise<deploy.UpResult> {
    this.configure(change);
    return deploy.up(this.name, { ...this.#options, ...options });
  }

  destroy(options: deploy.DeployOptions = {}): Promise<deploy.OperationResult> {
    return deploy.destroy(this.name, { ...this.#options, ...options });
  }

  /** Texts of all that the engine keeps of the stack: its state, earlier ones and the history of its operations. */
  state(): Record<string, string> {
    const backend = join(this.#folder, "backend");
    const files = readdirSync(backend, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = files.map(({ parentPath, name }) => join(parentPath, name));
    return Object.fromEntries(paths.map((path) => [path, readFileSync(path, "utf8")]));
  }

  /** The state with its secrets in plain text. */
  async openState(): Promise<string> {
    const { stack } = await openStack(this.name, this.#options);
    return JSON.stringify(await stack.exportStack());
  }

  /** Makes the namespace before the stack does; waits where one of an earlier run is still going away. */
  async makeNamespace(): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const body: unknown = { metadata: { name: this.namespace } };
        await this.core.createNamespace({ body: body as V1Namespace });
        return;
      } catch (error) {
        if (!(error instanceof ApiException) || error.code !== 409 || attempt === 60) throw error;
        await sleep(2000);
      }
    }
  }

  /** Takes away the namespace, whatever is left in it, and the state. */
  async remove(): Promise<void> {
    await this.core.deleteNamespace({ name: this.namespace, propagationPolicy: "Background" }).catch(() => undefined);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
