/** One request over one connection: at a few requests a minute a kept connection would only be one more thing to lose. */
import { connect } from "node:net";
import { type Address, frame, type Request } from "./requests.ts";
import { Reader } from "./wire.ts";

/** Milliseconds until a node that does not answer counts as one that is ill. */
const TIMEOUT = 5_000;

/**
 * Sends a request and gives what is kept of the answer.
 * @throws Error that names the node, where it cannot be reached or does not answer in time
 */
export async function ask<T>(address: Address, request: Request<T>, timeout = TIMEOUT): Promise<T> {
  const where = `${address.host}:${address.port}`;
  const answer = await new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    const socket = connect(address, () => socket.write(frame(request)));
    const end = (error: Error | undefined, whole?: Buffer) => {
      clearTimeout(timer);
      socket.destroy();
      if (whole) resolve(whole);
      else reject(new Error(`${request.name} of ${where}: ${error?.message ?? "closed without an answer"}`));
    };
    const timer = setTimeout(() => {
      end(new Error(`no answer within ${timeout} ms`));
    }, timeout);
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      received += chunk.length;
      if (received < 4) return;
      if (chunks.length > 1 && (chunks[0]?.length ?? 0) < 4) chunks.splice(0, chunks.length, Buffer.concat(chunks));
      const length = (chunks[0]?.readInt32BE(0) ?? 0) + 4;
      if (received >= length) end(undefined, Buffer.concat(chunks));
    });
    socket.on("error", end);
    socket.on("close", () => {
      end(undefined);
    });
  });
  const reader = new Reader(answer);
  // Length and correlation id.
  reader.skip(8);
  reader.tags();
  return request.parse(reader);
}

/** Whether something listens there. Never rejects. */
export function listens(address: Address, timeout = 1_000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const end = (open: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(open);
    };
    const timer = setTimeout(end, timeout, false);
    socket.on("connect", () => {
      end(true);
    });
    socket.on("error", () => {
      end(false);
    });
  });
}
