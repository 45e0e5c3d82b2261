/** The table of docs/performance.md: a measured row replaces its line, the others stay. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Measurement } from "./row.ts";

const FILE = join(import.meta.dirname, "../docs/performance.md");
const HEAD = ["| what | measured | goal | | how |", "|---|---|---|---|---|"];
const PLACE = /(<!-- bench -->\n)([\s\S]*?)(<!-- \/bench -->)/;

/** Puts the measurements into the table between the two `bench` comments. */
export function writeTable(measured: readonly Measurement[], file = FILE): void {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "# Performance\n\n<!-- bench -->\n<!-- /bench -->\n");
  }
  writeFileSync(file, withTable(readFileSync(file, "utf8"), measured));
}

/** @throws Error where the text has no place for the table */
export function withTable(text: string, measured: readonly Measurement[]): string {
  const place = PLACE.exec(text);
  if (!place) throw new Error("docs/performance.md: expected a table between <!-- bench --> and <!-- /bench -->");
  const lines = new Map<string, string>();
  for (const line of (place[2] ?? "").split("\n").slice(HEAD.length)) {
    const [what] = line.split("|").slice(1);
    if (what !== undefined) lines.set(what.trim(), line);
  }
  for (const { what, figure, goal, met, how } of measured) {
    lines.set(what, `| ${what} | ${figure} | ${goal} | ${met ? "met" : "not met"} | ${how} |`);
  }
  return text.replace(
    PLACE,
    (_, open: string, __, close: string) => `${open}${[...HEAD, ...lines.values()].join("\n")}\n${close}`,
  );
}
