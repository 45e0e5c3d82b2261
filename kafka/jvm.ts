/** Environment of a Kafka node: the variables that Kafka's launch scripts read, in all versions and both images. */
import { type LoggingInput, loggingConfig } from "./logging.ts";
import { NODE_PATHS } from "./paths.ts";
import type { Property } from "./properties.ts";
import { heapBytes } from "./units.ts";

export interface JvmInput extends LoggingInput {
  /** -Xms and -Xmx alike, e.g. `4g`. */
  readonly heap: string;
  /** Flags after the program's own, so that they win. */
  readonly jvmOptions: readonly string[];
}

/** The collector as Kafka's operations guide tunes it; see kafka.apache.org, "Java version". */
const G1 = ["-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35"];
const METASPACE = ["-XX:MetaspaceSize=96m", "-XX:MinMetaspaceFreeRatio=50", "-XX:MaxMetaspaceFreeRatio=80"];
/** Regions of 16 MiB want a heap that has a good number of them; below this the JVM's own choice is better. */
const LARGE_REGIONS_FROM = 4 * 2 ** 30;

/** Flags of a node, without the heap. A JVM out of memory ends, so that the pod restarts instead of limping on. */
export function jvmFlags({ heap, jvmOptions, logVolume, paths = NODE_PATHS }: JvmInput): string[] {
  const large = (heapBytes(heap) ?? 0) >= LARGE_REGIONS_FROM;
  const gcLog = logVolume ? `file=${paths.logs}/gc.log:time,tags:filecount=10,filesize=100M` : "stdout:time,tags";
  return [
    "-server",
    ...G1,
    ...(large ? ["-XX:G1HeapRegionSize=16M"] : []),
    ...METASPACE,
    "-XX:+ExplicitGCInvokesConcurrent",
    "-XX:+ExitOnOutOfMemoryError",
    `-XX:ErrorFile=${paths.logs}/hs_err_pid%p.log`,
    `-Xlog:gc:${gcLog}`,
    "-Djava.awt.headless=true",
    `-Djava.io.tmpdir=${paths.tmp}`,
    ...jvmOptions,
  ];
}

/** Environment of the server's container, in a fixed order. */
export function serverEnvironment(input: JvmInput): Property[] {
  return [
    ["KAFKA_HEAP_OPTS", heapOptions(input.heap)],
    ["KAFKA_JVM_PERFORMANCE_OPTS", jvmFlags(input).join(" ")],
    ["KAFKA_LOG4J_OPTS", loggingConfig(input).option],
    ["LOG_DIR", (input.paths ?? NODE_PATHS).logs],
    // The launcher's own default adds -loggc, which writes files.
    ["EXTRA_ARGS", "-name kafkaServer"],
  ];
}

/** Environment of the init container, whose formatter is a short-lived JVM. */
export function initEnvironment(input: LoggingInput): Property[] {
  return [
    ["KAFKA_HEAP_OPTS", "-Xms64m -Xmx128m"],
    ["KAFKA_LOG4J_OPTS", loggingConfig(input).option],
    ["LOG_DIR", (input.paths ?? NODE_PATHS).logs],
  ];
}

/** -Xms and -Xmx alike: a heap that grows later fails later. */
export function heapOptions(heap: string): string {
  return `-Xms${heap} -Xmx${heap}`;
}
