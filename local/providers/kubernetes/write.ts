/** Create and update: predict in a preview, else write, wait until ready, and return the state to keep. */
import { NotReady, type Resource, type UpdateRequest } from "../protocol.ts";
import { text, type Values } from "../values.ts";
import { apply, canPreview, create, forced, update } from "./apply.ts";
import { AwaitError, awaiterOf, timeoutOf, waitReady } from "./await/wait.ts";
import { isApiError } from "./client.ts";
import { checkpoint, fieldManager, idOf, normalise, toObject } from "./objects.ts";
import { getLive, isPatch, reach, reasonOf, type Session, waiting, writing } from "./session.ts";

type Outputs = (live: Values) => Values;

export function withoutStatus(object: Values): Values {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== "status"));
}

/** Waits for an object that was just written. A failed wait throws, with the state, so that the next update resumes. */
async function settle(
  session: Session,
  on: Resource,
  made: Values,
  timeout: number,
  outputs: Outputs,
  failure: string,
): Promise<Values> {
  const awaiter = awaiterOf(made);
  if (!awaiter) return outputs(made);
  try {
    const limit = timeoutOf(made, timeout, awaiter.timeout);
    return outputs(await waitReady(waiting(session, on, limit), awaiter, made));
  } catch (error) {
    const [object, reasons] = error instanceof AwaitError ? [error.object, error.reasons] : [made, []];
    throw new NotReady(`${failure}: ${reasonOf(error)}`, idOf(object), outputs(object), reasons);
  }
}

/**
 * Errors of a dry run that say nothing about the update: not allowed to try, the object is still there because its
 * deletion is part of the same update, or the namespace is not there yet.
 */
function saysNothing(error: unknown): boolean {
  const missing = isApiError(error, "NotFound") && text(error.status, "details", "kind") === "namespaces";
  return missing || isApiError(error, "Forbidden", "AlreadyExists");
}

export async function createObject(
  session: Session,
  on: Resource,
  given: Values,
  timeout: number,
  preview: boolean,
): Promise<{ id: string; outputs: Values }> {
  const inputs = normalise(toObject(given));
  const blind = preview && (!session.client || isPatch(on) || !(await canPreview(session.client, inputs)));
  if (blind) return { id: "", outputs: given };
  const origin = { fieldManager: fieldManager(inputs, {}), apiVersion: text(inputs, "apiVersion") };
  const outputs: Outputs = (live) => checkpoint(inputs, live, given, origin);
  const write = writing(session, on, origin.fieldManager, preview);
  let made: Values;
  try {
    made = await (isPatch(on) ? apply(write, inputs, forced(inputs)) : create(write, inputs));
  } catch (error) {
    if (preview && saysNothing(error)) return { id: "", outputs: given };
    const reason = reasonOf(error);
    throw new Error(`resource "${on.urn}" was not successfully created by the Kubernetes API server: ${reason}`);
  }
  if (preview) return { id: "", outputs: outputs(withoutStatus(made)) };
  if (inputs["kind"] === "CustomResourceDefinition") reach(session).forgetKinds();
  const failure = `resource "${on.urn}" was successfully created, but the Kubernetes API server reported that it failed to fully initialize or become live`;
  return { id: idOf(made), outputs: await settle(session, on, made, timeout, outputs, failure) };
}

export async function updateObject(session: Session, on: Resource, request: UpdateRequest): Promise<Values> {
  const { id, olds, news, preview } = request;
  const inputs = normalise(toObject(news));
  if (preview && (!session.client || !(await canPreview(session.client, inputs)))) return news;
  const origin = {
    fieldManager: fieldManager(inputs, olds),
    apiVersion: text(olds, "__initialApiVersion") || text(inputs, "apiVersion"),
  };
  const outputs: Outputs = (live) => checkpoint(inputs, live, news, origin);
  const failure = `the Kubernetes API server reported that "${id}" failed to fully initialize or become live`;
  let made: Values;
  try {
    const write = writing(session, on, origin.fieldManager, preview);
    made = await update(write, inputs, request.ignore, isPatch(on));
  } catch (error) {
    if (preview && isApiError(error, "Forbidden")) return news;
    const live = await getLive(session, inputs).catch(() => undefined);
    if (!live) throw new Error(`update of resource "${on.urn}" failed: ${reasonOf(error)}`);
    throw new NotReady(`${failure}: ${reasonOf(error)}`, id, outputs(live), []);
  }
  if (preview) return outputs(withoutStatus(made));
  return settle(session, on, made, request.timeout, outputs, failure);
}
