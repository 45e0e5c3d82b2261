/**
 * What a Kafka pod runs before and as the server. The init script is POSIX sh with sed only, so it runs alike in images
 * that carry GNU tools and in those that carry BusyBox. It reads two variables: HOSTNAME, the pod's name, and CLUSTER_ID.
 */
import { type NodeCoordination, usesZooKeeper } from "./coordination.ts";
import { PLACEHOLDERS } from "./listeners.ts";
import { dataDirectories, FILES, NODE_PATHS, type NodePaths } from "./paths.ts";
import { secretCommand } from "./secretCommand.ts";
import { type Distribution, imagePaths } from "./versions.ts";
import { type ZoneSource, zoneLines } from "./zone.ts";
import { abandonedQuorum, onZooKeeper, type ZooKeeperAccess, zookeeperFunctions } from "./zookeeperStorage.ts";

export interface InitScriptInput {
  readonly distribution: Distribution;
  /** node.id of the pod with ordinal 0. */
  readonly nodeIdBase: number;
  /** Level of `metadata.version` that new storage starts with; default that of the image's Kafka. */
  readonly metadataVersion?: string | undefined;
  /** Port that the external listener of the pod with ordinal 0 advertises, where that differs from pod to pod. */
  readonly externalPortBase?: number | undefined;
  /** Where the pod gets the value of broker.rack from; default: it has none. */
  readonly zones?: ZoneSource | undefined;
  /** Where the pod mounts its volumes; default {@link NODE_PATHS}. */
  readonly paths?: NodePaths;
  /** Storage formatter; default that of the distribution's image. */
  readonly storageTool?: string;
  /** Runs a class of Kafka; default that of the distribution's image. */
  readonly runClass?: string;
  /** Users that new storage knows from the start, with the files of their passwords; for nodes that vote. Default none. */
  readonly firstUsers?: Readonly<Record<string, string>> | undefined;
  /** How the node takes part in coordination; default `kraft`. */
  readonly node?: NodeCoordination;
  /** How nodes that use ZooKeeper reach it. */
  readonly zookeeper?: ZooKeeperAccess;
}

/** The container command of the server. The launcher ends in `exec java`, so SIGTERM reaches Java as process 1. */
export function startCommand(distribution: Distribution, paths: NodePaths = NODE_PATHS): string[] {
  return [imagePaths(distribution).serverStart, `${paths.rendered}/${FILES.properties}`];
}

/** The container command that runs the init script from the mounted ConfigMap; what follows it is run afterwards. */
export function initCommand(paths: NodePaths = NODE_PATHS): string[] {
  return ["/bin/sh", `${paths.config}/${FILES.init}`];
}

/**
 * Text of the init script: writes server.properties for this pod, then prepares the storage and hands over to the command in
 * its arguments: a KRaft node's is formatted if
 * it is empty, a broker's on ZooKeeper is claimed there for this cluster. Storage that belongs to another cluster or node,
 * or that has data but lost its identity, is refused and left as it is; so is an empty volume of a node that has voted.
 */
export function initScript(input: InitScriptInput): string {
  const { node = "kraft", zookeeper, paths = NODE_PATHS } = input;
  const access = zookeeper && usesZooKeeper(node) ? zookeeperFunctions(input.distribution, zookeeper) : "";
  if (node.startsWith("zookeeper")) {
    return `${head(input, paths)}${access}${onZooKeeper(paths, node, firstUsersInZooKeeper(input, paths))}${HAND_OVER}`;
  }
  const abandoned = abandonedQuorum(paths, node);
  return `${head(input, paths)}${access}${abandoned}${format(input, paths)}${HAND_OVER}`;
}

/** What all nodes do: find out who they are, and write their server.properties. */
function head(input: InitScriptInput, paths: NodePaths): string {
  const { log, metadata } = dataDirectories(paths);
  const zone = input.zones === undefined ? "" : `${zoneLines(input.zones, paths)}\n`;
  const putZone = input.zones === undefined ? "" : ` -e "s|${PLACEHOLDERS.zone}|$zone|g"`;
  const base = input.externalPortBase;
  const putPort = base === undefined ? "" : ` -e "s|${PLACEHOLDERS.externalPort}|$((${base} + ordinal))|g"`;
  return `#!/bin/sh
# Prepares a Kafka node: its server.properties, and its storage on first start.
set -eu

template='${paths.config}/${FILES.properties}'
properties='${paths.rendered}/${FILES.properties}'
directories='${metadata} ${log}'
# Stays behind when formatting is cut short, so that the next start finishes it.
unfinished='${paths.data}/.formatting'
storage_tool='${input.storageTool ?? imagePaths(input.distribution).storage}'
${FUNCTIONS}
pod=\${HOSTNAME:-}
ordinal=\${pod##*-}
case "$pod" in
  *-*) ;;
  *) refuse "pod name '$pod' has no ordinal: expected the name of a StatefulSet pod such as kafka-0 in HOSTNAME" ;;
esac
case "$ordinal" in
  '' | *[!0-9]* | 0?*) refuse "pod name '$pod' has no ordinal: expected it to end in a number, as kafka-0 does" ;;
esac
[ -n "\${CLUSTER_ID:-}" ] || refuse "CLUSTER_ID is not set: expected the cluster id of this stack"
[ -r "$template" ] || refuse "$template is missing: is the ConfigMap mounted?"
node_id=$((${input.nodeIdBase} + ordinal))
${zone}
sed -e "s|${PLACEHOLDERS.nodeId}|$node_id|g" -e "s|${PLACEHOLDERS.pod}|$pod|g"${putZone}${putPort} "$template" > "$properties.new" &&
  mv "$properties.new" "$properties" || refuse "cannot write to ${paths.rendered}: expected a writable volume there"

warn_below "$(cat /proc/sys/vm/max_map_count 2>/dev/null || echo '')" 262144 "vm.max_map_count of the node" \\
  "two files a segment are mapped, and beyond the limit the broker stops with 'Map failed'"
warn_below "$(ulimit -n)" 100000 "limit of open files" "a broker needs two to three a segment, and one a connection"
`;
}

/** Brokers on ZooKeeper log in at each other from their first start on, by credentials that ZooKeeper has (KIP-84). */
function firstUsersInZooKeeper({ firstUsers = {}, zookeeper, ...input }: InitScriptInput, paths: NodePaths): string {
  const runClass = input.runClass ?? imagePaths(input.distribution).runClass;
  const tls = zookeeper?.tls === undefined ? "" : ' --zk-tls-config-file "$properties"';
  const where = `--zookeeper '${zookeeper?.servers ?? ""}${zookeeper?.chroot ?? ""}'${tls}`;
  const commands = Object.entries(firstUsers).map(([user, file]) => {
    const words = `${where} --alter --entity-type users --entity-name '${user}'`;
    const secret = { option: "--add-config", before: "SCRAM-SHA-512=[iterations=4096,password=", after: "]", file };
    const command = secretCommand({ runClass, main: "kafka.admin.ConfigCommand", words, secrets: [secret] }, paths);
    return `  errors=$(${command} 2>&1) || refuse "ZooKeeper did not take the login of ${user}: $(printf '%s\\n' "$errors" | tail -n 3)"\n`;
  });
  return commands.join("");
}

/** Formats the storage of a KRaft node, if it is empty. */
function format(input: InitScriptInput, paths: NodePaths): string {
  const release = input.metadataVersion === undefined ? "" : ` --release-version=${input.metadataVersion}`;
  return `
formatted=0
missing=0
for directory in $directories; do
  meta="$directory/meta.properties"
  if [ -f "$meta" ]; then
    formatted=$((formatted + 1))
    same cluster.id "$CLUSTER_ID" "$meta" "the volume belongs to another cluster"
    same_node "$meta"
  else
    missing=$((missing + 1))
    if [ ! -e "$unfinished" ] && [ -d "$directory" ] && [ -n "$(ls -A "$directory")" ]; then
      refuse "$directory has data but no meta.properties: the storage lost its identity. Nothing was changed. \\
Restore the file, or empty the volume of this one node so that it copies its data from the others"
    fi
  fi
done

if [ "$missing" -eq 0 ]; then
  echo "node $node_id: storage is formatted for cluster $CLUSTER_ID"
else
  if [ "$formatted" -gt 0 ] && [ ! -e "$unfinished" ]; then
    refuse "${paths.data} holds only part of a node's storage. Nothing was changed. Restore the rest, or empty the \\
volume of this one node so that it copies its data from the others"
  fi
  # Two of three voters that begin empty would elect a log without anything in it.
  if [ ! -e "$unfinished" ] && grep -qx "$pod" '${paths.config}/${FILES.voted}' 2>/dev/null; then
    refuse "the volume is empty, and this node has voted before. Nothing was changed. If one of the other voters leads, \\
let it begin empty by coordination.emptyVoters: [$pod]"
  fi
  true > "$unfinished" || refuse "cannot write to ${paths.data}: check the volume and the pod's fsGroup"
  # Standard output would show the keys of SCRAM users from 4.3 on.
  if ! errors=$(${formatter(input, paths, release)} 2>&1 >/dev/null); then
    refuse "formatting the storage failed: $(printf '%s\\n' "$errors" | tail -n 5)"
  fi
  rm -f "$unfinished"
  echo "node $node_id: formatted its storage for cluster $CLUSTER_ID"
fi
`;
}

/** The same process becomes the server, so that signals reach it. */
const HAND_OVER = `
[ "$#" -eq 0 ] || exec "$@"
`;

/** The command that formats. */
function formatter(input: InitScriptInput, paths: NodePaths, release: string): string {
  const words = `format --ignore-formatted "--cluster-id=$CLUSTER_ID" "--config=$properties"${release}`;
  if (input.firstUsers === undefined) return `"$storage_tool" ${words}`;
  const runClass = input.runClass ?? imagePaths(input.distribution).runClass;
  const secrets = Object.entries(input.firstUsers).map(([user, file]) => ({
    option: "--add-scram",
    before: `SCRAM-SHA-512=[name=${user},password=`,
    after: "]",
    file,
  }));
  return secretCommand({ runClass, main: "kafka.tools.StorageTool", words, secrets }, paths);
}

const FUNCTIONS = `
# The reason shows in \`kubectl describe pod\` too.
refuse() {
  echo "refused: $1" >&2
  echo "refused: $1" > "\${TERMINATION_LOG:-/dev/termination-log}" 2>/dev/null || true
  exit 1
}

# same <key> <expected> <file> <meaning>: the file's value of the key is the expected one.
same() {
  found=$(sed -n "s/^$1=//p" "$3" | tr -d '\\r\\\\')
  [ "$found" = "$2" ] || refuse "$3 has $1 '$found', expected '$2': $4. Nothing was changed"
}

# same_node <file>: the storage is this node's. A volume that came from ZooKeeper says broker.id.
same_node() {
  key=node.id
  grep -q '^node.id=' "$1" || key=broker.id
  same "$key" "$node_id" "$1" "the volume belongs to another node"
}

# warn_below <found> <wanted> <what> <why>: a limit that hurts only under load is worth a line, not a refusal.
warn_below() {
  case "$1" in '' | *[!0-9]*) return 0 ;; esac
  [ "$1" -ge "$2" ] || echo "warning: $3 is $1, expected at least $2: $4"
}
`;
