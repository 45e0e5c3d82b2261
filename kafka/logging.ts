/**
 * What a Kafka node logs and where: the console, and a rolling file where the stack has a volume for logs. The images' own
 * configs write several files, which a read-only root file system refuses and `kubectl logs` does not show.
 */
import { NODE_PATHS, type NodePaths } from "./paths.ts";
import { requireVersion } from "./versions.ts";

export interface LoggingInput {
  readonly version: string;
  /** Whether a volume of its own holds the logs. */
  readonly logVolume: boolean;
  readonly paths?: NodePaths;
}

export interface LoggingConfig {
  /** File name, which is the ConfigMap key too. */
  readonly file: string;
  readonly text: string;
  /** Value of KAFKA_LOG4J_OPTS: the JVM option that points at the mounted file. */
  readonly option: string;
}

const PATTERN = "[%d] %p %m (%c)%n";
const FILE_SIZE = "100MB";
const FILES_KEPT = 10;
/** These log a line a request or a line a partition at INFO; the rest of Kafka is quiet enough. */
const QUIET: Readonly<Record<string, string>> = {
  request: "kafka.request.logger",
  channel: "kafka.network.RequestChannel$",
  state: "state.change.logger",
};

/** The logging config of a node in the format of its version. Format: properties in both, as YAML needs further jars. */
export function loggingConfig({ version, logVolume, paths = NODE_PATHS }: LoggingInput): LoggingConfig {
  const file = logVolume ? `${paths.logs}/server.log` : undefined;
  return requireVersion(version).logging === "log4j"
    ? {
        file: "log4j.properties",
        text: text([
          `log4j.rootLogger=INFO, console${file ? ", file" : ""}`,
          ...log4jConsole(),
          ...(file ? log4jFile(file) : []),
        ]),
        option: `-Dlog4j.configuration=file:${paths.config}/log4j.properties`,
      }
    : {
        file: "log4j2.properties",
        text: text([...log4j2Console(), ...(file ? log4j2File(file) : [])]),
        option: `-Dlog4j2.configurationFile=${paths.config}/log4j2.properties`,
      };
}

const text = (lines: readonly string[]) => `${lines.join("\n")}\n`;

function log4jConsole(): string[] {
  return [
    "log4j.appender.console=org.apache.log4j.ConsoleAppender",
    "log4j.appender.console.layout=org.apache.log4j.PatternLayout",
    `log4j.appender.console.layout.ConversionPattern=${PATTERN}`,
    ...Object.values(QUIET).map((logger) => `log4j.logger.${logger}=WARN`),
  ];
}

function log4jFile(file: string): string[] {
  return [
    "log4j.appender.file=org.apache.log4j.RollingFileAppender",
    `log4j.appender.file.File=${file}`,
    `log4j.appender.file.MaxFileSize=${FILE_SIZE}`,
    `log4j.appender.file.MaxBackupIndex=${FILES_KEPT}`,
    "log4j.appender.file.layout=org.apache.log4j.PatternLayout",
    `log4j.appender.file.layout.ConversionPattern=${PATTERN}`,
  ];
}

function log4j2Console(): string[] {
  return [
    "status=warn",
    "rootLogger.level=info",
    "rootLogger.appenderRef.console.ref=console",
    "appender.console.type=Console",
    "appender.console.name=console",
    "appender.console.layout.type=PatternLayout",
    `appender.console.layout.pattern=${PATTERN}`,
    ...Object.entries(QUIET).flatMap(([id, logger]) => [`logger.${id}.name=${logger}`, `logger.${id}.level=warn`]),
  ];
}

function log4j2File(file: string): string[] {
  return [
    "rootLogger.appenderRef.file.ref=file",
    "appender.file.type=RollingFile",
    "appender.file.name=file",
    `appender.file.fileName=${file}`,
    `appender.file.filePattern=${file}.%i`,
    "appender.file.layout.type=PatternLayout",
    `appender.file.layout.pattern=${PATTERN}`,
    "appender.file.policies.type=Policies",
    "appender.file.policies.size.type=SizeBasedTriggeringPolicy",
    `appender.file.policies.size.size=${FILE_SIZE}`,
    "appender.file.strategy.type=DefaultRolloverStrategy",
    `appender.file.strategy.max=${FILES_KEPT}`,
  ];
}
