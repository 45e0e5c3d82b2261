/** What tests of Kafka nodes ask their StatefulSet. */
import { at, type RecordedResource } from "./world.ts";

export interface NodeContainer extends Record<string, unknown> {
  readonly name: string;
  readonly command: string[];
  readonly env: { name: string; value: string }[];
}

/** The pod's spec. */
export const pod = (set: RecordedResource) => at(set, "spec.template.spec") as Record<string, unknown>;

/** Init containers, then the others. */
export const containers = (set: RecordedResource) => [
  ...(pod(set)["initContainers"] as NodeContainer[]),
  ...(pod(set)["containers"] as NodeContainer[]),
];

/** The container of the Kafka server. */
export const server = (set: RecordedResource) => (pod(set)["containers"] as NodeContainer[])[0] as NodeContainer;

/** The containers that run Kafka's image. */
export const kafkaContainers = (set: RecordedResource) => containers(set).filter(({ name }) => name !== "sidecar");

/** The sidecar. */
export const besides = (set: RecordedResource) =>
  (pod(set)["containers"] as NodeContainer[]).find(({ name }) => name === "sidecar") as NodeContainer;

/** Lines of server.properties. */
export const properties = (config: RecordedResource) => String(at(config, "data[server.properties]")).split("\n");
