/** What a ZooKeeper pod runs: before the server, as the server, and to ask whether it is well. */
import { FILES } from "./paths.ts";
import { ensembleDirectories, HIGHEST_ID, ZOOKEEPER_PATHS, ZOOKEEPER_PORTS } from "./zookeeper.ts";

export const ENSEMBLE_FILES = {
  config: "zoo.cfg",
  jvm: "java.env",
  logging: "logback.xml",
  init: "init.sh",
} as const;

/** The container command that runs the init script from the mounted ConfigMap. */
export function ensembleInitCommand(paths = ZOOKEEPER_PATHS): string[] {
  return ["/bin/sh", `${paths.config}/${ENSEMBLE_FILES.init}`];
}

/** The container command of the server. The launcher ends in `exec java`, so SIGTERM reaches Java as process 1. */
export const ENSEMBLE_START = ["zkServer.sh", "start-foreground"];

/** Environment of the server: where the launcher finds its configuration, and a folder that it may write to. */
export const ENSEMBLE_ENVIRONMENT: Readonly<Record<string, string>> = {
  ZOOCFGDIR: ZOOKEEPER_PATHS.rendered,
  ZOO_LOG_DIR: "/tmp",
};

/**
 * Text of the init script, in POSIX sh. It keeps the configuration that the pod was made with, because a mounted one
 * changes under a running pod, and writes the member's id. Data of another member is refused and left as it is. A member
 * that is new to an ensemble which runs waits until the first pod leads it.
 */
export function ensembleInitScript(logVolume: boolean, paths = ZOOKEEPER_PATHS): string {
  const { data, log } = ensembleDirectories(logVolume, paths);
  const copied = [ENSEMBLE_FILES.config, ENSEMBLE_FILES.jvm, ENSEMBLE_FILES.logging];
  return `#!/bin/sh
# Prepares a member of the ensemble: its configuration and its id.
set -eu

refuse() {
  echo "refused: $1" >&2
  echo "refused: $1" > "\${TERMINATION_LOG:-/dev/termination-log}" 2>/dev/null || true
  exit 1
}

${JOIN}
pod=\${HOSTNAME:-}
ordinal=\${pod##*-}
case "$ordinal" in
  "$pod" | '' | *[!0-9]* | 0?*) refuse "pod name '$pod' has no ordinal: expected it to end in a number, as zookeeper-0 does" ;;
esac
id=$((${HIGHEST_ID} - ordinal))
alone=yes
grep -qx "$pod" '${paths.config}/${FILES.voted}' 2>/dev/null && alone=no

config='${paths.config}/${ENSEMBLE_FILES.config}'
for file in ${copied.join(" ")}; do
  cp "${paths.config}/$file" "${paths.rendered}/$file" || refuse "cannot write to ${paths.rendered}: expected a writable volume there"
done
mkdir -p '${data}' '${log}' || refuse "cannot write to ${paths.data}: check the volume and the pod's fsGroup"

myid='${data}/myid'
if [ -f "$myid" ]; then
  found=$(cat "$myid")
  [ "$found" = "$id" ] || refuse "$myid is '$found', expected '$id': the volume belongs to another member. Nothing was changed"
elif [ -d '${data}/version-2' ]; then
  refuse "${data} has data but no myid: the volume lost its identity. Nothing was changed. \\
Restore the file, or empty the volume of this one member so that it copies its data from the others"
else
  join
  echo "$id" > "$myid"
fi
echo "member $id: ready to start"
`;
}

/**
 * Members with the old list and members with the new one could elect a leader each, if one of them had to be elected while
 * the ensemble rolls. The first pod restarts last; while it leads, no one has to. The roll waits for new members.
 */
const JOIN = `
# join: comes back when a member that was never here before may start.
join() {
  list=$config
  wanted=$(grep -c '^server\\.' "$list" || true)
  while :; do
    leader=''
    for host in $(sed -n 's/^server\\.[0-9]*=\\([^:]*\\):.*/\\1/p' "$list"); do
      answer=$(timeout 5 bash -c 'exec 3<>"/dev/tcp/$0/${ZOOKEEPER_PORTS.client}" && echo mntr >&3 && cat <&3' "$host" 2>/dev/null || true)
      case "$answer" in *zk_server_state*leader*) leader=$host; break ;; esac
    done
    if [ -z "$leader" ]; then
      [ "$alone" = no ] || return 0
      # Two of three members that begin empty would elect a leader without data.
      echo "waits for a leader to copy from: the volume is empty, and this member has voted before. If all others have lost their \\
data too, let it begin without by coordination.emptyVoters: [$pod]"
      sleep 10
      continue
    fi
    [ "$(printf '%s\\n' "$answer" | sed -n 's/^zk_quorum_size[^0-9]*\\([0-9]*\\).*/\\1/p')" != "$wanted" ] || return 0
    [ "\${leader%%.*}" != "\${pod%-*}-0" ] || return 0
    echo "waits until \${pod%-*}-0 leads: delete pod \${leader%%.*}, which leads now, while all members are Ready"
    sleep 10
  done
}
`;

/** Asks the server of this pod a four-letter word, and wants to find something in its answer. bash has sockets of its own. */
function ask(word: string, wanted: string): string[] {
  const script = `exec 3<>/dev/tcp/127.0.0.1/${ZOOKEEPER_PORTS.client} && echo ${word} >&3 && grep -q '${wanted}' <&3`;
  return ["bash", "-c", script];
}

/** The process answers. It says so without a quorum too, so a member that waits for the others is left alone. */
export const ALIVE = ask("ruok", "imok");
/** The member serves: it leads, or follows a leader. */
export const SERVING = ask("srvr", "^Mode: ");
