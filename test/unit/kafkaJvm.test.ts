import assert from "node:assert/strict";
import { heapOptions, initEnvironment, jvmFlags, serverEnvironment } from "../../kafka/jvm.ts";
import { loggingConfig } from "../../kafka/logging.ts";
import { VERSION_LINES } from "../../kafka/versions.ts";

const input = { version: "4.3.1", heap: "4g", jvmOptions: ["-XX:MaxGCPauseMillis=50"], logVolume: false };

describe("JVM", () => {
  it("R-BRK-05 fixes the heap at one size", () => {
    assert.equal(heapOptions("8g"), "-Xms8g -Xmx8g");
    assert.equal(new Map(serverEnvironment(input)).get("KAFKA_HEAP_OPTS"), "-Xms4g -Xmx4g");
  });

  it("R-BRK-06 tunes G1, with the stack's own flags last", () => {
    const flags = jvmFlags(input);
    for (const flag of ["-XX:+UseG1GC", "-XX:InitiatingHeapOccupancyPercent=35", "-XX:G1HeapRegionSize=16M"])
      assert.ok(flags.includes(flag), flag);
    assert.equal(flags.at(-1), "-XX:MaxGCPauseMillis=50");
    assert.ok(!jvmFlags({ ...input, heap: "512m" }).some((flag) => flag.startsWith("-XX:G1HeapRegionSize")));
  });

  it("ends a JVM that is out of memory", () => {
    assert.ok(jvmFlags(input).includes("-XX:+ExitOnOutOfMemoryError"));
  });

  it("writes files only where a volume is for logs", () => {
    const environment = new Map(serverEnvironment(input));
    assert.match(environment.get("KAFKA_JVM_PERFORMANCE_OPTS") ?? "", /-Xlog:gc:stdout/);
    assert.equal(environment.get("EXTRA_ARGS"), "-name kafkaServer");
    assert.equal(environment.get("LOG_DIR"), "/var/log/kafka");
    assert.ok(jvmFlags({ ...input, logVolume: true }).some((flag) => flag.startsWith("-Xlog:gc:file=/var/log/kafka/")));
  });

  it("gives the formatter a small heap and the same logging", () => {
    const init = new Map(initEnvironment(input));
    assert.match(init.get("KAFKA_HEAP_OPTS") ?? "", /-Xmx128m/);
    assert.equal(init.get("KAFKA_LOG4J_OPTS"), new Map(serverEnvironment(input)).get("KAFKA_LOG4J_OPTS"));
  });
});

describe("logging", () => {
  it("writes the format that the version reads, and points the JVM at it", () => {
    for (const line of VERSION_LINES) {
      const { file, text, option } = loggingConfig({ version: `${line}.0`, logVolume: false });
      const old = line === "3.9";
      assert.equal(file, old ? "log4j.properties" : "log4j2.properties");
      assert.ok(option.endsWith(`/etc/kafka-platform/${file}`));
      assert.match(
        text,
        old ? /^log4j\.rootLogger=INFO, console$/m : /^rootLogger\.appenderRef\.console\.ref=console$/m,
      );
    }
  });

  it("R-BRK-31 adds bounded files on the volume for logs, and none without it", () => {
    for (const version of ["3.9.2", "4.3.1"]) {
      const bounded = loggingConfig({ version, logVolume: true }).text;
      assert.match(bounded, /\/var\/log\/kafka\/server\.log$/m);
      assert.match(bounded, /100MB/);
      assert.doesNotMatch(loggingConfig({ version, logVolume: false }).text, /server\.log/);
    }
  });

  it("sets each key once", () => {
    for (const version of ["3.9.2", "4.3.1"]) {
      const lines = loggingConfig({ version, logVolume: true }).text.trimEnd().split("\n");
      const keys = lines.map((line) => line.slice(0, line.indexOf("=")));
      assert.equal(new Set(keys).size, keys.length);
    }
  });
});
