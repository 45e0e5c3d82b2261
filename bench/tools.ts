/** What the rows share: a Kafka to measure against, the agent as it is shipped, and timed processes. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleAgent } from "../agent/bundle.ts";
import { renderTopicFile } from "../kafka/topicFile.ts";
import { buildImages } from "../local/build/images.ts";
import { zookeeperHome } from "../local/build/zookeeper.ts";
import { cacheFolder } from "../local/cache.ts";
import { run } from "../local/run.ts";
import { imageNames } from "../local/versions.ts";

export const KAFKA_VERSION = "4.3.1";

/** Settings that keep thousands of partitions on one broker small: nothing is preallocated, no index is large. */
export const SMALL_LOGS = {
  "log.segment.bytes": "1048576",
  "log.index.size.max.bytes": "4096",
  "num.partitions": "1",
  "log.cleaner.enable": "false",
};

/** Gives a temporary folder to some work and removes it afterwards. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "kafka-bench-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Folder of an unpacked Kafka: `$KAFKA_HOME`, else what the embedded cluster's image is made of, unpacked here.
 * @param folder where to unpack
 */
export async function kafkaHome(folder: string, say: (line: string) => void): Promise<string> {
  const own = process.env["KAFKA_HOME"];
  if (own !== undefined && own !== "") return own;
  return kafkaOfImage(folder, KAFKA_VERSION, say);
}

/** Unpacks the Kafka of a version from the embedded cluster's image of it, and gives its folder. */
export function kafkaOfImage(folder: string, version: string, say: (line: string) => void): Promise<string> {
  return unpacked(imageNames.kafka(version), "opt/kafka", folder, say);
}

/** Unpacks the ZooKeeper of a version from the embedded cluster's image of it, and gives its folder. */
export function zookeeperOfImage(folder: string, version: string, say: (line: string) => void): Promise<string> {
  return unpacked(imageNames.zookeeper(version), zookeeperHome(version).slice(1), folder, say);
}

async function unpacked(name: string, path: string, folder: string, say: (line: string) => void): Promise<string> {
  const image = (await buildImages(cacheFolder(), say)).find((one) => one.name === name);
  const layer = image?.layers.at(-1);
  if (layer === undefined) throw new Error(`no image ${name} among those that the embedded cluster builds`);
  mkdirSync(folder, { recursive: true });
  await run("tar", ["-xf", join(layer, "layer.tar"), "-C", folder, `./${path}`]);
  return join(folder, path);
}

export interface Finished {
  readonly stdout: string;
  readonly milliseconds: number;
}

export interface TimedOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Exit codes that are no failure; default 0 alone. */
  readonly codes?: readonly number[];
}

/**
 * Runs a process to its end and times it, start included.
 * @throws Error with the end of its output where the exit code is another one or it takes longer than ten minutes
 */
export async function timed(
  command: string,
  args: readonly string[],
  { codes = [0], ...options }: TimedOptions = {},
): Promise<Finished> {
  const start = performance.now();
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"], timeout: 600_000 });
  const [stdout, stderr]: [string[], string[]] = [[], []];
  child.stdout.setEncoding("utf8").on("data", (text: string) => stdout.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => stderr.push(text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const milliseconds = performance.now() - start;
  if (code === null || !codes.includes(code)) {
    const end = [...stdout, ...stderr].join("").slice(-2000);
    throw new Error(`${command} ${args.join(" ").slice(0, 200)} ended with ${code ?? "a signal"}:\n${end}`);
  }
  return { stdout: stdout.join(""), milliseconds };
}

/** Java's default flags of Kafka's own tools. */
export async function java(home: string, args: readonly string[]): Promise<Finished> {
  return timed("java", ["-Xmx256M", "-cp", join(home, "libs", "*"), ...args]);
}

/** Writes the agent as the program ships it into a folder, and gives its file. */
export function writeAgent(folder: string): string {
  const file = join(folder, "agent.mjs");
  writeFileSync(file, bundleAgent().code);
  return file;
}

/** The agent as the program ships it, and a run of its reconcile over a folder of topic files. */
export function makeAgent(folder: string): (topics: string, brokers: string) => Promise<Finished & { own: number }> {
  const file = writeAgent(folder);
  return async (topics, brokers) => {
    const args = [file, "reconcile", "--topics", topics, "--brokers", brokers, "--json"];
    const finished = await timed(process.execPath, [...args, "--termination-log", join(folder, "last-words")]);
    const report = JSON.parse(finished.stdout) as { milliseconds: number };
    return { ...finished, own: report.milliseconds };
  };
}

/** Writes topic files for `<prefix>0 … <prefix><count - 1>`. */
export function writeTopics(folder: string, prefix: string, count: number, partitions: number): string[] {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  const config = { "min.insync.replicas": "1", "retention.ms": "86400000" };
  return Array.from({ length: count }, (_, number) => {
    const name = `${prefix}${number}`;
    const spec = { name, partitions, replicationFactor: 1, config, state: "present", recreate: false } as const;
    writeFileSync(join(folder, name), renderTopicFile(spec));
    return name;
  });
}
