/** The table of docs/performance.md: a measured row replaces its line, the others stay. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withRows } from "../docs/table.ts";
import type { Measurement } from "./row.ts";

const FILE = join(import.meta.dirname, "../docs/performance.md");

/** Puts the measurements into the table between the two `bench` comments. */
export function writeTable(measured: readonly Measurement[]): void {
  const rows = measured.map(({ what, figure, goal, met, how }) => [
    what,
    figure,
    goal ?? "none",
    goal === undefined ? "" : met ? "met" : "not met",
    how,
  ]);
  const head = ["| what | measured | goal | | how |", "|---|---|---|---|---|"] as const;
  writeFileSync(FILE, withRows(readFileSync(FILE, "utf8"), "bench", head, rows));
}
