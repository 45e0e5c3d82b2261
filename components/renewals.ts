/**
 * Restarts of nodes over renewed certificates: a CronJob that looks which nodes hold an older one, with a ServiceAccount that
 * may read these nodes' pods and Certificates, evict these pods and nothing else. It restarts none that a roll has restarted.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { awaitTimes, type NodeTimes, seconds } from "../kafka/availability.ts";
import { renewalSchedule, renewalTimes } from "../kafka/renewals.ts";
import { type AgentRuntime, agentPod } from "./agentPod.ts";
import { apiAccount } from "./apiAccount.ts";
import type { NodeCertificate } from "./certificates.ts";
import { jobSpec } from "./contentJob.ts";

export interface KafkaRenewalsArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
  /** Name of the CronJob, its ServiceAccount and rights. */
  readonly name: string;
  /** Sets of nodes that hold on to a certificate. */
  readonly sets: readonly (NodeTimes & { readonly name: string; readonly certificate?: NodeCertificate })[];
  /** How long before its end a certificate is renewed, in milliseconds. */
  readonly renewBefore: number;
  /** Every broker, `host:port` separated by commas. */
  readonly brokers: string;
  readonly agent: AgentRuntime;
}

/** For a pod to come up and to tell how it went. */
const AROUND = 60_000;
/** A run that does not get to its end is taken up by the next one. */
const LONGEST = 4 * 3_600_000;

export class KafkaRenewals extends pulumi.ComponentResource {
  /** Name of the CronJob. */
  public readonly cronJob: pulumi.Output<string>;

  constructor(name: string, args: KafkaRenewalsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:KafkaRenewals", name, {}, opts);
    const metadata = { namespace: args.namespace, name: args.name, labels: args.labels };
    const account = apiAccount(name, args, rules(args), this);
    const cronJob = new k8s.batch.v1.CronJob(
      `${name}-look`,
      {
        metadata,
        spec: {
          schedule: renewalSchedule(args.renewBefore),
          concurrencyPolicy: "Forbid",
          startingDeadlineSeconds: 3600,
          successfulJobsHistoryLimit: 1,
          failedJobsHistoryLimit: 3,
          jobTemplate: { spec: run(args) },
        },
      },
      { parent: this, dependsOn: account },
    );
    this.cronJob = cronJob.metadata.name;
    this.registerOutputs({ cronJob: this.cronJob });
  }
}

/** A Certificate has the name of the Secret that it fills. */
function certificateOf({ name, certificate }: KafkaRenewalsArgs["sets"][number]): string {
  if (certificate === undefined) throw new Error(`${name}: expected a set of nodes that has a certificate`);
  return certificate.secret;
}

function rules({ sets }: KafkaRenewalsArgs) {
  const pods = sets.flatMap(({ name, replicas }) =>
    Array.from({ length: replicas }, (_, ordinal) => `${name}-${ordinal}`),
  );
  const certificates = sets.map(certificateOf);
  return [
    { apiGroups: ["cert-manager.io"], resources: ["certificates"], resourceNames: certificates, verbs: ["get"] },
    { apiGroups: [""], resources: ["pods"], resourceNames: pods, verbs: ["get"] },
    { apiGroups: [""], resources: ["pods/eviction"], resourceNames: pods, verbs: ["create"] },
  ];
}

function run({ sets, renewBefore, labels, name, brokers, agent }: KafkaRenewalsArgs) {
  const { grace, settle } = renewalTimes(renewBefore);
  const rolls = sets.reduce((time, set) => time + awaitTimes(set).update, 0);
  const timeout = Math.min(LONGEST, rolls);
  const { configMap, image, resources } = agent;
  const pod = agentPod(
    // No login: it asks the API server alone.
    { configMap, image, resources, serviceAccount: name },
    {
      role: "renew",
      args: [
        ...sets.map((set) => `--set=${set.name}:${set.replicas}=${certificateOf(set)}`),
        ...["--grace", `${seconds(grace)}s`, "--settle", `${seconds(settle)}s`],
        ...["--timeout", `${seconds(timeout)}s`],
      ],
      brokers,
      inputs: {},
      apiToken: true,
    },
  );
  return jobSpec(labels, pod, seconds(timeout + AROUND));
}
