/** Kubernetes manifests out of a recording: what `kubectl apply` would need to be given, in the order that it needs it. */
import { stringify } from "yaml";
import type { RecordedResource } from "./registration.ts";

export interface Manifest {
  /** `<kind>-<namespace>-<name>.yaml`, lower case; without namespace for cluster-wide kinds. */
  readonly file: string;
  readonly kind: string;
  readonly object: Readonly<Record<string, unknown>>;
}

/** Stands in a Secret for a value that a rendering must not hold. */
export const REDACTED = "REDACTED";

/** The Kubernetes objects of a recording, each after what it depends on. Adopted objects are not part of it. */
export function manifests(resources: readonly RecordedResource[]): Manifest[] {
  return inDependencyOrder(resources)
    .filter((resource) => resource.type.startsWith("kubernetes:") && !resource.read)
    .map(toManifest);
}

function toManifest(resource: RecordedResource): Manifest {
  const object = withoutPulumi(redact(resource.inputs, "", resource.secrets)) as Record<string, unknown>;
  const kind = String(object["kind"]);
  const { name, namespace } = object["metadata"] as { name: string; namespace?: string };
  const parts = [kind, ...(namespace === undefined ? [] : [namespace]), name];
  return { file: `${parts.join("-").toLowerCase()}.yaml`, kind, object };
}

/** Text of a manifest; YAML 1.1 quoting, because Kubernetes' parser reads `yes` and `12:30` the old way. */
export function manifestText(object: unknown): string {
  return stringify(ordered(object), { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false });
}

/** Keys as people write them: what an object is, then who it is, then the rest by name. */
const FIRST = ["apiVersion", "kind", "metadata", "name", "namespace"];

/** The same value with its keys in a fixed order at every level. */
export function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  const rank = (key: string) => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
      .map(([key, item]) => [key, ordered(item)]),
  );
}

/** The value with every scalar at or under a secret path replaced. */
export function redact(value: unknown, path: string, secrets: readonly string[]): unknown {
  const hidden = secrets.includes(path);
  if (Array.isArray(value))
    return value.map((item, index) => redact(item, hidden ? path : `${path}[${index}]`, secrets));
  if (typeof value === "object" && value !== null) {
    const child = (key: string) => (path === "" ? key : `${path}.${key}`);
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, redact(item, hidden ? path : child(key), secrets)]),
    );
  }
  return hidden ? REDACTED : value;
}

/** Without the annotations that only Pulumi reads. */
function withoutPulumi(value: unknown): unknown {
  const object = value as { metadata?: { annotations?: Record<string, string> } };
  const { annotations, ...metadata } = object.metadata ?? {};
  const kept = Object.entries(annotations ?? {}).filter(([key]) => !key.startsWith("pulumi.com/"));
  return {
    ...object,
    metadata: kept.length > 0 ? { ...metadata, annotations: Object.fromEntries(kept) } : metadata,
  };
}

/** Kinds that others refer to by name only, so that no dependency shows it: they go first among equals. */
const EARLY = ["Namespace", "ResourceQuota", "LimitRange", "ServiceAccount", "ConfigMap", "Secret", "Service"];

/** Dependencies first; among what is free to go, by kind and then by URN, so that equal recordings give equal order. */
function inDependencyOrder(resources: readonly RecordedResource[]): RecordedResource[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const rank = (resource: RecordedResource) => {
    const kind = resource.type.split(":").at(-1) ?? "";
    return EARLY.includes(kind) ? EARLY.indexOf(kind) : EARLY.length;
  };
  const waiting = [...resources].sort((a, b) => rank(a) - rank(b) || (a.urn < b.urn ? -1 : 1));
  const needs = (resource: RecordedResource) =>
    [resource.options.parent, ...resource.options.dependsOn].filter((urn) => byUrn.has(urn));
  const done = new Set<string>();
  const sorted: RecordedResource[] = [];
  while (waiting.length > 0) {
    const next = waiting.findIndex((resource) => needs(resource).every((urn) => done.has(urn)));
    const [resource] = waiting.splice(Math.max(next, 0), 1);
    if (!resource) break;
    done.add(resource.urn);
    sorted.push(resource);
  }
  return sorted;
}
