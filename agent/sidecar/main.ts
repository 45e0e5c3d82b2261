/** Entry of the sidecar. Argument: the server.properties of the node beside it, which may not be there yet. */
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { SIDECAR } from "../../kafka/sidecar.ts";
import { createGate } from "./gate.ts";
import { untilGone } from "./leave.ts";
import { readNode } from "./node.ts";
import { lookOut } from "./outlook.ts";
import { watch } from "./readiness.ts";
import { watchRenewals } from "./renewal.ts";
import { gateServer, openServer, type Parts } from "./server.ts";

/** Milliseconds between two looks for the file. */
const LOOK = 100;

const [file = "server.properties"] = process.argv.slice(2);
const seconds = Number(process.env[SIDECAR.gateSeconds]);
if (!(seconds > 0)) {
  throw new Error(`found ${SIDECAR.gateSeconds}=${process.env[SIDECAR.gateSeconds] ?? ""}, expected seconds above 0`);
}
const log = (line: string) => {
  console.log(`${new Date().toISOString()} ${line}`);
};
const node: { parts?: Parts } = {};

process.on("SIGTERM", () => {
  const serving = () => node.parts?.serving() ?? Promise.resolve(false);
  void untilGone(serving, () => node.parts?.gate.stopping ?? false).then(() => process.exit(0));
});
openServer(() => node.parts).listen(SIDECAR.port);
gateServer(() => node.parts).listen(SIDECAR.gatePort, "127.0.0.1");

// The server's container prepares the node while this one starts: a pod is there sooner than with one after the other.
while (!existsSync(file)) await sleep(LOOK);
const outlook = lookOut(readNode(file, readFileSync(file, "utf8")));
const gate = createGate(outlook, { budget: seconds * 1000, log });
const { certificates } = outlook.node;
if (certificates) void watchRenewals({ read: certificates.read, reload: () => outlook.reload() }, log);
node.parts = { readiness: watch(outlook, gate, log), gate, serving: () => outlook.serving() };
