/** Writing objects to the API server: create, server-side apply, release, delete. */
import { setTimeout as sleep } from "node:timers/promises";
import { hasUnknown, list, same, text, type Values } from "../values.ts";
import { type Client, isApiError, NoSuchKind } from "./client.ts";
import { keepIgnored, ownedByApply } from "./managed.ts";

export interface Write {
  readonly client: Client;
  readonly fieldManager: string;
  readonly dryRun: boolean;
  /** What a retry is about, for the terminal. */
  readonly status: (message: string) => void;
}

const namespaceOf = (object: Values): string => text(object, "metadata", "namespace");
const nameOf = (object: Values): string => text(object, "metadata", "name");

export function pathOf(client: Client, object: Values, name = nameOf(object)): Promise<string> {
  return client.path(text(object, "apiVersion"), text(object, "kind"), namespaceOf(object), name);
}

function query(write: Write, extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    fieldManager: write.fieldManager,
    fieldValidation: "Warn",
    ...extra,
    ...(write.dryRun && { dryRun: "All" }),
  };
}

/** Repeats while the kind or the namespace does not exist yet: what makes it may be on its way in the same update. */
async function retried<T>(write: Write, act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      const early = error instanceof NoSuchKind || isApiError(error, "NotFound");
      if (!early || write.dryRun || attempt > 5) throw error;
      write.status(`Retry #${attempt}; creation failed: ${error.message}`);
      await sleep(500 * 2 ** attempt);
    }
  }
}

/** Creates an object. One that exists already is an error (AlreadyExists), never adopted. */
export function create(write: Write, object: Values): Promise<Values> {
  return retried(write, async () =>
    write.client.send("POST", await pathOf(write.client, object, ""), { body: object, query: query(write) }),
  );
}

/** Server-side apply. A conflict with another manager's fields is an error unless forced. */
export async function apply(write: Write, object: Values, force: boolean): Promise<Values> {
  try {
    return await write.client.send("PATCH", await pathOf(write.client, object), {
      body: object,
      contentType: "application/apply-patch+yaml",
      query: query(write, { force: `${force}` }),
    });
  } catch (error) {
    if (!isApiError(error, "Conflict")) throw error;
    throw new Error(
      `Server-Side Apply field conflict detected. The resource managed by field manager "${write.fieldManager}" had an apply conflict: ${error.message}`,
    );
  }
}

export const forced = (object: Values): boolean =>
  text(object, "metadata", "annotations", "pulumi.com/patchForce") === "true" ||
  process.env["PULUMI_K8S_ENABLE_PATCH_FORCE"] === "true";

async function takeOver(write: Write, live: Values): Promise<Values> {
  const before = list(live, "metadata", "managedFields");
  const after = ownedByApply(before, write.fieldManager);
  if (write.dryRun || same(before, after) || after.length === 0) return live;
  return write.client.send("PATCH", await pathOf(write.client, live), {
    contentType: "application/json-patch+json",
    body: [
      { op: "replace", path: "/metadata/managedFields", value: after },
      { op: "replace", path: "/metadata/resourceVersion", value: text(live, "metadata", "resourceVersion") },
    ],
  });
}

const isDefinition = (object: Values): boolean => object["kind"] === "CustomResourceDefinition";

/** Updates an object in place. A custom resource definition is replaced whole, as in the real provider. */
export async function update(
  write: Write,
  inputs: Values,
  ignore: readonly string[],
  isPatch: boolean,
): Promise<Values> {
  const path = await pathOf(write.client, inputs);
  const found = await write.client.send("GET", path);
  if (isDefinition(inputs)) {
    const metadata = { ...(inputs["metadata"] as Values), resourceVersion: text(found, "metadata", "resourceVersion") };
    return write.client.send("PUT", path, { body: { ...inputs, metadata }, query: query(write) });
  }
  const live = isPatch ? found : await takeOver(write, found);
  const wanted = keepIgnored(inputs, live, write.fieldManager, ignore);
  // A dry run takes nothing over, so it meets our own create as a foreign manager; the real update does not.
  const mine = list(live, "metadata", "managedFields");
  const meetsUs = write.dryRun && !same(mine, ownedByApply(mine, write.fieldManager));
  return apply(write, wanted, forced(inputs) || meetsUs);
}

/** Gives up the fields of a Patch resource: applies nothing in its manager's name. */
export async function release(write: Write, object: Values): Promise<void> {
  const bare = {
    apiVersion: text(object, "apiVersion"),
    kind: text(object, "kind"),
    metadata: { name: nameOf(object), ...(namespaceOf(object) !== "" && { namespace: namespaceOf(object) }) },
  };
  await apply(write, bare, true);
}

const PROPAGATION: Readonly<Record<string, string>> = {
  orphan: "Orphan",
  background: "Background",
  foreground: "Foreground",
};

/** Deletes an object and, unless its annotation says otherwise, first what it owns. False when it is gone already. */
export async function remove(client: Client, object: Values, inputs: Values): Promise<boolean> {
  const wish = text(inputs, "metadata", "annotations", "pulumi.com/deletionPropagationPolicy").toLowerCase();
  try {
    await client.send("DELETE", await pathOf(client, object), {
      body: { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: PROPAGATION[wish] ?? "Foreground" },
    });
    return true;
  } catch (error) {
    if (error instanceof NoSuchKind || isApiError(error, "NotFound")) return false;
    throw error;
  }
}

/** Whether a preview can ask the API server: all values known, and the kind exists. */
export async function canPreview(client: Client, inputs: Values): Promise<boolean> {
  if (hasUnknown(inputs)) return false;
  try {
    await client.scope(text(inputs, "apiVersion"), text(inputs, "kind"));
    return true;
  } catch (error) {
    if (error instanceof NoSuchKind) return false;
    throw error;
  }
}
