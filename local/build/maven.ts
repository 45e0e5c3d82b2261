/** Jars from Maven Central, with everything that they need at run time. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../run.ts";

export type Artifact = readonly [group: string, name: string, version: string];

/** Copies artifacts and their run-time dependencies into a folder. */
export async function fetchJars(artifacts: readonly Artifact[], folder: string, log: string): Promise<void> {
  const dependencies = artifacts.map(
    ([group, name, version]) =>
      `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`,
  );
  const work = mkdtempSync(join(tmpdir(), "kafka-platform-maven-"));
  try {
    writeFileSync(
      join(work, "pom.xml"),
      `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>local</groupId>
<artifactId>image</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>${dependencies.join("\n")}</dependencies></project>`,
    );
    const goal = ["dependency:copy-dependencies", `-DoutputDirectory=${folder}`, "-DincludeScope=runtime"];
    await run("nice", ["mvn", "-q", "-B", "-f", join(work, "pom.xml"), ...goal], { log });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
