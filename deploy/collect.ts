/** Turns the engine's event stream into steps, messages and counts, and passes it on as typed progress. */

import type { StepEventMetadata } from "@pulumi/pulumi/automation/events.js";
import type { EngineEvent, OpType } from "@pulumi/pulumi/automation/index.js";
import type { OpMap } from "@pulumi/pulumi/automation/stack.js";
import type { DeployEvent, Message, Step } from "./results.ts";

export interface Collected {
  readonly changes: OpMap;
  readonly steps: readonly Step[];
  readonly messages: readonly Message[];
  readonly failed: readonly Step[];
  /** What the program says of the pods, a line each; see OperationResult. */
  readonly restartPlan: readonly string[];
}

export interface Collector {
  readonly onEvent: (event: EngineEvent) => void;
  readonly collected: () => Collected;
}

const UNCHANGED: ReadonlySet<OpType> = new Set<OpType>(["same", "read", "refresh"]);

/** The engine sends `debug` too, though its types do not say so; that is noise here. */
const SEVERITIES: Readonly<Record<string, Message["severity"]>> = {
  info: "info",
  "info#err": "info",
  warning: "warning",
  error: "error",
};

/** What the engine says of every plugin that it finds on PATH, in every run. */
const NOISE = /^using pulumi-\S+ from \$PATH/;

/** The URN's last part; a name may itself contain colons, never a double one. */
function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

function stepOf(metadata: StepEventMetadata): Step {
  const { op, urn, type, diffs, keys, detailedDiff } = metadata;
  const diff = detailedDiff ? Object.keys(detailedDiff) : (diffs ?? []);
  const inputs = (metadata.new ?? metadata.old)?.inputs as { metadata?: { namespace?: unknown } } | undefined;
  const namespace = inputs?.metadata?.namespace;
  const placed = typeof namespace === "string" ? { namespace } : {};
  return { op, urn, type, name: nameOf(urn), ...placed, diff, replaceKeys: keys ?? [] };
}

/** The stack's output of that name, which a preview alone has. */
function planOf({ type, new: state }: StepEventMetadata): string[] | undefined {
  const plan: unknown = type === "pulumi:pulumi:Stack" ? state?.outputs["restartPlan"] : undefined;
  return Array.isArray(plan) ? plan.filter((line) => typeof line === "string") : undefined;
}

/**
 * @param clean - takes secrets and colours out of what providers and the program say
 * @param listener - gets each event as it happens
 */
export function collector(clean: (text: string) => string, listener?: (event: DeployEvent) => void): Collector {
  const steps = new Map<string, Step>();
  const started = new Map<string, number>();
  const messages = new Map<string, Message>();
  const failed: Step[] = [];
  let changes: OpMap = {};
  let restartPlan: readonly string[] = [];
  const elapsed = (step: Step): number => (Date.now() - (started.get(`${step.op} ${step.urn}`) ?? Date.now())) / 1000;

  const onEvent = (event: EngineEvent): void => {
    if (event.resourcePreEvent) {
      const step = stepOf(event.resourcePreEvent.metadata);
      if (UNCHANGED.has(step.op)) return;
      steps.set(`${step.op} ${step.urn}`, step);
      started.set(`${step.op} ${step.urn}`, Date.now());
      listener?.({ kind: "started", step });
    } else if (event.resOutputsEvent) {
      restartPlan = planOf(event.resOutputsEvent.metadata)?.map(clean) ?? restartPlan;
      const step = stepOf(event.resOutputsEvent.metadata);
      if (UNCHANGED.has(step.op)) return;
      steps.set(`${step.op} ${step.urn}`, step);
      listener?.({ kind: "done", step, seconds: elapsed(step) });
    } else if (event.resOpFailedEvent) {
      const step = stepOf(event.resOpFailedEvent.metadata);
      failed.push(step);
      listener?.({ kind: "failed", step, seconds: elapsed(step) });
    } else if (event.diagnosticEvent) {
      const { message: text, urn, ephemeral } = event.diagnosticEvent;
      const severity = SEVERITIES[event.diagnosticEvent.severity];
      if (severity === undefined || NOISE.test(text)) return;
      const message: Message = {
        severity,
        text: clean(text).trimEnd(),
        ...(urn ? { urn } : {}),
      };
      // Ephemeral ones are the await progress of a provider: worth a line now, not a place in the record.
      if (!ephemeral) messages.set(`${message.severity} ${urn ?? ""} ${message.text}`, message);
      if (message.text !== "") listener?.({ kind: "message", message });
    } else if (event.summaryEvent) {
      changes = event.summaryEvent.resourceChanges;
      listener?.({ kind: "summary", changes });
    }
  };
  return {
    onEvent,
    collected: () => ({ changes, steps: [...steps.values()], messages: [...messages.values()], failed, restartPlan }),
  };
}
