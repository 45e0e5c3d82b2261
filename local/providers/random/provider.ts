/** The random provider: a result is drawn once, kept in the state, and drawn anew when any input changes. */
import type { Change, Diff, Failure, Provider, Resource } from "../protocol.ts";
import { hasUnknown, plain, same, UNKNOWN, type Value, type Values } from "../values.ts";
import { KINDS, type Kind } from "./resources.ts";

function kindOf(type: string): Kind {
  const kind = KINDS[type];
  if (kind) return kind;
  const known = Object.keys(KINDS).map((token) => token.split(":")[2]);
  throw new Error(
    `${type}: not offered by the stand-in; expected one of ${known.join(", ")}. Install the real plugin to use it.`,
  );
}

/** The inputs with defaults filled in, so that leaving a default out is no change. */
function complete(kind: Kind, inputs: Values): Values {
  const defaults = Object.entries(kind.inputs).filter(
    (entry): entry is [string, string | number | boolean] => entry[1] !== undefined,
  );
  return { ...Object.fromEntries(defaults), ...inputs };
}

/** The inputs that a request may hold but this kind does not know. */
function refused(kind: Kind, inputs: Values): Failure[] {
  const known = [...Object.keys(kind.inputs), "keepers"];
  const unknown = Object.keys(inputs).filter((key) => !known.includes(key) && !key.startsWith("__"));
  return [
    ...kind.required
      .filter((key) => (inputs[key] ?? null) === null)
      .map((property) => ({ property, reason: "missing; it must be given" })),
    ...unknown.map((property) => ({
      property,
      reason: `not offered by the stand-in; expected one of ${known.join(", ")}`,
    })),
  ];
}

/** Every changed input replaces the resource. */
export function diff(type: string, olds: Values, news: Values): Diff {
  const kind = kindOf(type);
  const [before, after] = [plain(complete(kind, olds)), plain(complete(kind, news))] as [Values, Values];
  const changes = new Map<string, Change>();
  for (const key of [...Object.keys(kind.inputs), "keepers"]) {
    const [old, now]: [Value | undefined, Value | undefined] = [before[key], after[key]];
    if (same(old, now)) continue;
    changes.set(key, { kind: old === undefined ? "add" : now === undefined ? "delete" : "update", replace: true });
  }
  return { changes, deleteBeforeReplace: false };
}

/** Draws the result. In a preview, or over inputs that are not known yet, the results are unknown. */
export function create(type: string, given: Values, preview: boolean): { id: string; outputs: Values } {
  const kind = kindOf(type);
  const inputs = complete(kind, given);
  if (preview || hasUnknown(inputs)) {
    return { id: "", outputs: { ...inputs, ...Object.fromEntries(kind.results.map((key) => [key, UNKNOWN])) } };
  }
  const { id, outputs } = kind.draw(plain(inputs) as Values);
  return { id, outputs: { ...inputs, ...outputs } };
}

export const random: Provider = {
  version: "4.21.2",
  configure: () => Promise.resolve(),
  check: (on: Resource, _olds, inputs) =>
    Promise.resolve({ inputs, failures: refused(kindOf(on.type), plain(inputs) as Values) }),
  diff: (on, olds, news) => Promise.resolve(diff(on.type, olds, news)),
  create: (on, inputs, _timeout, preview) => Promise.resolve(create(on.type, inputs, preview)),
  read: (_on, id, inputs, state) => {
    if (Object.keys(state).length === 0)
      throw new Error(`${id}: a random value cannot be read back; the state holds it.`);
    return Promise.resolve({ id, inputs, outputs: state });
  },
  update: (on, { id }) => {
    throw new Error(`${id}: a ${on.type} has no update; every change replaces it.`);
  },
  remove: () => Promise.resolve(),
};
