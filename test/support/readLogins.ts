/** Properties and logins as Java's and Kafka's own classes read them: many files by one JVM. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

export interface ReadFile {
  readonly properties: Readonly<Record<string, string>>;
  /** Class of each login module, in order. */
  readonly modules: readonly string[];
  /** Options of the login, such as `username`. */
  readonly options: Readonly<Record<string, string>>;
}

/** @param libs folder of Kafka's jars */
export function readLogins(libs: string, files: readonly string[]): ReadFile[] {
  const source = join(import.meta.dirname, "java/ReadLogins.java");
  const { status, stdout, stderr } = spawnSync("java", ["-Xmx256m", "-cp", join(libs, "*"), source], {
    encoding: "utf8",
    input: files.map((text) => `${Buffer.from(text, "latin1").toString("base64")}\n`).join(""),
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`java ended with ${String(status)}:\n${stderr.slice(-2000)}`);
  return stdout.trimEnd().split("\n").map(readLine);
}

function readLine(line: string): ReadFile {
  const fields = line.split(",").map((field) => field.split(" "));
  const of = (kind: string) =>
    fields
      .filter(([first]) => first === kind)
      .map(([, key = "", value = ""]) => [decoded(key), decoded(value)] as const);
  return {
    properties: Object.fromEntries(of("property")),
    modules: of("module").map(([name]) => name),
    options: Object.fromEntries(of("option")),
  };
}

const decoded = (text: string): string => Buffer.from(text, "base64").swap16().toString("utf16le");
