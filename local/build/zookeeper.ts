/** A ZooKeeper installation as the official image has it: the launcher, and where its jars come from. */
import type { Artifact } from "./maven.ts";

export const zookeeperHome = (version: string): string => `/apache-zookeeper-${version}-bin`;

/** Releases whose module for Prometheus is not on Maven Central; that of the patch before is the same code. */
const metricsOf: Readonly<Record<string, string>> = { "3.8.4": "3.8.3" };

/** What the release's archive brings and its Maven dependencies leave out. */
const provided: Artifact[] = [
  ["org.eclipse.jetty", "jetty-server", "9.4.57.v20241219"],
  ["org.eclipse.jetty", "jetty-servlet", "9.4.57.v20241219"],
  ["io.dropwizard.metrics", "metrics-core", "4.1.12.1"],
  ["org.xerial.snappy", "snappy-java", "1.1.10.5"],
  ["commons-cli", "commons-cli", "1.5.0"],
];

/** What a release consists of. */
export const zookeeperArtifacts = (version: string): Artifact[] => [
  ["org.apache.zookeeper", "zookeeper", version],
  ["org.apache.zookeeper", "zookeeper-prometheus-metrics", metricsOf[version] ?? version],
  ...provided,
];

/** Reads the environment as the official launcher does; `ZK_SERVER_HEAP` is in MB and gives way to an own -Xmx. */
const server = `#!/usr/bin/env bash
home=$(cd "$(dirname "\${BASH_SOURCE-$0}")/.." && pwd)
: "\${ZOOCFGDIR:=/conf}"
[ -f "$ZOOCFGDIR/zookeeper-env.sh" ] && . "$ZOOCFGDIR/zookeeper-env.sh"
[ -f "$ZOOCFGDIR/java.env" ] && . "$ZOOCFGDIR/java.env"
flags="-Xmx\${ZK_SERVER_HEAP:-1000}m $SERVER_JVMFLAGS $JVMFLAGS"
[ "\${JMXDISABLE:-false}" = false ] && flags="$flags -Dcom.sun.management.jmxremote -Dcom.sun.management.jmxremote.local.only=\${JMXLOCALONLY:-false}"
config=$ZOOCFGDIR/\${2:-zoo.cfg}
case $1 in
  start-foreground)
    exec "\${JAVA_HOME:+$JAVA_HOME/bin/}java" "-Dzookeeper.log.dir=\${ZOO_LOG_DIR:-$home/logs}" -XX:+HeapDumpOnOutOfMemoryError '-XX:OnOutOfMemoryError=kill -9 %p' -cp "$ZOOCFGDIR:$home/lib/*" $flags org.apache.zookeeper.server.quorum.QuorumPeerMain "$config"
    ;;
  *) echo "Usage: $0 start-foreground [config]" >&2; exit 1 ;;
esac
`;

const client = `#!/usr/bin/env bash
home=$(cd "$(dirname "\${BASH_SOURCE-$0}")/.." && pwd)
exec "\${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx\${ZK_CLIENT_HEAP:-256}m $CLIENT_JVMFLAGS -cp "\${ZOOCFGDIR:-/conf}:$home/lib/*" org.apache.zookeeper.ZooKeeperMain "$@"
`;

/** Every file under the installation but the jars, by its path there. */
export const zookeeperFiles: Readonly<Record<string, string>> = { "bin/zkServer.sh": server, "bin/zkCli.sh": client };
