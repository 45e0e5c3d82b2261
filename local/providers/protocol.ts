/**
 * What a provider is, as plain functions over plain values. server.ts speaks the resource provider protocol (gRPC service
 * pulumirpc.ResourceProvider) on its behalf.
 */
import type { Engine } from "./engine.ts";
import type { Values } from "./values.ts";

/** What every request about a resource carries. `type` is the token, e.g. `kubernetes:core/v1:Secret`. */
export interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly engine: Engine;
  /** Aborts when the user cancels the update. */
  readonly signal: AbortSignal;
}

export interface Failure {
  readonly property: string;
  readonly reason: string;
}

export type ChangeKind = "add" | "delete" | "update";
export interface Change {
  readonly kind: ChangeKind;
  readonly replace: boolean;
}

export interface Diff {
  readonly deleteBeforeReplace: boolean;
  /** Changes by property path, e.g. `spec.template.spec.containers[0].image`. */
  readonly changes: ReadonlyMap<string, Change>;
}

export interface Checked {
  readonly inputs: Values;
  readonly failures?: readonly Failure[];
}

export interface Naming {
  readonly seed: Uint8Array;
  readonly proposed: string;
}

export interface Found {
  readonly id: string;
  readonly inputs: Values;
  readonly outputs: Values;
}

export interface Provider {
  readonly version: string;
  checkConfig?(config: Values): readonly Failure[];
  diffConfig?(olds: Values, news: Values): Diff;
  configure(config: Values, engine: Engine): Promise<void>;
  /** Completes the inputs. `naming` is the engine's seed (empty: any random) and the name it proposes ("": none). */
  check(on: Resource, olds: Values, news: Values, naming: Naming): Promise<Checked>;
  diff(on: Resource, olds: Values, news: Values, ignore: readonly string[]): Promise<Diff>;
  create(on: Resource, inputs: Values, timeout: number, preview: boolean): Promise<{ id: string; outputs: Values }>;
  /** The live state; undefined when the object is gone. */
  read(on: Resource, id: string, inputs: Values, state: Values): Promise<Found | undefined>;
  update(on: Resource, request: UpdateRequest): Promise<Values>;
  remove(on: Resource, id: string, state: Values, timeout: number): Promise<void>;
}

export interface UpdateRequest {
  readonly id: string;
  readonly olds: Values;
  readonly news: Values;
  readonly ignore: readonly string[];
  /** Seconds from the resource's customTimeouts; 0 when none is set. */
  readonly timeout: number;
  readonly preview: boolean;
}

/**
 * The object exists but did not become ready. The engine records it with its state, so that the next update resumes on
 * it in place of creating it again.
 */
export class NotReady extends Error {
  readonly id: string;
  readonly outputs: Values;
  readonly reasons: readonly string[];
  readonly inputs: Values | undefined;

  constructor(message: string, id: string, outputs: Values, reasons: readonly string[], inputs?: Values) {
    super(message);
    this.id = id;
    this.outputs = outputs;
    this.reasons = [message, ...reasons];
    this.inputs = inputs;
  }
}
