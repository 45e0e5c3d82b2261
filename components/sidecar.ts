/**
 * What stands beside the server in every Kafka pod: it tells the kubelet when the node is ready and when it may stop. Its
 * program lies in a ConfigMap of a fixed name that changes in place: a new sidecar rolls no pod, it comes with the next start.
 */
import type { types } from "@pulumi/kubernetes";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { seconds } from "../kafka/availability.ts";
import type { Labels } from "../kafka/labels.ts";
import { FILES, NODE_PATHS } from "../kafka/paths.ts";
import { gateBudget, SIDECAR } from "../kafka/sidecar.ts";
import { type ContainerResources, hardenedContainer } from "./pod.ts";

export interface KafkaSidecarArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Labels;
  /** Name of the ConfigMap. */
  readonly name: string;
  /** The bundled program: one JavaScript module, under the 1 MiB that a ConfigMap holds. */
  readonly code: string;
}

/** What a pod needs to run the sidecar. */
export interface SidecarRuntime {
  /** ConfigMap that holds the program. */
  readonly configMap: string;
  /** A Node image, e.g. `docker.io/library/node:24.21.0-bookworm-slim`; a change of it rolls the pods. */
  readonly image: string;
  readonly resources: ContainerResources;
}

export class KafkaSidecar extends pulumi.ComponentResource {
  constructor(name: string, args: KafkaSidecarArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:KafkaSidecar", name, {}, opts);
    new k8s.core.v1.ConfigMap(
      `${name}-program`,
      {
        metadata: { namespace: args.namespace, name: args.name, labels: args.labels },
        data: { [SIDECAR.file]: args.code },
      },
      { parent: this },
    );
    this.registerOutputs({ configMap: args.name });
  }
}

export const sidecarVolume = ({ configMap }: SidecarRuntime) => ({ name: "sidecar", configMap: { name: configMap } });

/**
 * A container beside the server's. Not an init container that keeps running: the kubelet would start the server a look of a
 * second later, and every broker of a roll with it. It stays until the server has gone by itself.
 * @param terminationGrace milliseconds that the pod has to stop
 * @param mounts further ones, from which it reads how its server is logged in at
 */
export function sidecarContainer(
  runtime: SidecarRuntime,
  terminationGrace: number,
  mounts: readonly types.input.core.v1.VolumeMount[] = [],
) {
  const probe = { httpGet: { path: SIDECAR.paths.live, port: SIDECAR.port }, periodSeconds: 30, timeoutSeconds: 10 };
  return {
    ...hardenedContainer,
    name: "sidecar",
    image: runtime.image,
    // A small young generation: what it keeps is little, and the rest would only wait to be collected.
    command: [
      "node",
      "--max-semi-space-size=1",
      `${SIDECAR.folder}/${SIDECAR.file}`,
      `${NODE_PATHS.rendered}/${FILES.properties}`,
    ],
    env: [{ name: SIDECAR.gateSeconds, value: String(seconds(gateBudget(terminationGrace))) }],
    ports: [{ name: "http-sidecar", containerPort: SIDECAR.port }],
    // One that hangs does not leave by itself, and need not be given the server's time.
    livenessProbe: { ...probe, failureThreshold: 4, terminationGracePeriodSeconds: 10 },
    resources: runtime.resources,
    volumeMounts: [
      { name: "sidecar", mountPath: SIDECAR.folder, readOnly: true },
      { name: "rendered", mountPath: NODE_PATHS.rendered, readOnly: true },
      ...mounts,
    ],
  };
}
