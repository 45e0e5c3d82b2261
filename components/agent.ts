/**
 * What every run of the in-cluster agent needs: its program, in an immutable ConfigMap named by its digest, and a
 * ServiceAccount without rights. A new agent is a new ConfigMap, so a pod never sees half of an old one.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { AgentRuntime } from "./agentPod.ts";
import type { ContainerResources } from "./pod.ts";

export interface KafkaAgentArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
  /** The bundled program: one JavaScript module, under the 1 MiB that a ConfigMap holds. */
  readonly code: string;
  /** Hex digest of `code`. */
  readonly digest: string;
  /** A Node image, e.g. `docker.io/library/node:24.21.0-bookworm-slim`. */
  readonly image: string;
  readonly resources: ContainerResources;
  /** Secret with the `client.properties` by which it logs in; default: nobody logs in. */
  readonly login?: string | undefined;
}

export class KafkaAgent extends pulumi.ComponentResource {
  /** What a pod needs to run the agent; plain, so that it can be part of a Job's name. */
  public readonly runtime: AgentRuntime;

  constructor(name: string, args: KafkaAgentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:KafkaAgent", name, {}, opts);
    this.runtime = {
      configMap: `kafka-agent-${args.digest.slice(0, 8)}`,
      serviceAccount: "kafka-agent",
      image: args.image,
      resources: args.resources,
      ...(args.login === undefined ? {} : { login: args.login }),
    };
    const metadata = { namespace: args.namespace, labels: args.labels };

    new k8s.core.v1.ConfigMap(
      `${name}-bundle`,
      {
        metadata: { ...metadata, name: this.runtime.configMap },
        immutable: true,
        data: { "agent.mjs": args.code },
      },
      {
        parent: this,
        // The name follows from the content: after a failed `up` the way back needs the old name, which must be free.
        deleteBeforeReplace: true,
      },
    );
    new k8s.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata: { ...metadata, name: this.runtime.serviceAccount }, automountServiceAccountToken: false },
      { parent: this },
    );
    this.registerOutputs({ configMap: this.runtime.configMap });
  }
}
