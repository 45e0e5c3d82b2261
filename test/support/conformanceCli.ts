#!/usr/bin/env node
/** `npm run conformance [-- --check]`: writes docs/conformance.md from dist/test-results, or says whether it is up to date. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import {
  claimsOf,
  proofsKept,
  proofsOf,
  type Register,
  renderConformance,
  type TestResult,
  unknownIds,
} from "./conformance.ts";

const root = join(import.meta.dirname, "..", "..");
const page = join(root, "docs", "conformance.md");
const results = join(root, "dist", "test-results");

const { check } = new Command("conformance")
  .description(
    "The state of every row of the register, from the last results of every test file. Files that did not run keep theirs.",
  )
  .option("--check", "write nothing; say what is not up to date, fail where the page claims what no test proves", false)
  .parse()
  .opts<{ check: boolean }>();

const register = JSON.parse(readFileSync(join(root, "docs", "register.json"), "utf8")) as Register;
const files = existsSync(results) ? readdirSync(results).filter((file) => file.endsWith(".json")) : [];
const tests = files.flatMap((file) => JSON.parse(readFileSync(join(results, file), "utf8")) as TestResult[]);
const ran = new Set(tests.map(({ file }) => file));
const isOver = (file: string): boolean => ran.has(file) || !existsSync(join(root, file));
const written = existsSync(page) ? readFileSync(page, "utf8") : "";
const current = renderConformance(register, proofsKept(written, isOver), proofsOf(tests));

const strangers = unknownIds(register, tests);
if (strangers.length > 0) {
  console.error(`Test titles name rows that the register does not have: ${strangers.join(", ")}`);
  process.exitCode = 1;
} else if (check && current !== written) {
  const [before, after] = [claimsOf(written), claimsOf(current)];
  const overclaimed = [...before].filter((claim) => !after.has(claim)).map((claim) => `- ${claim}`);
  const unclaimed = [...after].filter((claim) => !before.has(claim)).map((claim) => `+ ${claim}`);
  console.error(
    ["docs/conformance.md is not up to date; run `npm run conformance`:", ...overclaimed, ...unclaimed].join("\n"),
  );
  // A page that says less than the tests prove is late; one that says more is false.
  if (overclaimed.length > 0) process.exitCode = 1;
} else if (!check) {
  writeFileSync(page, current);
  console.log(`docs/conformance.md: ${/^All .*$/m.exec(current)?.[0] ?? ""} Test files that ran: ${ran.size}.`);
} else {
  console.log("docs/conformance.md is up to date.");
}
