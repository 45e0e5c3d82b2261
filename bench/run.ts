/** `npm run bench [-- row …]`: measures, prints the table and writes it into docs/performance.md. */
import { Command } from "commander";
import { writeTable } from "./report.ts";
import type { Measurement, Row } from "./row.ts";
import { createTopics } from "./rows/createTopics.ts";
import { noChange } from "./rows/noChange.ts";
import { preview } from "./rows/preview.ts";
import { reassign } from "./rows/reassign.ts";
import { roll } from "./rows/roll.ts";
import { security } from "./rows/security.ts";
import { sidecar } from "./rows/sidecar.ts";
import { start } from "./rows/start.ts";

const rows: readonly Row[] = [start, preview, createTopics, noChange, sidecar, security, reassign, roll];

const program = new Command("bench")
  .description("Measures the rows of docs/performance.md on this machine, side by side")
  .argument("[rows...]", `which rows: ${rows.map((row) => row.name).join(", ")}; default all`)
  .option("--no-write", "only print; leave docs/performance.md as it is")
  .parse();

const { write } = program.opts<{ write: boolean }>();
const unknown = program.args.filter((name) => !rows.some((row) => row.name === name));
if (unknown.length > 0)
  program.error(`error: no row ${unknown.join(", ")}; expected ${rows.map((row) => row.name).join(", ")}`);

const measured: Measurement[] = [];
for (const row of rows.filter(({ name }) => program.args.length === 0 || program.args.includes(name))) {
  console.log(`${row.name} …`);
  measured.push(
    ...(await row.run((line) => {
      console.log(`  ${line}`);
    })),
  );
}
for (const { what, figure, goal, met } of measured) {
  console.log(goal === undefined ? `  ${what}: ${figure}` : `${met ? "✓" : "✗"} ${what}: ${figure}, goal ${goal}`);
}
if (write) writeTable(measured);
