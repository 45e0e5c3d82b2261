/** What an awaited object is asked: pure functions over the object and the objects around it. */
import { isMap, list, type Value, type Values } from "../../values.ts";

export interface State {
  readonly ready: boolean;
  /** Waiting on is pointless: it will not become ready by itself. */
  readonly failed?: boolean;
  /** One line on how far it is. */
  readonly status: string;
  /** Why it is not ready, for the error. */
  readonly problems: readonly string[];
}

/** Other objects that tell about the awaited one: one by name, or those with labels. */
export interface Query {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name?: string;
  readonly labels?: string;
}

export interface Awaiter {
  /** Seconds until giving up, unless the resource says otherwise. */
  readonly timeout: number;
  /** Also asked, once and without waiting, when the object is read for a refresh. */
  readonly onRead: boolean;
  /** Problems of objects that are gone by the time of the error still count (pods of a failed Job). */
  readonly remembers?: boolean;
  related?(object: Values): Query | undefined;
  state(object: Values, related: readonly Values[]): State;
}

/** The condition of a type in `.status.conditions`. */
export function condition(object: Values, type: string): Values | undefined {
  return list(object, "status", "conditions")
    .filter(isMap)
    .find((entry) => entry["type"] === type);
}

export const isTrue = (found: Values | undefined): boolean => found?.["status"] === "True";

/** A label selector object as the API's query takes it. */
export function selectorQuery(selector: Value | undefined): string {
  if (!isMap(selector)) return "";
  const labels = isMap(selector["matchLabels"]) ? Object.entries(selector["matchLabels"]) : [];
  return labels.map(([key, value]) => `${key}=${value as string}`).join(",");
}
