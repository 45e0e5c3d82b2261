/**
 * Growth of the volumes that nodes have already: a Job that asks for more on each claim, with a ServiceAccount that may read
 * and patch these claims and nothing else. It does not wait for the nodes, whose full disks it may be about to mend; claims
 * of nodes that are still to come it waits for.
 */
import * as pulumi from "@pulumi/pulumi";
import { agentJob } from "./agentJob.ts";
import type { AgentRuntime } from "./agentPod.ts";
import { apiAccount } from "./apiAccount.ts";
import { type NodeStorage, volumes } from "./nodeSet.ts";

export interface KafkaVolumesArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
  /** Name of the Job before its hash, and of its ServiceAccount and rights. */
  readonly name: string;
  readonly sets: readonly { readonly name: string; readonly replicas: number; readonly storage: NodeStorage }[];
  /** Every broker, `host:port` separated by commas. */
  readonly brokers: string;
  readonly agent: AgentRuntime;
}

/** Time for pods to come up and for disks to grow, in milliseconds. */
const DEADLINE = 1_800_000;

export class KafkaVolumes extends pulumi.ComponentResource {
  /** Name of the Job that brought claims to their current size. */
  public readonly job: pulumi.Output<string>;

  constructor(name: string, args: KafkaVolumesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:KafkaVolumes", name, {}, opts);
    const claims = args.sets.flatMap((set) =>
      Array.from({ length: set.replicas }, (_, ordinal) =>
        volumes(set.storage).map(([volume, size]) => ({ claim: `${volume}-${set.name}-${ordinal}`, size })),
      ).flat(),
    );
    const rules = [
      {
        apiGroups: [""],
        resources: ["persistentvolumeclaims"],
        resourceNames: claims.map(({ claim }) => claim),
        verbs: ["get", "patch"],
      },
    ];
    const account = apiAccount(name, args, rules, this);
    const job = agentJob(
      `${name}-grow`,
      {
        ...args,
        agent: { ...args.agent, serviceAccount: args.name },
        run: {
          role: "grow",
          args: [...claims.map(({ claim, size }) => `--claim=${claim}=${size}`), "--timeout", `${DEADLINE - 60_000}ms`],
          brokers: args.brokers,
          inputs: {},
          apiToken: true,
        },
        subject: null,
        deadline: DEADLINE,
      },
      { parent: this, dependsOn: account },
    );
    this.job = job.metadata.name;
    this.registerOutputs({ job: this.job });
  }
}
