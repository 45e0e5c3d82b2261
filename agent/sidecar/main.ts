/** Entry of the sidecar. Argument: the server.properties of the node beside it. */
import { readFileSync } from "node:fs";
import { SIDECAR } from "../../kafka/sidecar.ts";
import { createGate } from "./gate.ts";
import { readNode } from "./node.ts";
import { lookOut } from "./outlook.ts";
import { watch } from "./readiness.ts";
import { server } from "./server.ts";

const [file = "server.properties"] = process.argv.slice(2);
const seconds = Number(process.env[SIDECAR.gateSeconds]);
if (!(seconds > 0)) {
  throw new Error(`found ${SIDECAR.gateSeconds}=${process.env[SIDECAR.gateSeconds] ?? ""}, expected seconds above 0`);
}
const log = (line: string) => {
  console.log(`${new Date().toISOString()} ${line}`);
};

const outlook = lookOut(readNode(file, readFileSync(file, "utf8")));
const gate = createGate(outlook, { budget: seconds * 1000, log });
const readiness = watch(outlook, gate, log);
server({ readiness, gate, serving: () => outlook.serving() }).listen(SIDECAR.port);
// As process 1 Node would not end by itself. The kubelet sends it after the server has gone.
process.on("SIGTERM", () => process.exit(0));
