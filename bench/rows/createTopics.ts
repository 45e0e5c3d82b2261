/** 1,000 topics created: the agent's reconcile against one createTopics call of the Java admin client and the shell tool. */
import { join } from "node:path";
import { startBrokers } from "../brokers.ts";
import { inTurns, type Measurement, median, type Row, ratio, seconds } from "../row.ts";
import { inTemporaryFolder, java, kafkaHome, makeAgent, SMALL_LOGS, timed, writeTopics } from "../tools.ts";

const TOPICS = 1000;
const PARTITIONS = 3;
const ROUNDS = 5;
const SHELL_TOPICS = 10;

export const createTopics: Row = {
  name: "create-topics",
  run: (say) => inTemporaryFolder((folder) => measure(folder, say)),
};

async function measure(folder: string, say: (line: string) => void): Promise<Measurement[]> {
  const home = await kafkaHome(join(folder, "kafka"), say);
  const libs = join(home, "libs");
  const source = join(import.meta.dirname, "../java/CreateTopics.java");
  await timed("javac", ["-cp", join(libs, "*"), "-d", folder, source]);
  const agent = makeAgent(folder);
  const topics = join(folder, "topics");
  writeTopics(topics, "topic-", TOPICS, PARTITIONS);

  /** Each measurement has a broker of its own, so that none sees what another one left to be cleaned up. */
  const onFreshBroker = async <T>(work: (address: string) => Promise<T>): Promise<T> => {
    const brokers = await startBrokers({ folder: join(folder, "broker"), libs, properties: SMALL_LOGS });
    try {
      return await work(brokers.addresses[0] ?? "");
    } finally {
      await brokers.stop();
    }
  };
  const ours = () =>
    onFreshBroker(async (address) => {
      const { own } = await agent(topics, address);
      say(`agent: ${seconds(own)}`);
      return own;
    });
  const theirs = () =>
    onFreshBroker(async (address) => {
      const args = ["-cp", `${join(libs, "*")}:${folder}`, "CreateTopics", address, "topic-"];
      const { stdout } = await timed("java", [...args, String(TOPICS), String(PARTITIONS)]);
      const own = Number(stdout.trim().split("\n").at(-1));
      say(`Java admin client: ${seconds(own)}`);
      return own;
    });
  const shell = async (address: string): Promise<number> => {
    const names = Array.from({ length: SHELL_TOPICS }, (_, number) => `shell-${number}`);
    const start = performance.now();
    for (const name of names) {
      const create = ["--create", "--topic", name, "--partitions", String(PARTITIONS), "--replication-factor", "1"];
      const configs = ["--config", "min.insync.replicas=1", "--config", "retention.ms=86400000"];
      const tool = "org.apache.kafka.tools.TopicCommand";
      await java(home, [tool, "--bootstrap-server", address, ...create, ...configs]);
    }
    const total = performance.now() - start;
    say(`kafka-topics.sh, ${SHELL_TOPICS} topics: ${seconds(total)}`);
    return (total / SHELL_TOPICS) * TOPICS;
  };

  // One run each that does not count: the file system gets warm.
  await theirs();
  await ours();
  const [agentTimes, javaTimes] = await inTurns(ROUNDS, ours, theirs);
  const [mine, reference, loop] = [median(agentTimes), median(javaTimes), await onFreshBroker(shell)];
  const what = `${TOPICS.toLocaleString("en")} topics of ${PARTITIONS} partitions and two configs`;
  return [
    {
      what: `Reconcile that creates ${what}, against one \`createTopics\` call of the Java admin client`,
      figure: ratio(mine, reference),
      goal: "≤ 1.5×",
      met: mine / reference <= 1.5,
      how:
        `Medians of ${ROUNDS} runs in turns, each on a new KRaft broker. Both from opening the connection until every ` +
        "partition has a leader, without the start of Node or the JVM. The agent's time includes looking, planning and a " +
        "rehearsal of the whole plan.",
    },
    {
      what: "The same, against `kafka-topics.sh --create` once a topic",
      figure: ratio(mine, loop),
      goal: "≤ 0.05×",
      met: mine / loop <= 0.05,
      how: `${SHELL_TOPICS} topics by the shell tool, scaled to ${TOPICS.toLocaleString("en")}; its JVM starts are what it costs.`,
    },
  ];
}
