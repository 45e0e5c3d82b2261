/** What a roll of three brokers costs beyond the stops and starts that it is made of, on pods of the embedded cluster. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { accepts, untilInSync } from "../../test/support/kafkaFacts.ts";
import { isReady, until } from "../../test/support/kube.ts";
import { PlatformUnderTest } from "../../test/support/platformUnderTest.ts";
import { STAGING, TOPICS } from "../../test/support/selfMonitor.ts";
import { inTurns, type Measurement, median, type Row, ratio, seconds } from "../row.ts";

const ROUNDS = 3;
const GOAL = 1.3;
const BROKERS = ["kafka-0", "kafka-1", "kafka-2"];
const LOOK_MS = 50;

export const roll: Row = { name: "roll", run: measure };

async function measure(say: (line: string) => void): Promise<Measurement[]> {
  const platform = await PlatformUnderTest.open("roll", STAGING);
  try {
    await platform.up();
    const whole: number[] = [];
    const ours = async (round: number): Promise<number> => {
      await untilInSync(platform.client, TOPICS);
      const begin = performance.now();
      const [roll] = await Promise.all([rolled(platform), platform.up({ kafka: { heap: `${260 + round}m` } })]);
      whole.push(performance.now() - begin);
      say(`roll: ${seconds(roll)}, the whole \`up\` ${seconds(whole.at(-1) ?? 0)}`);
      return roll;
    };
    const bare = async (): Promise<number> => {
      let sum = 0;
      for (const broker of BROKERS) {
        await platform.pods.untilReady("kafka", BROKERS.length);
        await untilInSync(platform.client, TOPICS);
        sum += await restarted(platform, broker);
      }
      say(`bare stops and starts: ${seconds(sum)}`);
      return sum;
    };
    const [mine, theirs] = (await inTurns(ROUNDS, ours, bare)).map(median) as [number, number];
    return [
      {
        what: "Roll of three brokers, against the sum of the bare stops and starts of the same three",
        figure: ratio(mine, theirs),
        goal: `≤ ${GOAL}×`,
        met: mine / theirs <= GOAL,
        how:
          `Medians of ${ROUNDS} rolls by a changed heap and ${ROUNDS} rounds of bare restarts, in turns, on one platform of the ` +
          "embedded cluster. A roll lasts from the first pod that is told to stop until the last one is Ready, in sync. Bare is " +
          "the server's process alone: from SIGTERM to its end, and from its start until its port answers. The whole `up`, " +
          `with the engine and the Jobs before and after, took ${seconds(median(whole))}.`,
      },
    ];
  } finally {
    await platform.close();
  }
}

/** Milliseconds from the first pod that is told to stop until all are other ones and Ready. */
async function rolled({ pods }: PlatformUnderTest): Promise<number> {
  const uids = async () => (await pods.list("kafka")).map(({ metadata }) => metadata?.uid);
  const before = await uids();
  await until("a pod is told to stop", 300, async () =>
    (await pods.list("kafka")).some(({ metadata }) => metadata?.deletionTimestamp),
  );
  const begin = performance.now();
  await until("every pod is another one, and Ready", 600, async () => {
    const now = await pods.list("kafka");
    return now.length === before.length && now.every((pod) => isReady(pod) && !before.includes(pod.metadata?.uid));
  });
  return performance.now() - begin;
}

/** Milliseconds that a broker's process takes to stop when it is told to, and to answer when it is started. */
async function restarted({ pods }: PlatformUnderTest, name: string): Promise<number> {
  const old = await pods.mainProcess(name);
  const address = `${(await pods.get(name)).status?.podIP ?? ""}:9092`;
  const told = performance.now();
  process.kill(old, "SIGTERM");
  while (startOf(old) !== undefined) await sleep(LOOK_MS);
  const stopped = performance.now() - told;
  const next = await until(`${name} is started again`, 120, async () => {
    const found = await pods.mainProcess(name);
    return found !== old && found;
  });
  while (!(await accepts(address))) await sleep(LOOK_MS);
  return stopped + (uptimeMs() - (startOf(next) ?? 0));
}

/** When a process started, in milliseconds since the machine did; undefined once it is gone or only waits to be reaped. */
function startOf(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return fields[0] === "Z" ? undefined : Number(fields[19]) * 10;
  } catch {
    return undefined;
  }
}

const uptimeMs = (): number => Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 1000;
