/** Reading back and deleting. */
import { type Found, NotReady, type Resource } from "../protocol.ts";
import { isMap, text, type Values } from "../values.ts";
import { release, remove } from "./apply.ts";
import { AwaitError, awaiterOf, stateNow, timeoutOf, waitGone } from "./await/wait.ts";
import { isApiError, NoSuchKind } from "./client.ts";
import { annotate, checkpoint, fieldManager, normalise, parseCheckpoint, prune, toObject } from "./objects.ts";
import { getLive, isPatch, reach, type Session, waiting, writing } from "./session.ts";
import { withoutStatus } from "./write.ts";

const isGone = (error: unknown): boolean => error instanceof NoSuchKind || isApiError(error, "NotFound");

/** The kind behind a type token, e.g. `kubernetes:apps/v1:StatefulSet`; the group `core` is the one without a name. */
export function kindOf(type: string): { apiVersion: string; kind: string } {
  const [, module = "", kind = ""] = type.split(":");
  return { apiVersion: module.replace(/^core\//, ""), kind: kind.replace(/Patch$/, "") };
}

/** The inputs of an object that was not ours so far: all that is not status or bookkeeping of the API server. */
function adopted(live: Values): Values {
  const inputs = withoutStatus(normalise(live));
  const metadata = isMap(inputs["metadata"]) ? inputs["metadata"] : {};
  const annotations = isMap(metadata["annotations"]) ? Object.entries(metadata["annotations"]) : [];
  const own = annotations.filter(
    ([key]) => !["deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration"].includes(key),
  );
  const rest = Object.entries(metadata).filter(([key]) => key !== "annotations");
  const kept: Values = Object.fromEntries(own.length > 0 ? [...rest, ["annotations", Object.fromEntries(own)]] : rest);
  return { ...inputs, metadata: kept };
}

/**
 * The object as it is, and the inputs as they would be if they said so: where somebody else changed a field of ours, the
 * next preview shows it. Undefined when the object is gone; throws NotReady for one that exists but is not ready.
 */
export async function readObject(
  session: Session,
  on: Resource,
  id: string,
  given: Values,
  state: Values,
): Promise<Found | undefined> {
  if (!session.client) {
    if (session.settings.deleteUnreachable) return undefined;
    throw new Error(
      `failed to read resource state due to unreachable cluster: ${session.unreachable}. If the cluster was deleted, set PULUMI_K8S_DELETE_UNREACHABLE=true to drop its resources from the state.`,
    );
  }
  const known = normalise(toObject(given));
  const isNew = text(known, "kind") === "";
  const slash = id.lastIndexOf("/");
  const kind = isNew ? kindOf(on.type) : { apiVersion: text(known, "apiVersion"), kind: text(known, "kind") };
  const place = {
    ...kind,
    metadata: { namespace: slash > 0 ? id.slice(0, slash) : text(known, "metadata", "namespace") },
  };
  let live: Values;
  try {
    live = await getLive(session, place, id.slice(slash + 1));
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
  const inputs = isNew ? adopted(live) : (prune(live, known) as Values);
  const origin = {
    fieldManager: fieldManager(inputs, state),
    apiVersion: text(state, "__initialApiVersion") || text(live, "apiVersion"),
  };
  const found = { id, inputs: annotate(inputs, given), outputs: checkpoint(inputs, live, given, origin) };
  const awaiter = isNew || isPatch(on) ? undefined : awaiterOf(live);
  if (!awaiter?.onRead) return found;
  const { ready, problems } = await stateNow(session.client, awaiter, live);
  if (ready) return found;
  const message = `Resource '${text(live, "metadata", "name")}' was created but failed to initialize`;
  throw new NotReady(message, id, found.outputs, problems, found.inputs);
}

/** Deletes the object and waits until it is gone. A Patch resource only gives up its fields. */
export async function removeObject(
  session: Session,
  on: Resource,
  id: string,
  state: Values,
  timeout: number,
): Promise<void> {
  if (!session.client && session.settings.deleteUnreachable) return;
  const client = reach(session);
  const { inputs, live } = parseCheckpoint(state);
  if (isPatch(on)) {
    const write = writing(session, on, fieldManager(inputs, state), false);
    await release(write, live).catch((error: unknown) => {
      if (!isGone(error)) throw error;
    });
    return;
  }
  const removed = await remove(client, live, inputs);
  if (!removed || text(inputs, "metadata", "annotations", "pulumi.com/skipAwait") === "true") return;
  try {
    await waitGone(waiting(session, on, timeoutOf(inputs, timeout, 600)), live);
  } catch (error) {
    if (!(error instanceof AwaitError)) throw error;
    throw new NotReady(error.message, id, { ...state, ...error.object }, error.reasons);
  }
}
