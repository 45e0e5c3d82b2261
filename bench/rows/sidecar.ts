/** What the sidecar costs beside every broker: memory and CPU time of the program as the pod runs it, probes included. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bundleSidecar } from "../../agent/bundle.ts";
import { SIDECAR } from "../../kafka/sidecar.ts";
import { startBrokers } from "../brokers.ts";
import type { Measurement, Row } from "../row.ts";
import { inTemporaryFolder, kafkaHome, makeAgent, SMALL_LOGS, writeTopics } from "../tools.ts";

const PARTITIONS = 4_000;
const WARM_UP_MS = 20_000;
const WATCHED_MS = 120_000;
const PROBE_EVERY_MS = 1_000;
const GOAL_MIB = 90;
const GOAL_CORE = 1;

export const sidecar: Row = {
  name: "sidecar",
  run: (say) => inTemporaryFolder((folder) => measure(folder, say)),
};

async function measure(folder: string, say: (line: string) => void): Promise<Measurement[]> {
  const home = await kafkaHome(join(folder, "kafka"), say);
  const agent = makeAgent(folder);
  const topics = join(folder, "topics");
  writeTopics(topics, "topic-", PARTITIONS / 4, 4);
  const place = { folder: join(folder, "broker"), libs: join(home, "libs"), heap: "1g" };
  const brokers = await startBrokers({ ...place, properties: SMALL_LOGS });
  let child: ChildProcess | undefined;
  try {
    await agent(topics, brokers.addresses[0] ?? "");
    writeFileSync(join(folder, SIDECAR.file), bundleSidecar().code);
    const properties = join(folder, "broker", "0", "server.properties");
    child = spawn(process.execPath, ["--max-semi-space-size=1", SIDECAR.file, properties], {
      cwd: folder,
      env: { [SIDECAR.gateSeconds]: "30" },
      stdio: "ignore",
    });
    await probe(WARM_UP_MS);
    const before = usage(child);
    await probe(WATCHED_MS);
    const after = usage(child);
    say(`${after.mebibytes} MiB, ${after.cpuMs - before.cpuMs} ms of CPU in ${WATCHED_MS / 1000} s`);
    const share = ((after.cpuMs - before.cpuMs) / WATCHED_MS) * 100;
    const how = `After ${(WARM_UP_MS + WATCHED_MS) / 1000} s beside one KRaft broker with ${PARTITIONS.toLocaleString("en")} partitions, asked for readiness every ${PROBE_EVERY_MS / 1000} s as the kubelet does.`;
    return [
      {
        what: "Memory of the sidecar of a broker (highest RSS)",
        figure: `${after.mebibytes} MiB`,
        goal: `≤ ${GOAL_MIB} MiB`,
        met: after.mebibytes <= GOAL_MIB,
        how,
      },
      {
        what: "CPU of the sidecar of a broker that is ready",
        figure: `${share.toFixed(2)} % of a core`,
        goal: `≤ ${GOAL_CORE} %`,
        met: share <= GOAL_CORE,
        how: `User and system time from /proc over ${WATCHED_MS / 1000} s of the same run.`,
      },
    ];
  } finally {
    if (child?.exitCode === null) {
      const gone = once(child, "exit");
      child.kill();
      await gone;
    }
    await brokers.stop();
  }
}

async function probe(milliseconds: number): Promise<void> {
  const until = Date.now() + milliseconds;
  let status = 0;
  while (Date.now() < until) {
    await sleep(PROBE_EVERY_MS);
    status = await fetch(`http://localhost:${SIDECAR.port}${SIDECAR.paths.ready}`).then(
      (response) => response.status,
      () => 0,
    );
  }
  if (status !== 200) throw new Error(`readiness answered ${status || "nothing"}, expected 200`);
}

/** What Linux says of a process: ticks are hundredths of a second. */
function usage({ pid = 0 }: ChildProcess): { mebibytes: number; cpuMs: number } {
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return { mebibytes: Math.round(Number(peak) / 1024), cpuMs: (Number(fields[11]) + Number(fields[12])) * 10 };
}
