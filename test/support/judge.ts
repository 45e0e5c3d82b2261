/** What a log says about what was acknowledged: nothing lost, nothing twice, in order per key. */
import assert from "node:assert/strict";
import type { LoadReport } from "./load.ts";
import { recordEvent } from "./reliability.ts";
import type { LogRecord } from "./topicReader.ts";

/** A record that a producer sent; values of a key are numbers that grow. */
export type Sent = Pick<LogRecord, "key" | "value">;

export interface Findings {
  /** Acknowledged and not in the log, as `key=value`. */
  readonly lost: readonly string[];
  /** More than once in the log, acknowledged or not. */
  readonly duplicates: readonly string[];
  /** After a later record of their key. */
  readonly outOfOrder: readonly string[];
}

/**
 * Compares what was acknowledged with what is there.
 * @param log in offset order within each partition
 */
export function judge(acknowledged: readonly Sent[], log: readonly LogRecord[]): Findings {
  const present = new Set<string>();
  const latest = new Map<string, number>();
  const duplicates: string[] = [];
  const outOfOrder: string[] = [];
  for (const { key, value } of log) {
    const name = `${key}=${value}`;
    const number = Number(value);
    if (present.has(name)) duplicates.push(name);
    else if (number < (latest.get(key) ?? -1)) outOfOrder.push(name);
    present.add(name);
    latest.set(key, Math.max(number, latest.get(key) ?? -1));
  }
  const lost = acknowledged.map(({ key, value }) => `${key}=${value}`).filter((name) => !present.has(name));
  return { lost, duplicates, outOfOrder };
}

/**
 * Asserts that a load went through unharmed: at least so many records, none lost, doubled, out of order or unseen.
 * @param event what the load went through, as docs/reliability.md lists it
 */
export function assertUnharmed(report: LoadReport, atLeast: number, event?: string): void {
  if (event !== undefined) recordEvent(event, report);
  const { acknowledged, lost, duplicates, outOfOrder, missed, sendErrors, producerResets } = report;
  const few = (names: readonly string[]) => names.slice(0, 5);
  assert.deepEqual(
    {
      lost: few(lost),
      duplicates: few(duplicates),
      outOfOrder: few(outOfOrder),
      missed,
      sendErrors: few(sendErrors),
      producerResets,
    },
    { lost: [], duplicates: [], outOfOrder: [], missed: 0, sendErrors: [], producerResets: 0 },
    `of ${acknowledged} acknowledged records: ${lost.length} lost, ${duplicates.length} twice, ${outOfOrder.length} out of order`,
  );
  assert.ok(acknowledged >= atLeast, `${acknowledged} records acknowledged, expected at least ${atLeast}`);
}
