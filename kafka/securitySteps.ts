/**
 * How a running cluster goes from one security mode to another, an `up` each: the listeners of the new mode open beside those
 * in use, then the two change places, then the old ones close. At every moment of each roll all nodes listen on both.
 */
import type { ListenerPorts } from "./listeners.ts";
import type { Alongside, SecurityInput, SecurityMode } from "./security.ts";

/** Listeners of a mode, with their ports. */
export interface Doors {
  readonly mode: SecurityMode;
  readonly listeners: ListenerPorts;
}
/** What is open: the listeners in use, and those beside them. */
export interface Open {
  readonly used: Doors;
  readonly alongside: Doors | null;
}

const PURPOSES = ["client", "replication", "controller"] as const;

/** What settings open. */
export function openOf({ security, listeners }: Pick<SecurityInput, "security" | "listeners">): Open {
  return { used: { mode: security.mode, listeners }, alongside: security.alongside ?? null };
}

const samePorts = (a: ListenerPorts, b: ListenerPorts): boolean => PURPOSES.every((one) => a[one].port === b[one].port);
const same = (a: Doors | null, b: Doors | null): boolean =>
  a === null || b === null ? a === b : a.mode === b.mode && samePorts(a.listeners, b.listeners);

/** Whether the change is one step: something opens beside what is in use, or closes again, or the two change places. */
export function isStep(before: Open, after: Open): boolean {
  if (before.used.mode === after.used.mode) {
    return before.alongside === null || after.alongside === null || same(before.alongside, after.alongside);
  }
  return before.alongside !== null && same(after.used, before.alongside) && same(after.alongside, before.used);
}

/** The next step from `before` towards a mode. */
export function nextStep(before: Open, towards: SecurityMode): Open {
  const { used, alongside } = before;
  if (used.mode === towards) return { used, alongside: null };
  if (alongside === null) return { used, alongside: { mode: towards, listeners: others(used.listeners) } };
  return alongside.mode === towards ? { used: alongside, alongside: used } : { used, alongside: null };
}

/** Free ports, as long as nothing else has them. */
function others({ client, replication, controller }: ListenerPorts): ListenerPorts {
  const other = ({ port }: { readonly port: number }) => ({ port: port + 100 });
  return { client: other(client), replication: other(replication), controller: other(controller) };
}

/** One line for the preview, while two modes are open: where the stack is, and what may come next. */
export function stepAdvice(open: Open & { readonly alongside: Doors }): string {
  const over = nextStep(open, open.alongside.mode);
  const closed = nextStep(open, open.used.mode);
  return `${open.used.mode} in use, ${open.alongside.mode} alongside; to go over to it: ${openText(over)}; to close it: ${openText(closed)}`;
}

/** As a stack file says it. */
export function openText({ used, alongside }: Open): string {
  const { mode, listeners } = used;
  return `security.mode=${mode}, listeners=${portsText(listeners)}, security.alongside=${alongside === null ? "null" : doorsText(alongside)}`;
}

const portsText = (ports: ListenerPorts): string =>
  `{ ${PURPOSES.map((one) => `${one}: { port: ${ports[one].port} }`).join(", ")} }`;
const doorsText = ({ mode, listeners }: Alongside): string => `{ mode: ${mode}, listeners: ${portsText(listeners)} }`;
