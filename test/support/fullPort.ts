/** A port that answers nobody: its program takes no connections, and as many wait already as the kernel keeps for it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

const PROGRAM = `
const server = require("node:net").createServer().listen({ host: "127.0.0.1", port: 0, backlog: 1 }, () => {
  require("node:fs").writeSync(1, String(server.address().port));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;
/** The kernel keeps one more than the backlog. */
const WAITING = 2;

/** Runs work with such a port. */
export async function withFullPort<T>(work: (port: number) => Promise<T>): Promise<T> {
  const program: ChildProcess = spawn(process.execPath, ["-e", PROGRAM], { stdio: ["ignore", "pipe", "inherit"] });
  const waiting: Socket[] = [];
  try {
    const [said] = (await once(program.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
    const port = Number(said.toString());
    for (let taken = 0; taken < WAITING; taken += 1) {
      const socket = connect({ host: "127.0.0.1", port }).on("error", () => undefined);
      waiting.push(socket);
      await once(socket, "connect");
    }
    return await work(port);
  } finally {
    for (const socket of waiting) socket.destroy();
    program.kill("SIGKILL");
  }
}
