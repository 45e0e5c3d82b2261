/** A broker emptied and another filled: the agent's reassignment against Kafka's own tool with the very same plan. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openCluster } from "../../agent/connection.ts";
import type { ReassignReport } from "../../agent/reassign/role.ts";
import { observeCluster } from "../../agent/reassign/state.ts";
import { withAdmin } from "../../test/support/kafkaFacts.ts";
import { startBrokers } from "../brokers.ts";
import { inTurns, type Measurement, median, type Row, ratio, seconds } from "../row.ts";
import { inTemporaryFolder, java, kafkaHome, SMALL_LOGS, timed, writeAgent } from "../tools.ts";

const PARTITIONS = 600;
const BYTES = 10_240;
const RECORDS = 6_000;
const ROUNDS = 3;
const GOAL = 1.1;
const TOPIC = "moved";
const TOOL = "org.apache.kafka.tools.reassign.ReassignPartitionsCommand";

export const reassign: Row = {
  name: "reassign",
  run: (say) => inTemporaryFolder((folder) => measure(folder, say)),
};

/** Milliseconds of each direction. */
interface Times {
  readonly drain: number;
  readonly spread: number;
}
type Mover = (address: string, brokers: number) => Promise<number>;

async function measure(folder: string, say: (line: string) => void): Promise<Measurement[]> {
  const home = await kafkaHome(join(folder, "kafka"), say);
  const agent = writeAgent(folder);

  const run = (address: string, brokers: number, ...further: string[]) => {
    const args = ["reassign", "--brokers", address, "--replicas", String(brokers), "--json", ...further];
    return timed(process.execPath, [agent, ...args, "--termination-log", join(folder, "last-words")], {
      codes: [0, 2],
    });
  };
  const ours: Mover = async (address, brokers) => (await run(address, brokers)).milliseconds;
  const theirs: Mover = async (address, brokers) => {
    const { moves } = JSON.parse((await run(address, brokers, "--dry-run")).stdout) as ReassignReport;
    const partitions = moves.map(({ topic, partition, replicas }) => ({ topic, partition, replicas }));
    const plan = join(folder, "plan.json");
    writeFileSync(plan, JSON.stringify({ version: 1, partitions }));
    const tool = [TOOL, "--bootstrap-server", address, "--reassignment-json-file", plan];
    const start = performance.now();
    await java(home, [...tool, "--execute"]);
    await untilNothingMoves(address);
    await java(home, [...tool, "--verify"]);
    return performance.now() - start;
  };

  const round = async (what: string, move: Mover): Promise<Times> => {
    const place = { folder: join(folder, "brokers"), libs: join(home, "libs"), count: 3, heap: "512m" };
    const brokers = await startBrokers({ ...place, properties: SMALL_LOGS });
    try {
      const [address = ""] = brokers.addresses;
      await fill(home, address);
      const times = { drain: await move(address, 2), spread: await move(address, 3) };
      say(`${what}: drain ${seconds(times.drain)}, spread ${seconds(times.spread)}`);
      return times;
    } finally {
      await brokers.stop();
    }
  };
  const all: { readonly agent: Times[]; readonly tool: Times[] } = { agent: [], tool: [] };
  await inTurns(
    ROUNDS,
    async () => all.agent.push(await round("agent", ours)),
    async () => all.tool.push(await round("kafka-reassign-partitions.sh", theirs)),
  );
  const row = (direction: keyof Times, what: string): Measurement => {
    const [mine, bare] = [
      median(all.agent.map((one) => one[direction])),
      median(all.tool.map((one) => one[direction])),
    ];
    return {
      what,
      figure: ratio(mine, bare),
      goal: `≤ ${GOAL}×`,
      met: mine / bare <= GOAL,
      how:
        `Medians of ${ROUNDS} rounds, in turns, on three new KRaft brokers with ${PARTITIONS} partitions of two replicas ` +
        `and ${Math.round((BYTES * RECORDS) / 1e6)} MB, unthrottled. Whole processes; the tool gets the agent's plan: ` +
        "`--execute`, a look five times a second until nothing moves, and one `--verify`.",
    };
  };
  return [
    row("drain", `One of three brokers emptied of ${PARTITIONS} partitions, against \`kafka-reassign-partitions.sh\``),
    row("spread", "The same broker filled again with its share"),
  ];
}

/** A topic whose every partition has a replica on broker 2, with some records in each. */
async function fill(home: string, address: string): Promise<void> {
  const assignments = Array.from({ length: PARTITIONS }, (_, partition) => ({
    partition,
    brokers: partition % 2 === 0 ? [2, partition % 4 === 0 ? 0 : 1] : [partition % 4 === 1 ? 0 : 1, 2],
  }));
  await withAdmin({ brokers: [address] }, (admin) =>
    admin.createTopics({ topics: [TOPIC], partitions: -1, replicas: -1, assignments }),
  );
  const size = ["--record-size", String(BYTES), "--num-records", String(RECORDS), "--throughput", "-1"];
  const producer = ["--producer-props", `bootstrap.servers=${address}`, "acks=all"];
  await java(home, ["org.apache.kafka.tools.ProducerPerformance", "--topic", TOPIC, ...size, ...producer]);
}

async function untilNothingMoves(address: string): Promise<void> {
  const cluster = openCluster({ brokers: [address], security: { protocol: "PLAINTEXT" } });
  try {
    while ((await observeCluster(cluster)).partitions.some(({ moving }) => moving)) await sleep(200);
  } finally {
    await cluster.close();
  }
}
