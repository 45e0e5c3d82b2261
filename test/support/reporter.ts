/**
 * mocha's spec reporter, plus what machines read: a plain `N passed, N failed` closing line, and one JSON file a tier with
 * every title and state (dist/test-results/<tier>.json), from which docs/conformance.md is made. A run takes the place of
 * what the files that it ran had left there, so that a tier of hours can be run file by file.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";

interface Result {
  readonly title: string;
  readonly file: string;
  readonly state: "passed" | "failed";
  readonly ms: number;
}

const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_RUN_END } = Mocha.Runner.constants;

export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const results: Result[] = [];
    const record = (state: Result["state"]) => (test: Mocha.Test) => {
      results.push({
        title: test.fullTitle(),
        file: (test.file ?? "").replace(`${process.cwd()}/`, ""),
        state,
        ms: test.duration ?? 0,
      });
    };
    runner.on(EVENT_TEST_PASS, record("passed"));
    runner.on(EVENT_TEST_FAIL, record("failed"));
    runner.once(EVENT_RUN_END, () => {
      const { tier } = (options.reporterOptions ?? {}) as { tier?: string };
      if (tier) {
        const folder = join(process.cwd(), "dist", "test-results");
        const path = join(folder, `${tier}.json`);
        mkdirSync(folder, { recursive: true });
        const earlier = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Result[]) : [];
        const ran = new Set(results.map(({ file }) => file));
        const kept = earlier.filter(({ file }) => !ran.has(file) && existsSync(file));
        writeFileSync(path, `${JSON.stringify([...kept, ...results], null, 2)}\n`);
      }
      const failed = results.filter((result) => result.state === "failed").length;
      console.log(`${results.length - failed} passed, ${failed} failed`);
    });
  }
}
