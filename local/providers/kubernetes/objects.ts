/**
 * Between property values and Kubernetes objects: names, normal form, and the state that is kept. The state's keys are
 * those of the real provider, so that a stack can move from one to the other.
 */
import { createHash, randomBytes } from "node:crypto";
import {
  dropped,
  hasSecret,
  hasUnknown,
  isMap,
  isSecret,
  plainMap,
  secret,
  text,
  type Value,
  type Values,
} from "../values.ts";
import type { Path } from "./paths.ts";
import { sameQuantity } from "./quantity.ts";

/** Keys of the JSON schema extensions of a custom resource definition, which the SDK writes with underscores. */
const DASHED = [
  "x-kubernetes-embedded-resource",
  "x-kubernetes-int-or-string",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-list-type",
  "x-kubernetes-map-type",
  "x-kubernetes-preserve-unknown-fields",
  "x-kubernetes-validations",
];
const TO_DASHES = new Map(DASHED.map((key) => [key.replaceAll("-", "_"), key]));
const TO_UNDERSCORES = new Map(DASHED.map((key) => [key, key.replaceAll("-", "_")]));

function rename(value: Value, names: ReadonlyMap<string, string>): Value {
  if (Array.isArray(value)) return value.map((item) => rename(item, names));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [names.get(key) ?? key, rename(item, names)]));
}

/** The object that the API server takes: no secret envelopes, no nulls, dashed schema extensions. */
export const toObject = (values: Values): Values => rename(plainMap(values), TO_DASHES) as Values;
const fromObject = (object: Values): Values => rename(object, TO_UNDERSCORES) as Values;

export const isSecretKind = (object: Values): boolean => object["apiVersion"] === "v1" && object["kind"] === "Secret";

const READ_ONLY = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

/** Inputs in the form that the API server stores: `stringData` as `data`, no read-only metadata. */
export function normalise(inputs: Values): Values {
  const { stringData, ...rest } = inputs;
  const metadata: Values = isMap(inputs["metadata"]) ? inputs["metadata"] : {};
  const kept = Object.fromEntries(Object.entries(metadata).filter(([key]) => !READ_ONLY.includes(key)));
  const result: Values = { ...rest, metadata: kept };
  if (!isMap(stringData)) return result;
  if (!isSecretKind(inputs) || hasUnknown(inputs)) return { ...result, stringData };
  const encoded = Object.entries(stringData).map(([key, value]): [string, Value] => [key, encode(value)]);
  return { ...result, data: { ...(isMap(rest["data"]) && rest["data"]), ...Object.fromEntries(encoded) } };
}

const encode = (value: Value): Value =>
  typeof value === "string" ? Buffer.from(value, "utf8").toString("base64") : value;

/** Marks in `outs` what is secret in `ins`; the data of a Secret always is. */
export function annotate(outs: Values, ins: Values | undefined): Values {
  if (outs["kind"] === "Secret") {
    const kept = Object.entries(outs);
    return Object.fromEntries(
      kept.map(([key, value]) => [key, /^(data|stringData)$/.test(key) ? secret(value) : value]),
    );
  }
  return Object.fromEntries(
    Object.entries(outs).map(([key, value]) => {
      const from = ins?.[key];
      if (from === undefined) return [key, value];
      if (isMap(value) && isMap(from) && !isSecret(from) && !isSecret(value)) return [key, annotate(value, from)];
      return [key, hasSecret(from) ? secret(value) : value];
    }),
  );
}

/** What is kept about an object beside its live fields. */
export interface Origin {
  readonly fieldManager: string;
  readonly apiVersion: string;
}

/** The outputs: the live object with the inputs that made it. `given` tells which values are secret. */
export function checkpoint(inputs: Values, live: Values, given: Values, origin: Origin): Values {
  return {
    ...annotate(fromObject(live), given),
    __inputs: annotate(fromObject(inputs), given),
    __initialApiVersion: origin.apiVersion,
    __fieldManager: origin.fieldManager,
  };
}

/** Takes outputs apart again. */
export function parseCheckpoint(state: Values): { inputs: Values; live: Values } {
  const object = toObject(state);
  const inputs = object["__inputs"];
  const live = Object.fromEntries(Object.entries(object).filter(([key]) => !key.startsWith("__")));
  return { inputs: isMap(inputs) ? inputs : {}, live };
}

const suffix = (seed: Uint8Array): string =>
  (seed.length > 0 ? createHash("sha256").update(seed).digest() : randomBytes(4)).toString("hex").slice(0, 8);

/** The name that owns our fields on the API server: given by annotation, else kept in the state, else new. */
export function fieldManager(inputs: Values, state: Values): string {
  const given = text(inputs, "metadata", "annotations", "pulumi.com/patchFieldManager");
  return given || text(state, "__fieldManager") || `pulumi-kubernetes-${suffix(new Uint8Array())}`;
}

/**
 * Gives a nameless object a name: the old one if that was given here too, else the resource's name and eight hex digits.
 * `proposed` is the engine's own wish, which wins.
 */
export function autoname(
  inputs: Values,
  old: Values,
  resource: string,
  naming: { seed: Uint8Array; proposed: string },
): Values {
  const metadata = isMap(inputs["metadata"]) ? inputs["metadata"] : {};
  if ((metadata["name"] ?? "") !== "" || metadata["generateName"] !== undefined) return inputs;
  const kept =
    text(old, "metadata", "annotations", "pulumi.com/autonamed") === "true" ? text(old, "metadata", "name") : "";
  const name = kept || naming.proposed || `${resource}-${suffix(naming.seed)}`;
  const annotations = {
    ...(isMap(metadata["annotations"]) && metadata["annotations"]),
    "pulumi.com/autonamed": "true",
  };
  return { ...inputs, metadata: { ...metadata, name, annotations } };
}

/** `namespace/name`, or the name alone for a cluster-wide object. */
export function idOf(object: Values): string {
  const namespace = text(object, "metadata", "namespace");
  const name = text(object, "metadata", "name");
  return namespace === "" ? name : `${namespace}/${name}`;
}

/**
 * What the inputs would be if they said what is: `live` cut down to where `inputs` speak. Spellings that the API server
 * rewrites (quantities) or drops (empty values) stay as the inputs have them.
 */
export function prune(live: Value, inputs: Value, path: Path = []): Value {
  if (isMap(live) && isMap(inputs)) {
    const entries = Object.entries(inputs).map(([key, value]): [string, Value | undefined] => {
      const found = live[key];
      if (found === undefined) return [key, dropped(value) ? value : undefined];
      return [key, prune(found, value, [...path, key])];
    });
    return Object.fromEntries(entries.filter((entry): entry is [string, Value] => entry[1] !== undefined));
  }
  if (Array.isArray(live) && Array.isArray(inputs)) {
    return live.slice(0, inputs.length).map((value, index) => prune(value, inputs[index] ?? null, [...path, index]));
  }
  return sameQuantity(path, live, inputs) ? inputs : live;
}
