/**
 * Writes the catalogue of configuration keys from Kafka's own jars: `npm run catalogue`. Needs Maven and a JDK 17, and
 * Maven Central the first time. Its output is committed, so nobody needs it to deploy.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finalisedFeatures, metadataLevel } from "../features.ts";
import { requireVersion, VERSION_LINES, type VersionFacts, type VersionLine } from "../versions.ts";

/** Of 3.9-IV0. */
const LOWEST = 21;
const here = import.meta.dirname;
const work = mkdtempSync(join(tmpdir(), "kafka-catalogue-"));

/** Key → line → mode; topic keys have the mode "topic". */
type Seen = Map<string, Map<VersionLine, string>>;

function jars(version: string): string {
  const pom = join(work, `${version}.xml`);
  const libs = join(work, version);
  writeFileSync(
    pom,
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>catalogue</groupId>
<artifactId>kafka</artifactId><version>1</version><dependencies><dependency><groupId>org.apache.kafka</groupId>
<artifactId>kafka_2.13</artifactId><version>${version}</version></dependency></dependencies></project>`,
  );
  const goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", `-DoutputDirectory=${libs}`];
  execFileSync("mvn", ["-q", "-B", "-f", pom, ...goal], { stdio: ["ignore", "ignore", "inherit"] });
  return join(libs, "*");
}

function facts(version: string): string[][] {
  const java = ["-cp", jars(version), join(here, "KafkaFacts.java")];
  const text = execFileSync("java", java, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return text
    .trim()
    .split("\n")
    .map((line) => line.split(" "));
}

function note(seen: Seen, key: string, line: VersionLine, mode: string): void {
  const lines = seen.get(key) ?? new Map<VersionLine, string>();
  seen.set(key, lines.set(line, mode));
}

/** `3.9-4.1 read-only, 4.2-4.3 per-broker`: one entry for each run of lines with the same mode. */
function spans(lines: ReadonlyMap<VersionLine, string>): string {
  const runs: { first: VersionLine; last: VersionLine; at: number; mode: string }[] = [];
  VERSION_LINES.forEach((line, at) => {
    const mode = lines.get(line);
    const run = runs.at(-1);
    if (mode === undefined) return;
    if (run?.at === at - 1 && run.mode === mode) Object.assign(run, { last: line, at });
    else runs.push({ first: line, last: line, at, mode });
  });
  return runs.map((run) => `${run.first}-${run.last} ${run.mode}`).join(", ");
}

function write(name: string, about: string, seen: Seen): void {
  const rows = [...seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, lines]) => `  "${key}": "${spans(lines)}",`);
  const text = `// Made by generate.ts from the jars of ${VERSION_LINES.join(", ")}; do not edit.
/** ${about} */
export const ${name}: Readonly<Record<string, string>> = {\n${rows.join("\n")}\n};\n`;
  writeFileSync(join(here, `${name === "BROKER_KEYS" ? "brokerKeys" : "topicKeys"}.ts`), text);
}

function check(known: VersionFacts, metadata: string | undefined): void {
  if (metadata !== known.metadataVersion)
    throw new Error(
      `kafka/versions.ts ${known.line}: metadataVersion is ${known.metadataVersion}, the jars say ${String(metadata)}`,
    );
}

/** The table begins at 3.9; what is in it has the numbers of the jars. */
function checkLevel(version: string, level: number): void {
  const own = metadataLevel(version);
  if (level >= LOWEST && own !== level)
    throw new Error(`kafka/features.ts: ${version} is ${String(own)}, the jars say ${level}`);
}

/** The default that the jars have at a metadata version is what the table derives for it. */
function checkFeature(feature: string, level: number, version: string): void {
  if (feature === "kraft.version" || metadataLevel(version) === undefined) return;
  const own = finalisedFeatures(version)[feature] ?? 0;
  if (own !== level) throw new Error(`kafka/features.ts: ${feature} at ${version} is ${own}, the jars say ${level}`);
}

try {
  const broker: Seen = new Map();
  const topic: Seen = new Map();
  for (const line of VERSION_LINES) {
    const known = requireVersion(`${line}.0`);
    for (const [kind = "", key = "", mode = "topic", at] of facts(known.newest)) {
      if (kind === "metadata") check(known, key);
      else if (kind === "level") checkLevel(key, Number(mode));
      else if (kind === "feature") checkFeature(key, Number(mode), at ?? "");
      else note(kind === "broker" ? broker : topic, key, line, mode);
    }
  }
  write("BROKER_KEYS", "Broker key → lines that know it and how it is updated there.", broker);
  write("TOPIC_KEYS", "Topic key → lines that know it.", topic);
} finally {
  rmSync(work, { recursive: true });
}
