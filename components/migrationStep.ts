/**
 * A step between two phases of the way from ZooKeeper to KRaft: a Job that waits for the copy of the metadata, or gives
 * ZooKeeper the cluster back. It fails the `up` with what is missing.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { initEnvironment } from "../kafka/jvm.ts";
import type { Labels } from "../kafka/labels.ts";
import { copiedScript, type MigrationScriptInput, returnScript } from "../kafka/migrationScripts.ts";
import { NODE_PATHS } from "../kafka/paths.ts";
import type { NodeCertificate } from "./certificates.ts";
import { certificateMount, certificateVolume } from "./certificateVolume.ts";
import { contentJob, jobSpec } from "./contentJob.ts";
import { shortDigest } from "./digest.ts";
import { type ContainerResources, hardenedContainer, hardenedPod, scratch } from "./pod.ts";

export interface KafkaMigrationStepArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Labels;
  /** Name of the ServiceAccount, and of the Job before its hash. */
  readonly name: string;
  /** `copied`: wait until the quorum holds the metadata; `return`: make a broker the controller again. */
  readonly step: "copied" | "return";
  readonly script: MigrationScriptInput;
  /** Kafka's image, which has ZooKeeper's client. */
  readonly image: string;
  readonly resources: ContainerResources;
  /** Certificate by which ZooKeeper takes the Job for a node; default: it asks for none. */
  readonly certificate?: NodeCertificate | undefined;
}

const DEADLINE_SECONDS = 900;

export class KafkaMigrationStep extends pulumi.ComponentResource {
  /** Name of the Job. */
  public readonly job: pulumi.Output<string>;

  constructor(name: string, args: KafkaMigrationStepArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:KafkaMigrationStep", name, {}, opts);
    const metadata = { namespace: args.namespace, labels: args.labels };
    const account = new k8s.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata: { ...metadata, name: args.name }, automountServiceAccountToken: false },
      { parent: this },
    );
    const script = args.step === "copied" ? copiedScript(args.script) : returnScript(args.script);
    const [heap] = initEnvironment({ version: "3.9.2", logVolume: false });
    const pod = {
      ...hardenedPod,
      serviceAccountName: args.name,
      restartPolicy: "Never",
      containers: [
        {
          ...hardenedContainer,
          name: args.step,
          image: args.image,
          command: ["/bin/sh", "-c", script],
          env: [...(heap ? [{ name: heap[0], value: heap[1] }] : []), { name: "LOG_DIR", value: "/tmp" }],
          resources: args.resources,
          volumeMounts: [
            { name: "tmp", mountPath: "/tmp" },
            ...(args.certificate ? [certificateMount(NODE_PATHS.certificates)] : []),
          ],
        },
      ],
      volumes: [scratch("tmp", "64Mi"), ...(args.certificate ? [certificateVolume(args.certificate)] : [])],
    };
    const spec = jobSpec(args.labels, pod, DEADLINE_SECONDS);
    const job = contentJob(
      `${name}-step`,
      { ...args, spec, digest: shortDigest(spec) },
      { parent: this, dependsOn: account },
    );
    this.job = job.metadata.name;
    this.registerOutputs({ job: this.job });
  }
}
