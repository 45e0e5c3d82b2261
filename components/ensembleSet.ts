/** The StatefulSet of a ZooKeeper ensemble as plain data. */
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { NodeTimes } from "../kafka/availability.ts";
import { certifiesEnsemble } from "../kafka/ensembleTls.ts";
import { type Labels, selector } from "../kafka/labels.ts";
import { type EnsembleInput, javaEnv, LOGBACK, zooCfg } from "../kafka/zookeeper.ts";
import { ENSEMBLE_FILES, ensembleInitScript } from "../kafka/zookeeperScripts.ts";
import { type NodeCertificate, nodeCertificate } from "./certificates.ts";
import { shortDigest } from "./digest.ts";
import type { ZooKeeperEnsembleArgs } from "./ensemble.ts";
import { ensemblePod } from "./ensemblePod.ts";
import { claims, type NodeStorage } from "./nodeSet.ts";
import type { ContainerResources, Scheduling } from "./pod.ts";
import { votersName } from "./voters.ts";

export interface EnsembleSetArgs extends NodeTimes {
  readonly node: "ensemble";
  /** Name of the StatefulSet and of its headless Service; pods are `<name>-<ordinal>`. */
  readonly name: string;
  readonly ensemble: EnsembleInput;
  readonly labels: Labels;
  readonly selector: Labels;
  readonly image: pulumi.Input<string>;
  /** JVM heap, e.g. `3g`. */
  readonly heap: string;
  readonly resources: ContainerResources;
  readonly storage: NodeStorage;
  readonly scheduling: Scheduling;
  /** Certificate of the members; default: they have none. */
  readonly certificate?: NodeCertificate;
  /** ConfigMap that says who has voted. */
  readonly voters: string;
}

/** Damps a readiness that flaps: a roll goes on only after this. */
const MIN_READY_SECONDS = 10;
/** Members stop at once: what they acknowledged is on disk. Milliseconds. */
const TERMINATION_GRACE = 60_000;
/** Reading a snapshot back, with room for a large one. Milliseconds. */
const STARTUP_BUDGET = 600_000;

/** Arguments of the set, from those of the component. */
export function ensembleNodes(
  args: Pick<ZooKeeperEnsembleArgs, "cluster" | "labels" | "resources" | "scheduling">,
): EnsembleSetArgs {
  const { names, zookeeper, certificates } = args.cluster;
  return {
    node: "ensemble",
    kind: "ensemble",
    name: names.zookeeper,
    replicas: zookeeper.replicas,
    ensemble: args.cluster,
    labels: args.labels,
    selector: selector("zookeeper"),
    image: zookeeper.image,
    heap: zookeeper.heap,
    resources: args.resources,
    storage: zookeeper.storage,
    scheduling: args.scheduling,
    terminationGrace: TERMINATION_GRACE,
    startupBudget: STARTUP_BUDGET,
    voters: votersName(names.brokers),
    ...(certifiesEnsemble(args.cluster)
      ? { certificate: nodeCertificate(names.zookeeper, names.brokers, certificates) }
      : {}),
  };
}

/** The ConfigMap's files: the server's configuration, its JVM's settings, its logging and the init script. */
export function ensembleFiles(args: EnsembleSetArgs): Record<string, string> {
  return { ...readAtStart(args), [ENSEMBLE_FILES.init]: ensembleInitScript(Boolean(args.storage.logs)) };
}

/** What a server reads at its start alone, the list of members with it. */
function readAtStart({ ensemble, heap, storage }: EnsembleSetArgs): Record<string, string> {
  return {
    [ENSEMBLE_FILES.config]: zooCfg(ensemble, Boolean(storage.logs)),
    [ENSEMBLE_FILES.jvm]: javaEnv(heap),
    [ENSEMBLE_FILES.logging]: LOGBACK,
  };
}

export function ensembleSetSpec(args: EnsembleSetArgs): types.input.apps.v1.StatefulSetSpec {
  return {
    replicas: args.replicas,
    serviceName: args.name,
    selector: { matchLabels: args.selector },
    // No member can serve before a majority has started.
    podManagementPolicy: "Parallel",
    updateStrategy: { type: "RollingUpdate" },
    minReadySeconds: MIN_READY_SECONDS,
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    template: {
      metadata: {
        labels: args.labels,
        annotations: { "kafka-platform/config": shortDigest(readAtStart(args)) },
      },
      spec: ensemblePod(args),
    },
    volumeClaimTemplates: claims(args.storage, args.selector),
  };
}
