/** The provider's connection: its settings, and the cluster if one answers. */
import type { Engine } from "../engine.ts";
import type { Resource } from "../protocol.ts";
import { text, type Values } from "../values.ts";
import { pathOf, type Write } from "./apply.ts";
import type { Waiting } from "./await/wait.ts";
import { type Client, makeClient, NoSuchKind } from "./client.ts";
import { loadAccess } from "./kubeconfig.ts";
import { readSettings, type Settings } from "./settings.ts";

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export interface Session {
  readonly settings: Settings;
  /** Undefined while no cluster answers; previews then predict from the inputs alone. */
  readonly client: Client | undefined;
  /** Why there is no client. */
  readonly unreachable: string;
}

export const UNCONFIGURED: Session = { settings: readSettings({}), client: undefined, unreachable: "not configured" };

/** Connects as the configuration says. A cluster that does not answer is a warning: the operations that need it fail. */
export async function openSession(config: Values, engine: Engine): Promise<Session> {
  const settings = readSettings(config);
  try {
    const access = loadAccess(settings.kubeconfig, settings.choice);
    const client = makeClient(access);
    await client.send("GET", "/version", { signal: AbortSignal.timeout(30_000) });
    return { settings: { ...settings, namespace: settings.namespace || access.namespace }, client, unreachable: "" };
  } catch (error) {
    engine.log("warning", "", `configured Kubernetes cluster is unreachable: ${reasonOf(error)}`);
    return { settings, client: undefined, unreachable: reasonOf(error) };
  }
}

/** The client; throws when no cluster answers. */
export function reach(session: Session): Client {
  if (session.client) return session.client;
  throw new Error(`configured Kubernetes cluster is unreachable: ${session.unreachable}`);
}

/** Whether a kind lives in namespaces. Kinds that the cluster does not know (yet) count as if. */
export async function isNamespaced(session: Session, object: Values): Promise<boolean> {
  if (!session.client) return text(object, "kind") !== "Namespace";
  try {
    return (await session.client.scope(text(object, "apiVersion"), text(object, "kind"))).namespaced;
  } catch (error) {
    if (error instanceof NoSuchKind) return true;
    throw error;
  }
}

/** The live object of that kind, namespace and name. */
export async function getLive(session: Session, object: Values, name?: string): Promise<Values> {
  const client = reach(session);
  return client.send("GET", await pathOf(client, object, name));
}

export const isPatch = (on: Resource): boolean => on.type.endsWith("Patch");

/** Statuses of one resource for the terminal; a repeated one is not sent again. */
function statuses(on: Resource): (message: string) => void {
  let last = "";
  return (message) => {
    if (message !== last) on.engine.status(on.urn, message);
    last = message;
  };
}

export function writing(session: Session, on: Resource, manager: string, dryRun: boolean): Write {
  return { client: reach(session), fieldManager: manager, dryRun, status: statuses(on) };
}

/** `timeout` in seconds. */
export function waiting(session: Session, on: Resource, timeout: number): Waiting {
  return { client: reach(session), signal: on.signal, timeout, status: statuses(on) };
}
