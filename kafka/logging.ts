/**
 * What a Kafka node logs and where: the console, and rolling files where the stack has a volume for logs. The images' own
 * configs write several files, which a read-only root file system refuses and `kubectl logs` does not show.
 */
import { AUDIT, auditFilter, auditPattern } from "./auditLog.ts";
import { NODE_PATHS, type NodePaths } from "./paths.ts";
import { requireVersion } from "./versions.ts";

export interface LoggingInput {
  readonly version: string;
  /** Whether a volume of its own holds the logs. */
  readonly logVolume: boolean;
  /** Whether an authorizer decides, whose decisions are kept; default: everybody may do everything. */
  readonly audit?: boolean;
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
export function loggingConfig({ version, logVolume, audit = false, paths = NODE_PATHS }: LoggingInput): LoggingConfig {
  const { logging } = requireVersion(version);
  const [server, decisions] = ["server", AUDIT.id].map((name) => (logVolume ? `${paths.logs}/${name}.log` : undefined));
  return logging === "log4j"
    ? {
        file: "log4j.properties",
        text: text([
          `log4j.rootLogger=INFO, console${server ? ", file" : ""}`,
          ...log4jAppender("console"),
          ...Object.values(QUIET).map((logger) => `log4j.logger.${logger}=WARN`),
          ...(server ? log4jAppender("file", server) : []),
          ...(audit ? log4jAudit(decisions) : []),
        ]),
        option: `-Dlog4j.configuration=file:${paths.config}/log4j.properties`,
      }
    : {
        file: "log4j2.properties",
        text: text([
          "status=warn",
          "rootLogger.level=info",
          "rootLogger.appenderRef.console.ref=console",
          ...log4j2Appender("console"),
          ...Object.entries(QUIET).flatMap(([id, logger]) => [
            `logger.${id}.name=${logger}`,
            `logger.${id}.level=warn`,
          ]),
          ...(server ? ["rootLogger.appenderRef.file.ref=file", ...log4j2Appender("file", server)] : []),
          ...(audit ? log4j2Audit(decisions) : []),
        ]),
        option: `-Dlog4j2.configurationFile=${paths.config}/log4j2.properties`,
      };
}

const text = (lines: readonly string[]) => `${lines.join("\n")}\n`;

/** What only the audit appender gets it takes from nobody else: the same line twice would count as two actions. */
function log4jAudit(file: string | undefined): string[] {
  return [
    `log4j.logger.${AUDIT.logger}=DEBUG, ${AUDIT.id}`,
    `log4j.additivity.${AUDIT.logger}=false`,
    ...log4jAppender(AUDIT.id, file, auditPattern("log4j", PATTERN)),
    ...auditFilter("log4j"),
  ];
}

function log4j2Audit(file: string | undefined): string[] {
  return [
    `logger.${AUDIT.id}.name=${AUDIT.logger}`,
    `logger.${AUDIT.id}.level=debug`,
    `logger.${AUDIT.id}.additivity=false`,
    `logger.${AUDIT.id}.appenderRef.${AUDIT.id}.ref=${AUDIT.id}`,
    ...log4j2Appender(AUDIT.id, file, auditPattern("log4j2", PATTERN)),
    ...auditFilter("log4j2"),
  ];
}

/** An appender to a rolling file, or to the console. */
function log4jAppender(name: string, file?: string, pattern = PATTERN): string[] {
  const key = `log4j.appender.${name}`;
  return [
    `${key}=org.apache.log4j.${file ? "RollingFileAppender" : "ConsoleAppender"}`,
    ...(file ? [`${key}.File=${file}`, `${key}.MaxFileSize=${FILE_SIZE}`, `${key}.MaxBackupIndex=${FILES_KEPT}`] : []),
    `${key}.layout=org.apache.log4j.PatternLayout`,
    `${key}.layout.ConversionPattern=${pattern}`,
  ];
}

function log4j2Appender(name: string, file?: string, pattern = PATTERN): string[] {
  const key = `appender.${name}`;
  return [
    `${key}.type=${file ? "RollingFile" : "Console"}`,
    `${key}.name=${name}`,
    ...(file ? [`${key}.fileName=${file}`, `${key}.filePattern=${file}.%i`] : []),
    `${key}.layout.type=PatternLayout`,
    `${key}.layout.pattern=${pattern}`,
    ...(file
      ? [
          `${key}.policies.type=Policies`,
          `${key}.policies.size.type=SizeBasedTriggeringPolicy`,
          `${key}.policies.size.size=${FILE_SIZE}`,
          `${key}.strategy.type=DefaultRolloverStrategy`,
          `${key}.strategy.max=${FILES_KEPT}`,
        ]
      : []),
  ];
}
