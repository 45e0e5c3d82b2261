/**
 * The harness of the component and golden tests: one run of some code under mocks, and questions about what it
 * registered. A failing `apply`, a resource that got lost and an unknown provider call all reject `world()` itself.
 */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type RecordOptions, record } from "../../deploy/render/record.ts";
import type { RecordedResource } from "../../deploy/render/registration.ts";

export type { RecordedResource } from "../../deploy/render/registration.ts";
export { unknown } from "../../deploy/render/registration.ts";

export interface World<T> {
  readonly result: T;
  readonly resources: readonly RecordedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The one resource of a type (its last word, e.g. `StatefulSet`), by Pulumi name where there are several. */
  readonly one: (kind: string, name?: string) => RecordedResource;
  readonly all: (kind: string) => readonly RecordedResource[];
  /** `Kind pulumi-name` of everything registered, sorted: the inventory. */
  readonly inventory: () => string[];
  /** What a component passed to registerOutputs; undefined when it never did, or too late to be heard. */
  readonly outputsOf: (resource: RecordedResource) => Readonly<Record<string, unknown>> | undefined;
}

/** Runs `program` as one Pulumi program and returns what it registered. */
export async function world<T>(program: () => T | Promise<T>, options: RecordOptions = {}): Promise<World<T>> {
  const { result, resources, outputs, componentOutputs } = await record(program, options);
  const all = (kind: string) => resources.filter((resource) => kindOf(resource) === kind);
  return {
    result,
    resources,
    outputs,
    all,
    one: (kind, name) => {
      const found = all(kind).filter((resource) => name === undefined || resource.name === name);
      const [only] = found;
      assert.ok(
        only && found.length === 1,
        `expected one ${kind} ${name ?? ""}, found ${found.length} among: ${inventory(resources).join(", ")}`,
      );
      return only;
    },
    inventory: () => inventory(resources),
    outputsOf: (resource) => componentOutputs.get(resource.urn),
  };
}

/** The last word of a type token: `StatefulSet` of `kubernetes:apps/v1:StatefulSet`. */
export function kindOf(resource: Pick<RecordedResource, "type">): string {
  return resource.type.split(":").at(-1) ?? resource.type;
}

function inventory(resources: readonly RecordedResource[]): string[] {
  return resources.map((resource) => `${kindOf(resource)} ${resource.name}`).sort();
}

/** The value at a dotted path of a resource's inputs; a key that holds dots itself is written in brackets: `data[server.properties]`. */
export function at(resource: RecordedResource, path: string): unknown {
  const keys = path.match(/[^.[\]]+|\[[^\]]+\]/g) ?? [];
  return keys.reduce<unknown>((value, key) => {
    if (typeof value !== "object" || value === null) return undefined;
    const field = key.startsWith("[") ? key.slice(1, -1) : key;
    return (value as Record<string, unknown>)[field];
  }, resource.inputs);
}

/** Asserts that the input at `path`, or what holds it, is secret. */
export function expectSecret(resource: RecordedResource, path: string): void {
  const covered = resource.secrets.some((secret) => path === secret || path.startsWith(`${secret}.`));
  assert.ok(covered, `${resource.urn}: ${path} is not secret; secret are: ${resource.secrets.join(", ") || "none"}`);
}

/** Asserts that no input of the resource is secret. */
export function expectPlain(resource: RecordedResource): void {
  assert.deepEqual(resource.secrets, [], `${resource.urn} holds secret inputs`);
}

/**
 * The value of an output. An output that stays unknown (a preview) or never resolves fails here, with its name, instead
 * of hanging until mocha's time-out.
 */
export async function valueOf<T>(output: pulumi.Output<T>, name: string, milliseconds = 1000): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`output ${name} has no value after ${milliseconds} ms`));
    }, milliseconds);
  });
  const value = new Promise<T>((resolve, reject) => {
    // `apply` alone would leave a rejection of the output unheard.
    (output as unknown as { promise(): Promise<T> }).promise().catch(reject);
    output.apply((resolved) => {
      resolve(resolved);
    });
  });
  try {
    return await Promise.race([value, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether an output is known; in a preview, what only a provider can make is not. */
export async function isKnown(output: pulumi.Output<unknown>): Promise<boolean> {
  return (output as unknown as { isKnown: Promise<boolean> }).isKnown;
}

/** Asserts that an output is secret. */
export async function expectSecretOutput(output: pulumi.Output<unknown>, name: string): Promise<void> {
  assert.equal(await pulumi.isSecret(output), true, `output ${name} is not secret`);
}
