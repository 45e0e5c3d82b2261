/** The pod of a Job or CronJob that runs one role of the agent. */
import type { types } from "@pulumi/kubernetes";
import { API_ACCESS } from "../kafka/paths.ts";
import { type ContainerResources, hardenedContainer, hardenedPod, scratch } from "./pod.ts";

export interface AgentRuntime {
  /** ConfigMap that holds the agent's program. */
  readonly configMap: string;
  readonly serviceAccount: string;
  readonly image: string;
  readonly resources: ContainerResources;
  /** Secret with the `client.properties` by which it logs in; default: nobody logs in. */
  readonly login?: string;
}

export interface AgentRun {
  /** Role of the agent, also the container's name: `reconcile`, `verify`. */
  readonly role: string;
  /** Arguments after the role. `$(KAFKA_BROKERS)` stands for the broker list. */
  readonly args: readonly string[];
  /** Every broker, `host:port` separated by commas. */
  readonly brokers: string;
  /** Folder → ConfigMaps whose keys appear in it as files. */
  readonly inputs: Readonly<Record<string, readonly string[]>>;
  /** Folder → Secret whose keys appear in it as files. Default none. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Whether the pod gets the token of its ServiceAccount. Default false. */
  readonly apiToken?: boolean;
}

const PROGRAM = "/opt/agent";
const LOGIN = "/etc/kafka-platform/login";

/** Labels that a Job's pod adds: without its own, a mesh sidecar would keep the finished Job running for ever. */
export const jobPodLabels = { "sidecar.istio.io/inject": "false" };

/**
 * How often a Job tries: once. The agent itself retries what may pass, and what it refuses no second try mends; the Job
 * then fails with BackoffLimitExceeded, which Pulumi's await knows, unlike the reasons of a pod failure policy. A pod that
 * its node evicts does not count.
 */
export const oneTry: Pick<types.input.batch.v1.JobSpec, "backoffLimit" | "podFailurePolicy"> = {
  backoffLimit: 0,
  podFailurePolicy: { rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }] },
};

export function agentPod(runtime: AgentRuntime, run: AgentRun): types.input.core.v1.PodSpec {
  const folders = Object.entries(run.inputs);
  const { login } = runtime;
  const secrets = Object.entries({ ...run.secrets, ...(login === undefined ? {} : { [LOGIN]: login }) });
  const access = login === undefined ? [] : ["--client-config", `${LOGIN}/client.properties`];
  return {
    ...hardenedPod,
    serviceAccountName: runtime.serviceAccount,
    // A failed pod stays, and its log with it.
    restartPolicy: "Never",
    containers: [
      {
        ...hardenedContainer,
        name: run.role,
        image: runtime.image,
        command: ["node", `${PROGRAM}/agent.mjs`, run.role, ...run.args, ...access],
        env: [{ name: "KAFKA_BROKERS", value: run.brokers }],
        resources: runtime.resources,
        volumeMounts: [
          { name: "program", mountPath: PROGRAM, readOnly: true },
          ...folders.map(([mountPath], index) => ({ name: `inputs-${index}`, mountPath, readOnly: true })),
          ...secrets.map(([mountPath], index) => ({ name: `secrets-${index}`, mountPath, readOnly: true })),
          ...(run.apiToken ? [{ name: "api", mountPath: API_ACCESS, readOnly: true }] : []),
          { name: "tmp", mountPath: "/tmp" },
        ],
      },
    ],
    volumes: [
      { name: "program", configMap: { name: runtime.configMap } },
      ...folders.map(([, configMaps], index) => ({
        name: `inputs-${index}`,
        projected: { sources: configMaps.map((name) => ({ configMap: { name } })) },
      })),
      ...secrets.map(([, secretName], index) => ({ name: `secrets-${index}`, secret: { secretName } })),
      ...(run.apiToken ? [apiAccess] : []),
      scratch("tmp", "64Mi"),
    ],
  };
}

/** A token that ends by itself and is renewed while its pod runs, and what is needed to use it. */
const apiAccess: types.input.core.v1.Volume = {
  name: "api",
  projected: {
    sources: [
      { serviceAccountToken: { path: "token", expirationSeconds: 3600 } },
      { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
      { downwardAPI: { items: [{ path: "namespace", fieldRef: { fieldPath: "metadata.namespace" } }] } },
    ],
  },
};
