/**
 * What a run waits for, or does, in ZooKeeper between two phases, as POSIX sh for Kafka's image. Source: Kafka 3.9's
 * documentation, "ZooKeeper to KRaft Migration", "Reverting to ZooKeeper mode".
 */
import { propertyLine } from "./properties.ts";
import { type Distribution, imagePaths } from "./versions.ts";
import { shellArguments, type ZooKeeperAccess } from "./zookeeperStorage.ts";

export interface MigrationScriptInput {
  readonly distribution: Distribution;
  readonly access: ZooKeeperAccess;
  /** Host names of the controllers' pods. */
  readonly controllers: readonly string[];
  /** Seconds to wait at most; default 600. */
  readonly patience?: number;
}

/** Seconds between two looks: each is a JVM of a second. */
const PAUSE = 5;

function head({ distribution, access, patience = 600 }: MigrationScriptInput): string {
  return `set -eu
chroot='${access.chroot}'
left=${Math.ceil(patience / PAUSE)}
${tlsFile(access)}
zookeeper() {
  printf '%s\\n' "$@" quit | '${access.shell ?? imagePaths(distribution).zookeeperShell}' ${shellArguments(access)} 2>&1 || true
}

# field <json> <name>: a number of the JSON, or nothing.
field() {
  printf '%s\\n' "$1" | sed -n "s/.*\\"$2\\" *: *\\"\\{0,1\\}\\(-\\{0,1\\}[0-9][0-9]*\\).*/\\1/p" | tail -n 1
}

# once_more <what>: waits a little, or gives up.
once_more() {
  left=$((left - 1))
  [ "$left" -gt 0 ] || { echo "$1 after ${patience} s: see docs/guides/zookeeper-to-kraft.md" >&2; exit 1; }
  sleep ${PAUSE}
}
`;
}

/** How the client connects with TLS, in a file: its arguments hold no properties. */
function tlsFile({ tls }: ZooKeeperAccess): string {
  if (tls === undefined) return "";
  const lines = tls.map((property) => `${propertyLine(property)}\n`).join("");
  return `properties=/tmp/zookeeper.properties\ncat > "$properties" <<'END'\n${lines}END\n`;
}

/** Ends when the quorum holds a copy of ZooKeeper's metadata. */
export function copiedScript(input: MigrationScriptInput): string {
  return `${head(input)}
while :; do
  offset=$(field "$(zookeeper "get $chroot/migration")" kraft_metadata_offset)
  case "$offset" in
    '' | -*) once_more "the quorum has copied no metadata" ;;
    *) echo "metadata is copied, up to offset $offset of the quorum's log"; exit 0 ;;
  esac
done
`;
}

/**
 * Gives ZooKeeper the cluster back: when the controllers are gone, their claim and their progress are deleted, and one of
 * the brokers becomes the controller. Before that the cluster has none, so nothing else may come in between.
 */
export function returnScript(input: MigrationScriptInput): string {
  return `${head(input)}
for host in ${input.controllers.join(" ")}; do
  while getent hosts "$host" > /dev/null; do once_more "$host is still there"; done
done
echo "the controllers are gone; what they knew: $(zookeeper "get $chroot/migration" | grep kraft || true)"
zookeeper "deleteall $chroot/controller" "deleteall $chroot/migration" > /dev/null
while :; do
  controller=$(field "$(zookeeper "get $chroot/controller")" brokerid)
  case "$controller" in
    '') once_more "no broker has become the controller" ;;
    *) echo "broker $controller is the controller"; exit 0 ;;
  esac
done
`;
}
