/** The scripts of a Kafka installation, by version: what the official image has in /opt/kafka/bin. */
const launchers: { script: string; main: string; before4?: string }[] = [
  { script: "kafka-storage.sh", main: "kafka.tools.StorageTool" },
  { script: "kafka-topics.sh", main: "org.apache.kafka.tools.TopicCommand" },
  { script: "kafka-configs.sh", main: "kafka.admin.ConfigCommand" },
  {
    script: "kafka-console-producer.sh",
    main: "org.apache.kafka.tools.ConsoleProducer",
    before4: "kafka.tools.ConsoleProducer",
  },
  { script: "kafka-console-consumer.sh", main: "org.apache.kafka.tools.consumer.ConsoleConsumer" },
  { script: "kafka-consumer-groups.sh", main: "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand" },
  { script: "kafka-metadata-quorum.sh", main: "org.apache.kafka.tools.MetadataQuorumCommand" },
  { script: "kafka-acls.sh", main: "org.apache.kafka.tools.AclCommand", before4: "kafka.admin.AclCommand" },
  {
    script: "kafka-broker-api-versions.sh",
    main: "org.apache.kafka.tools.BrokerApiVersionsCommand",
    before4: "kafka.admin.BrokerApiVersionsCommand",
  },
  { script: "kafka-get-offsets.sh", main: "org.apache.kafka.tools.GetOffsetShell" },
  { script: "kafka-reassign-partitions.sh", main: "org.apache.kafka.tools.reassign.ReassignPartitionsCommand" },
  { script: "kafka-leader-election.sh", main: "org.apache.kafka.tools.LeaderElectionCommand" },
  { script: "kafka-log-dirs.sh", main: "org.apache.kafka.tools.LogDirsCommand" },
  { script: "kafka-features.sh", main: "org.apache.kafka.tools.FeatureCommand" },
  { script: "kafka-producer-perf-test.sh", main: "org.apache.kafka.tools.ProducerPerformance" },
  { script: "kafka-consumer-perf-test.sh", main: "org.apache.kafka.tools.ConsumerPerformance" },
];

/** Default heaps of the official scripts, where they differ from 256 MB. */
const heaps: Record<string, string> = {
  "kafka-console-producer.sh": "-Xmx512M",
  "kafka-console-consumer.sh": "-Xmx512M",
  "kafka-producer-perf-test.sh": "-Xmx512M",
  "kafka-consumer-perf-test.sh": "-Xmx512M",
};

/**
 * `kafka-run-class.sh`: reads the environment as the official one does. KAFKA_LOG4J_OPTS, KAFKA_HEAP_OPTS,
 * KAFKA_JVM_PERFORMANCE_OPTS, KAFKA_JMX_OPTS, JMX_PORT, KAFKA_GC_LOG_OPTS, KAFKA_OPTS, LOG_DIR, CLASSPATH and JAVA_HOME
 * hold; `-name` and `-loggc` come before the class. With `-loggc` LOG_DIR must be writable, as there.
 */
const runClass = (logging: string): string => `#!/bin/bash
base=$(dirname "$0")/..
: "\${LOG_DIR:=$base/logs}"
if [ -z "$KAFKA_LOG4J_OPTS" ]; then
  KAFKA_LOG4J_OPTS="-D${logging.replace("@", "$base/config/tools-")}"
else
  [ -d "$LOG_DIR" ] || mkdir -p "$LOG_DIR"
fi
[ -n "$KAFKA_JMX_OPTS" ] || KAFKA_JMX_OPTS="-Dcom.sun.management.jmxremote=true -Dcom.sun.management.jmxremote.authenticate=false -Dcom.sun.management.jmxremote.ssl=false"
if [ -n "$JMX_PORT" ]; then
  KAFKA_JMX_OPTS="$KAFKA_JMX_OPTS -Dcom.sun.management.jmxremote.port=$JMX_PORT"
  [[ "$KAFKA_JMX_OPTS" == *jmxremote.rmi.port=* ]] || KAFKA_JMX_OPTS="$KAFKA_JMX_OPTS -Dcom.sun.management.jmxremote.rmi.port=$JMX_PORT"
fi
: "\${KAFKA_HEAP_OPTS:=-Xmx256M}"
: "\${KAFKA_JVM_PERFORMANCE_OPTS:=-server -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35 -XX:+ExplicitGCInvokesConcurrent -Djava.awt.headless=true}"
name=kafka
while :; do
  case $1 in
    -name) name=$2; shift 2 ;;
    -loggc) [ -n "$KAFKA_GC_LOG_OPTS" ] || KAFKA_GC_LOG_OPTS="-Xlog:gc*:file=$LOG_DIR/$name-gc.log:time,tags:filecount=10,filesize=100M"; shift ;;
    *) break ;;
  esac
done
exec "\${JAVA_HOME:+$JAVA_HOME/bin/}java" $KAFKA_HEAP_OPTS $KAFKA_JVM_PERFORMANCE_OPTS $KAFKA_GC_LOG_OPTS $KAFKA_JMX_OPTS -Dkafka.logs.dir="$LOG_DIR" $KAFKA_LOG4J_OPTS -cp "\${CLASSPATH:+$CLASSPATH:}$base/libs/*" $KAFKA_OPTS "$@"
`;

const serverStart = (main: string, name: string, heap: string, logging: string): string => `#!/bin/bash
base=$(dirname "$0")/..
[ -n "$KAFKA_LOG4J_OPTS" ] || export KAFKA_LOG4J_OPTS="-D${logging.replace("@", "$base/config/")}"
[ -n "$KAFKA_HEAP_OPTS" ] || export KAFKA_HEAP_OPTS="${heap}"
exec "$(dirname "$0")/kafka-run-class.sh" \${EXTRA_ARGS--name ${name} -loggc} ${main} "$@"
`;

const tool = (main: string, heap: string | undefined): string => `#!/bin/bash
${heap === undefined ? "" : `[ -n "$KAFKA_HEAP_OPTS" ] || export KAFKA_HEAP_OPTS="${heap}"\n`}exec "$(dirname "$0")/kafka-run-class.sh" ${main} "$@"
`;

const pattern = "[%d] %p %m (%c)%n";

const log4j1 = (level: string, target: string): string => `log4j.rootLogger=${level}, console
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.target=${target}
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=${pattern}
`;

const log4j2 = (level: string, target: string): string => `Configuration:
  Appenders:
    Console:
      name: console
      target: ${target}
      PatternLayout:
        pattern: "${pattern}"
  Loggers:
    Root:
      level: ${level}
      AppenderRef:
        - ref: console
`;

/**
 * Every file under /opt/kafka but the jars, by its path there: the launchers in `bin`, the logging set-ups in `config`.
 * Servers log to standard output, tools their warnings to standard error.
 */
export function kafkaFiles(version: string): Record<string, string> {
  const before4 = version.startsWith("3.");
  const logging = before4 ? "log4j.configuration=file:@log4j.properties" : "log4j2.configurationFile=@log4j2.yaml";
  const logFile = logging.slice(logging.indexOf("@") + 1);
  const logConfig = before4
    ? [log4j1("INFO", "System.out"), log4j1("WARN", "System.err")]
    : [log4j2("INFO", "SYSTEM_OUT"), log4j2("WARN", "SYSTEM_ERR")];
  const files: Record<string, string> = {
    "bin/kafka-run-class.sh": runClass(logging),
    "bin/kafka-server-start.sh": serverStart("kafka.Kafka", "kafkaServer", "-Xmx1G -Xms1G", logging),
    [`config/${logFile}`]: logConfig[0] ?? "",
    [`config/tools-${logFile}`]: logConfig[1] ?? "",
  };
  for (const { script, main, before4: earlier } of launchers) {
    files[`bin/${script}`] = tool(before4 && earlier !== undefined ? earlier : main, heaps[script]);
  }
  if (before4) {
    const main = "org.apache.zookeeper.server.quorum.QuorumPeerMain";
    files["bin/zookeeper-server-start.sh"] = serverStart(main, "zookeeper", "-Xmx512M -Xms512M", logging);
    files["bin/zookeeper-shell.sh"] = tool(
      "org.apache.zookeeper.ZooKeeperMainWithTlsSupportForKafka -server",
      undefined,
    );
  }
  return files;
}
