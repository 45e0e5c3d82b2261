/** An operation's events as lines for people: a live status line on a terminal, plain lines elsewhere. */
import type { OpMap } from "@pulumi/pulumi/automation/stack.js";
import type { DeployEvent, OperationResult, Step } from "./results.ts";

const DOING: Readonly<Record<string, readonly [during: string, after: string]>> = {
  create: ["creating", "created"],
  update: ["updating", "updated"],
  delete: ["deleting", "deleted"],
  replace: ["replacing", "replaced"],
  "create-replacement": ["creating", "created"],
  "delete-replaced": ["deleting", "deleted"],
  refresh: ["reading", "read"],
  discard: ["letting go of", "let go of"],
};

/** `StatefulSet kafka` for `kubernetes:apps/v1:StatefulSet` `kafka`. */
export function label({ type, name }: Pick<Step, "type" | "name">): string {
  return `${type.slice(type.lastIndexOf(":") + 1)} ${name}`;
}

/** Whether it only groups others: they are shown, it need not be. */
function isComponent({ type }: Pick<Step, "type">): boolean {
  return type.startsWith("kafka:") || type.startsWith("pulumi:");
}

/** One finished or noteworthy event as a line; undefined for what is only worth a live status. */
export function line(event: DeployEvent): string | undefined {
  switch (event.kind) {
    case "done":
      if (isComponent(event.step)) return undefined;
      return `${DOING[event.step.op]?.[1] ?? event.step.op} ${label(event.step)} (${event.seconds.toFixed(1)} s)`;
    case "failed":
      return `FAILED ${label(event.step)} (${event.seconds.toFixed(1)} s)`;
    case "message":
      return event.message.severity === "warning" ? `warning: ${event.message.text}` : undefined;
    default:
      return undefined;
  }
}

/** `2 created, 1 updated, 40 unchanged`. */
export function counts(changes: OpMap, planned: boolean): string {
  const words: Readonly<Record<string, string>> = { same: "unchanged", replace: planned ? "to replace" : "replaced" };
  const part = (op: string): string => words[op] ?? (planned ? `to ${op}` : (DOING[op]?.[1] ?? op));
  const parts = Object.entries(changes).map(([op, count]) => `${count} ${part(op)}`);
  return parts.length > 0 ? parts.join(", ") : "nothing to do";
}

const SIGNS: Readonly<Record<string, string>> = { create: "+", update: "~", delete: "-", replace: "±", discard: "-" };

/** A plan: warnings, a line a resource that would change, what becomes of the pods, the counts. */
export function planText(result: OperationResult): string {
  const lines = result.steps
    .filter((step) => step.op in SIGNS && !isComponent(step))
    .map((step) => {
      const why = step.replaceKeys.length > 0 ? ` (because of ${step.replaceKeys.join(", ")})` : "";
      const diff = step.op === "update" && step.diff.length > 0 ? `: ${step.diff.join(", ")}` : "";
      return `  ${SIGNS[step.op] ?? " "} ${label(step)}${diff}${why}`;
    });
  const warnings = result.warnings.map(({ text }) => `  ! ${text}`);
  const pods = result.restartPlan.length > 0 ? ["Pods:", ...result.restartPlan.map((line) => `  ${line}`)] : [];
  return [...warnings, ...lines, ...pods, `${counts(result.changes, true)} (${result.seconds} s)`].join("\n");
}

/** What an operation did, after its live progress has said the rest. */
export function doneText({ stack, operation, changes, seconds }: OperationResult): string {
  return `${operation} of stack "${stack}": ${counts(changes, false)} (${seconds} s)`;
}

/** Shows events as they come; `stop` clears the status line. */
export interface LiveProgress {
  readonly onEvent: (event: DeployEvent) => void;
  readonly stop: () => void;
}

const CLEAR = "\r\u001b[K";

export function liveProgress(stream: NodeJS.WriteStream): LiveProgress {
  const live = stream.isTTY;
  const under = new Map<string, { step: Step; since: number }>();
  let note = "";
  const draw = (): void => {
    const oldest = [...under.values()].at(0);
    if (!live || !oldest) return;
    const seconds = Math.round((Date.now() - oldest.since) / 1000);
    const more = under.size > 1 ? ` and ${under.size - 1} more` : "";
    const text = `${DOING[oldest.step.op]?.[0] ?? oldest.step.op} ${label(oldest.step)}${more}, ${seconds} s ${note}`;
    stream.write(CLEAR + text.slice(0, stream.columns - 1));
  };
  const timer = live ? setInterval(draw, 1000) : undefined;
  return {
    onEvent: (event) => {
      if (event.kind === "started") under.set(event.step.urn, { step: event.step, since: Date.now() });
      if (event.kind === "done" || event.kind === "failed") under.delete(event.step.urn);
      if (event.kind === "message" && event.message.severity === "info") note = event.message.text.split("\n")[0] ?? "";
      const text = line(event);
      if (text !== undefined) stream.write(`${live ? CLEAR : ""}${text}\n`);
      draw();
    },
    stop: () => {
      clearInterval(timer);
      if (live) stream.write(CLEAR);
    },
  };
}
