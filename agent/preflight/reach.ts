/** Whether anybody listens: told apart by how connections fail. */
import { once } from "node:events";
import { connect } from "node:net";

/** up: one accepts. down: every one refuses or has no address. unclear: none accepts, and one gives no clear answer. */
export type Reach = "up" | "down" | "unclear";

const CONNECT_MS = 2_000;
/** The host says that nothing listens, or there is no such name. */
const CLEAR = ["ECONNREFUSED", "ENOTFOUND", "ENODATA"];

/** @param brokers `host:port` each */
export async function reachable(brokers: readonly string[]): Promise<Reach> {
  const answers = await Promise.all(brokers.map(one));
  if (answers.includes("up")) return "up";
  return answers.every((answer) => answer === "down") ? "down" : "unclear";
}

async function one(broker: string): Promise<Reach> {
  const at = broker.lastIndexOf(":");
  const socket = connect({ host: broker.slice(0, at), port: Number(broker.slice(at + 1)) });
  const timer = setTimeout(() => {
    socket.destroy(new Error("no answer"));
  }, CONNECT_MS);
  try {
    await once(socket, "connect");
    return "up";
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return CLEAR.includes(code) ? "down" : "unclear";
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
