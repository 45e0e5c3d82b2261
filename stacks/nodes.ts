/**
 * What the sets of pods of a stack are made from, for the program that makes them and for the plan that tells which pods a
 * change restarts.
 */
import type * as pulumi from "@pulumi/pulumi";
import { containerResources, type StatedResources } from "../components/pod.ts";
import type { SidecarRuntime } from "../components/sidecar.ts";
import { phaseFacts } from "../kafka/coordination.ts";
import { type Labels, labels } from "../kafka/labels.ts";
import type { AppliedShape } from "./appliedShape.ts";

/** Whose pods they are: the value of their label `app`. */
type App = Parameters<typeof labels>[0];

/** Labels of a stack's objects. */
export function labelsOf(settings: AppliedShape, app: App): Labels {
  const { preset, environment } = settings;
  return labels(app, { system: preset === "none" ? "kafka" : preset, environment }, settings.labels);
}

/** How the sidecar runs beside each node; its program is a ConfigMap of that name. */
export const sidecarOf = ({ names, agent, namespace }: AppliedShape): SidecarRuntime => ({
  configMap: `${names.brokers}-sidecar`,
  image: agent.image,
  resources: containerResources(agent.sidecarResources, namespace.limitRange?.max),
});

/** Whether controllers have a set of their own. */
export const hasControllers = ({ controllers, coordination }: AppliedShape): boolean =>
  controllers.mode === "dedicated" && phaseFacts(coordination).controllers !== "none";

/** Arguments of each set that the stack has; those that it has not are undefined. */
export function nodeArguments(settings: AppliedShape, clusterId: pulumi.Input<string>) {
  const { agent, controllers, kafka, namespace, scheduling, zookeeper } = settings;
  // A LimitRange gives its small default to a container without CPU limit; nodes get the most that it allows instead.
  const ceiling = namespace.limitRange?.max;
  const set = (app: App, resources: StatedResources) => ({
    cluster: settings,
    scheduling,
    clusterId,
    labels: labelsOf(settings, app),
    resources: containerResources(resources, ceiling),
    zoneReader: { image: agent.image, resources: containerResources(agent.resources, ceiling) },
    sidecar: sidecarOf(settings),
  });
  const facts = phaseFacts(settings.coordination);
  return {
    ensemble: facts.ensemble ? set("zookeeper", zookeeper.resources) : undefined,
    controllers: hasControllers(settings) ? set("kafka-controller", controllers.resources) : undefined,
    brokers: set("kafka", kafka.resources),
  };
}
