/**
 * How a broker learns the zone that it runs in, for `broker.rack`. A pod cannot read the labels of its node from inside, so
 * a container that runs first asks the API server; it alone has a token, which may read nodes and ends after minutes.
 */
import { FILES, NODE_PATHS, type NodePaths } from "./paths.ts";

/** Label of a node that names its zone. */
export const ZONE_LABEL = "topology.kubernetes.io/zone";

/** Where the container finds the token and the certificate of the API server. */
export const ZONE_ACCESS = "/run/secrets/kafka-platform/node";

/** Whose zone a pod has: that of its node, or from a list, by ordinal and in turn. */
export type ZoneSource = "node" | readonly string[];

/** The container command that runs the script from the mounted ConfigMap. */
export function zoneCommand(paths: NodePaths = NODE_PATHS): string[] {
  return ["node", `${paths.config}/${FILES.zoneScript}`];
}

/**
 * Text of the script, for Node 18 or newer: writes the zone of $NODE_NAME to a file. It fails where there is none: a broker
 * without a rack among brokers with one would get replicas as if it were a zone of its own.
 */
export function zoneScript(paths: NodePaths = NODE_PATHS, access: string = ZONE_ACCESS): string {
  return `// Writes the zone of this pod's node to a file, from which broker.rack is filled in.
import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";

const { NODE_NAME: node = "", KUBERNETES_SERVICE_HOST: host = "kubernetes.default.svc" } = process.env;
const { KUBERNETES_SERVICE_PORT: port = "443", TERMINATION_LOG: log = "/dev/termination-log" } = process.env;
const read = (name) => readFileSync(\`${access}/\${name}\`, "utf8").trim();

function refuse(reason) {
  console.error(\`refused: \${reason}\`);
  try {
    writeFileSync(log, \`refused: \${reason}\\n\`);
  } catch {}
  process.exit(1);
}

const path = \`/api/v1/nodes/\${encodeURIComponent(node)}\`;
const headers = { authorization: \`Bearer \${read("token")}\`, accept: "application/json" };
const call = request({ host, port, path, headers, ca: read("ca.crt"), timeout: 10_000 }, (answer) => {
  let text = "";
  answer.setEncoding("utf8");
  answer.on("data", (part) => (text += part));
  answer.on("end", () => {
    let body = {};
    try {
      body = JSON.parse(text);
    } catch {}
    if (answer.statusCode === 403)
      refuse(\`may not read node \${node} (\${body.message}): allow it, or list the zones in rackAwareness.zones\`);
    if (answer.statusCode !== 200) refuse(\`node \${node}: the API server answered \${answer.statusCode} \${body.message ?? ""}\`);
    const zone = body.metadata?.labels?.["${ZONE_LABEL}"] ?? "";
    if (!/^[A-Za-z0-9._-]+$/.test(zone))
      refuse(\`node \${node} has no label ${ZONE_LABEL}: label it, or list the zones in rackAwareness.zones\`);
    writeFileSync("${paths.rendered}/${FILES.zone}", zone);
    console.log(\`node \${node} is in zone \${zone}\`);
  });
});
call.on("timeout", () => call.destroy(new Error("no answer within 10 s")));
call.on("error", (error) => refuse(\`node \${node}: \${error.message}\`));
call.end();
`;
}

/** Lines of the init script that put the zone into \`$zone\`; they know \`$ordinal\` and \`refuse\`. */
export function zoneLines(source: ZoneSource, paths: NodePaths = NODE_PATHS): string {
  if (source === "node") {
    const file = `${paths.rendered}/${FILES.zone}`;
    return `zone=$(cat '${file}') || refuse "${file} is missing: the container that asks for the zone has not run"`;
  }
  const cases = source.map((zone, index) => `  ${index}) zone='${zone}' ;;`).join("\n");
  return `case $((ordinal % ${source.length})) in\n${cases}\nesac`;
}
