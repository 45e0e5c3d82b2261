/** What an operation on a stack reports: plain data that serialises as it is, with no secret in it. */
import type { OpType } from "@pulumi/pulumi/automation/index.js";
import type { OpMap } from "@pulumi/pulumi/automation/stack.js";

export type Operation = "preview" | "up" | "refresh" | "destroy";

/** One resource that the operation changes or would change. Values never appear: a changed value may be a secret. */
export interface Step {
  readonly op: OpType;
  readonly urn: string;
  /** Pulumi type token, e.g. `kubernetes:apps/v1:StatefulSet`. */
  readonly type: string;
  /** The resource's logical name: the last part of the URN. */
  readonly name: string;
  /** Kubernetes namespace, where it has one that is known. */
  readonly namespace?: string;
  /** Property paths that differ. */
  readonly diff: readonly string[];
  /** Those of them that force a replacement. */
  readonly replaceKeys: readonly string[];
}

/** Something that the engine, a provider or the program said. */
export interface Message {
  readonly severity: "info" | "warning" | "error";
  readonly text: string;
  /** The resource that it is about; absent for the program as a whole. */
  readonly urn?: string;
}

/** Live progress, in the order of what happens. */
export type DeployEvent =
  | { readonly kind: "started"; readonly step: Step }
  | { readonly kind: "done"; readonly step: Step; readonly seconds: number }
  | { readonly kind: "failed"; readonly step: Step; readonly seconds: number }
  | { readonly kind: "message"; readonly message: Message }
  | { readonly kind: "summary"; readonly changes: OpMap };

export interface OperationResult {
  readonly stack: string;
  readonly operation: Operation;
  /** Number of resources by what happened to them, `same` included. */
  readonly changes: OpMap;
  /** The resources that change; unchanged ones are not listed. */
  readonly steps: readonly Step[];
  /**
   * What a preview says that becomes of the pods, a line each: which restart and because of which settings, what is taken
   * over live. Empty where no pod is touched, and of other operations.
   */
  readonly restartPlan: readonly string[];
  /** Warnings of the run, each once. */
  readonly warnings: readonly Message[];
  readonly seconds: number;
}

/** Outputs by name. A secret one appears as `{ secret: true }` and never with its value. */
export type Outputs = Readonly<Record<string, unknown>>;

export interface UpResult extends OperationResult {
  readonly outputs: Outputs;
}
