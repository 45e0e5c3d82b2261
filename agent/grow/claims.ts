/** Volume claims as the API server tells of them, and what to do about each: pure. */
import { humanBytes, quantityBytes } from "../../kafka/units.ts";

/** The part of a PersistentVolumeClaim that growth is about. */
export interface Claim {
  readonly spec?: { readonly resources?: { readonly requests?: { readonly storage?: string } } };
  readonly status?: {
    readonly phase?: string;
    readonly capacity?: { readonly storage?: string };
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}

export interface Wanted {
  readonly name: string;
  /** Kubernetes quantity, e.g. `500Gi`. */
  readonly size: string;
}

export type Step =
  | { readonly kind: "done" }
  /** Asked for less than is wanted: to be patched. */
  | { readonly kind: "grow"; readonly from: string }
  /** On its way; `why` says what it waits for. */
  | { readonly kind: "wait"; readonly why: string };

/** What the next step for a claim is; undefined stands for one that does not exist yet. A claim never shrinks. */
export function nextStep({ size }: Wanted, claim: Claim | undefined): Step {
  if (!claim) return { kind: "wait", why: "it does not exist yet" };
  const wanted = bytes(size);
  const asked = claim.spec?.resources?.requests?.storage ?? "0";
  if (claim.status?.phase !== "Bound") {
    return { kind: "wait", why: `it is ${claim.status?.phase ?? "not bound"}, and only a bound claim grows` };
  }
  if (bytes(asked) < wanted) return { kind: "grow", from: asked };
  const has = bytes(claim.status.capacity?.storage ?? "0");
  if (has >= wanted) return { kind: "done" };
  const said = (claim.status.conditions ?? [])
    .filter(({ status }) => status === "True")
    .map(({ type, message }) => (message ? `${type}: ${message}` : type));
  const why = said.length > 0 ? said.join("; ") : "its storage class's provisioner has not answered";
  return { kind: "wait", why: `it has ${humanBytes(has)} of ${size}, ${why}` };
}

const bytes = (quantity: string): number => quantityBytes(quantity) ?? 0;

/**
 * Reads `name=size`.
 * @throws Error that names what was found
 */
export function parseWanted(text: string): Wanted {
  const [, name, size] = /^([a-z0-9][-a-z0-9.]*)=(\S+)$/.exec(text) ?? [];
  if (name === undefined || size === undefined || quantityBytes(size) === undefined) {
    throw new Error(`found ${JSON.stringify(text)}, expected claim=size such as data-kafka-0=500Gi`);
  }
  return { name, size };
}
