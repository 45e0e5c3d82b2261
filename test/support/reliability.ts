/**
 * What clients saw of each event that the cluster tier puts a running platform through. Tests leave one file an event in
 * dist/reliability; `npm run reliability` writes them into docs/reliability.md, where events that were not run keep theirs.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withRows } from "../../docs/table.ts";
import type { LoadReport } from "./load.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = join(root, "dist", "reliability");
const page = join(root, "docs", "reliability.md");

/** A row of the page. */
export interface Event {
  readonly event: string;
  readonly acknowledged: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
  readonly longestGapMs: number;
}

/** Leaves what the load saw for the page. */
export function recordEvent(event: string, report: LoadReport): void {
  const { acknowledged, lost, duplicates, outOfOrder, longestGapMs } = report;
  const row: Event = {
    event,
    acknowledged,
    lost: lost.length,
    duplicates: duplicates.length,
    outOfOrder: outOfOrder.length,
    longestGapMs,
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(
      folder,
      `${event
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, "-")
        .replace(/^-|-$/g, "")}.json`,
    ),
    JSON.stringify(row),
  );
}

/** The page with the rows of these events. */
export function withEvents(text: string, events: readonly Event[]): string {
  const rows = events.map(({ event, acknowledged, lost, duplicates, outOfOrder, longestGapMs }) => [
    event,
    ...[acknowledged, lost, duplicates, outOfOrder].map(String),
    `${(longestGapMs / 1000).toFixed(1)} s`,
  ]);
  const head = [
    "| event | acknowledged | lost | twice | out of order | longest gap |",
    "|---|---|---|---|---|---|",
  ] as const;
  return withRows(text, "events", head, rows);
}

if (import.meta.main) {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const events = files.map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as Event);
  writeFileSync(page, withEvents(readFileSync(page, "utf8"), events));
  console.log(`docs/reliability.md: ${events.length} events.`);
}
