/** `npm start` with warm caches, from no cluster at all to the first records read back. */
import { join } from "node:path";
import { PROJECT_ROOT } from "../../deploy/engine.ts";
import { cacheFolder } from "../../local/cache.ts";
import { readStatus } from "../../local/cluster/status.ts";
import { type Measurement, median, type Row, seconds } from "../row.ts";
import { timed } from "../tools.ts";

const ROUNDS = 3;
const GOAL_MS = 60_000;

export const start: Row = { name: "start", run: measure };

async function measure(say: (line: string) => void): Promise<Measurement[]> {
  const { parts } = await readStatus(cacheFolder());
  if (parts.some(({ pid }) => pid !== undefined)) {
    throw new Error(
      "the row `start` needs this machine's own cluster down: run `npm run local -- down`, which deletes its data",
    );
  }
  const node = (...args: string[]) => timed(process.execPath, args, { cwd: PROJECT_ROOT });
  const figures: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    try {
      const { milliseconds } = await node(join("deploy", "start.ts"));
      say(`npm start: ${seconds(milliseconds)}`);
      figures.push(milliseconds);
    } finally {
      await node(join("local", "cli.ts"), "down");
    }
  }
  return [
    {
      what: "`npm start`, warm, to the first records read back",
      figure: seconds(median(figures)),
      goal: `≤ ${GOAL_MS / 1000} s`,
      met: median(figures) <= GOAL_MS,
      how:
        `Median of ${ROUNDS} whole runs, each from a machine without a cluster: what is built once is there, the control ` +
        "plane, the images, the engine's state and the stack are not.",
    },
  ];
}
