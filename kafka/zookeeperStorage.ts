/**
 * Parts of a node's init script that ask ZooKeeper. They use the client that Kafka ships, a JVM of a second or two, so they
 * ask only where the answer decides something: on a first start, and where there is metadata of an attempt to leave ZooKeeper.
 */
import { type NodeCoordination, usesZooKeeper } from "./coordination.ts";
import { usesEnsembleTls } from "./ensembleTls.ts";
import { dataDirectories, NODE_PATHS, type NodePaths } from "./paths.ts";
import type { Property } from "./properties.ts";
import { type Distribution, imagePaths } from "./versions.ts";
import { type EnsembleInput, ensembleServers } from "./zookeeper.ts";
import { clientTls } from "./zookeeperTls.ts";

/** How a pod reaches its part of ZooKeeper. */
export interface ZooKeeperAccess {
  /** Every member, `host:port` separated by commas. */
  readonly servers: string;
  /** The path that the cluster keeps its nodes under, e.g. `/kafka`; empty for the root. */
  readonly chroot: string;
  /** How to connect with TLS, as nodes have it in their server.properties; default: in plain text. */
  readonly tls?: readonly Property[];
  /** Client; default that of the distribution's image. */
  readonly shell?: string;
}

export function zookeeperAccess(input: EnsembleInput): ZooKeeperAccess {
  return {
    servers: ensembleServers(input),
    chroot: input.zookeeper.chroot ?? "",
    ...(usesEnsembleTls(input) ? { tls: clientTls(NODE_PATHS) } : {}),
  };
}

/** Arguments of ZooKeeper's client, as words of the shell; `$properties` is a file that holds {@link ZooKeeperAccess.tls}. */
export function shellArguments({ servers, tls }: ZooKeeperAccess): string {
  return tls === undefined ? `'${servers}'` : `'${servers}' -zk-tls-config-file "$properties"`;
}

/** `/a`, `/a/b` of `/a/b`: ZooKeeper makes a node only below one that is there. */
function levels(path: string): string[] {
  const names = path.split("/").filter((name) => name !== "");
  return names.map((_, index) => `/${names.slice(0, index + 1).join("/")}`);
}

/** Shell functions: `zookeeper <command>…` prints the answers, `known_cluster` the id that ZooKeeper has for this cluster. */
export function zookeeperFunctions(distribution: Distribution, access: ZooKeeperAccess): string {
  const { servers, chroot, shell = imagePaths(distribution).zookeeperShell } = access;
  return `
# zookeeper <command>...: runs the commands in one session and prints what they answer.
chroot='${chroot}'
zookeeper() {
  printf '%s\\n' "$@" quit | '${shell}' ${shellArguments(access)} 2>&1
}

# cluster_in <answers>: the cluster id among them.
cluster_in() {
  printf '%s\\n' "$1" | sed -n 's/^{.*"id" *: *"\\([^"]*\\)".*}$/\\1/p' | tail -n 1
}

# own_cluster <answers>: ZooKeeper knows this cluster.
own_cluster() {
  known=$(cluster_in "$1")
  [ -n "$known" ] || refuse "ZooKeeper at ${servers} does not answer: $(printf '%s\\n' "$1" | grep -v -e '^$' -e '^WATCH' -e '^Watch' | tail -n 3)"
  [ "$known" = "$CLUSTER_ID" ] || refuse "ZooKeeper belongs to cluster '$known', expected '$CLUSTER_ID': \\
give each cluster a path of its own (zookeeper.chroot), or an empty ensemble. Nothing was changed"
}

claim_cluster() {
  own_cluster "$(zookeeper ${[...levels(chroot), `${chroot}/cluster`].map((path) => `'create ${path}'`).join(" ")} \\
    "create $chroot/cluster/id {\\"version\\":\\"1\\",\\"id\\":\\"$CLUSTER_ID\\"}" "get $chroot/cluster/id")"
}
`;
}

/**
 * Prepares the storage of a broker on ZooKeeper. The cluster's id is written to ZooKeeper before a broker could draw one, so
 * that it is the one in the stack's state, and stays it on the way to KRaft.
 * @param onFirstStart lines of shell for a broker that has no data yet
 */
export function onZooKeeper(paths: NodePaths, node: NodeCoordination, onFirstStart = ""): string {
  const { log, metadata } = dataDirectories(paths);
  const abandoned = `
# What an attempt to leave ZooKeeper left: an old copy of metadata, as long as it is ZooKeeper that owns the cluster.
if [ -e '${metadata}' ]; then
  answers=$(zookeeper "get $chroot/cluster/id" "get $chroot/controller" "get $chroot/migration" || true)
  own_cluster "$answers"
  if printf '%s\\n' "$answers" | grep -Eq '"(kraftControllerEpoch|kraft_metadata_offset)" *: *[0-9]'; then
    refuse "a quorum of controllers leads this cluster: it has copied ZooKeeper's metadata, and on ZooKeeper alone this \\
broker would have no controller. Nothing was changed. Go on with coordination.phase=dual-write; from there \\
coordination.phase=rollback leads back"
  fi
  rm -rf '${metadata}'
  echo "broker $node_id: removed the metadata of a quorum that was given up"
fi
`;
  return `
meta='${log}/meta.properties'
if [ -f "$meta" ]; then
  same cluster.id "$CLUSTER_ID" "$meta" "the volume belongs to another cluster"
  same_node "$meta"
elif [ -d '${log}' ] && [ -n "$(ls -A '${log}')" ]; then
  refuse "${log} has data but no meta.properties: the storage lost its identity. Nothing was changed. \\
Restore the file, or empty the volume of this one node so that it copies its data from the others"
else
  mkdir -p '${log}' || refuse "cannot write to ${paths.data}: check the volume and the pod's fsGroup"
  claim_cluster
${onFirstStart}fi
${node === "zookeeper" ? abandoned : ""}echo "broker $node_id: storage is ready for cluster $CLUSTER_ID"
`;
}

/**
 * What a controller does about a log that is there while ZooKeeper knows of no migration: it is that of an attempt that was
 * given up, and ZooKeeper has gone on since. Before brokers hear of the quorum it is removed, as with it the next attempt
 * would begin where the last one ended. Later the node refuses to lead them by it: it would undo what they did meanwhile.
 */
export function abandonedQuorum(paths: NodePaths, node: NodeCoordination): string {
  if (!usesZooKeeper(node)) return "";
  const { log, metadata } = dataDirectories(paths);
  const forget = `true > "$unfinished" || refuse "cannot write to ${paths.data}: check the volume and the pod's fsGroup"
      rm -rf '${metadata}' '${log}'
      echo "controller $node_id: removed the metadata of an attempt that was given up"`;
  const stay = `refuse "ZooKeeper knows of no copy: it got the cluster back, and the metadata here is of an attempt that \\
was given up. Nothing was changed. Finish the way back with coordination.phase=rollback"`;
  return `
if [ -e '${metadata}' ]; then
  answers=$(zookeeper "get $chroot/cluster/id" "get $chroot/migration" || true)
  own_cluster "$answers"
  case "$answers" in
    *kraft_metadata_offset*) ;;
    *)
      ${node === "kraft-waiting" ? forget : stay}
      ;;
  esac
fi
`;
}
