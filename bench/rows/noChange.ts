/** A reconcile of 10,000 topics that finds nothing to do: what every drift check of a large platform costs. */
import { join } from "node:path";
import { startBrokers } from "../brokers.ts";
import { type Measurement, median, type Row, seconds } from "../row.ts";
import { inTemporaryFolder, kafkaHome, makeAgent, SMALL_LOGS, writeTopics } from "../tools.ts";

const TOPICS = 10_000;
const ROUNDS = 5;
const GOAL_MS = 3_000;

export const noChange: Row = {
  name: "no-change",
  run: (say) => inTemporaryFolder((folder) => measure(folder, say)),
};

async function measure(folder: string, say: (line: string) => void): Promise<Measurement[]> {
  const home = await kafkaHome(join(folder, "kafka"), say);
  const agent = makeAgent(folder);
  const topics = join(folder, "topics");
  writeTopics(topics, "topic-", TOPICS, 1);
  const place = { folder: join(folder, "broker"), libs: join(home, "libs"), heap: "2g" };
  const brokers = await startBrokers({ ...place, properties: SMALL_LOGS });
  const address = brokers.addresses[0] ?? "";
  try {
    say(`created ${TOPICS} topics: ${seconds((await agent(topics, address)).own)}`);
    const figures: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { milliseconds, own } = await agent(topics, address);
      say(`nothing to do: ${seconds(milliseconds)}, ${seconds(own)} without the start of Node`);
      figures.push(milliseconds);
    }
    return [
      {
        what: `Reconcile of ${TOPICS.toLocaleString("en")} topics with nothing to do`,
        figure: seconds(median(figures)),
        goal: `≤ ${GOAL_MS / 1000} s`,
        met: median(figures) <= GOAL_MS,
        how: `Median of ${ROUNDS} whole runs of the agent's process, its start included, on one KRaft broker with small segments.`,
      },
    ];
  } finally {
    await brokers.stop();
  }
}
