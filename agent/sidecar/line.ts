/** A connection to a node on which requests are answered one after the other. */
import { connect, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectSecurely } from "node:tls";

export interface Line {
  /** Sends a whole message, length first, and gives the whole answer. Rejects where the line ends before. */
  exchange(message: Buffer): Promise<Buffer>;
  close(): void;
}

export interface Target {
  readonly host: string;
  readonly port: number;
  /** Gives the TLS options; default: no TLS. */
  readonly tls?: (() => ConnectionOptions) | undefined;
}

/** Nothing came in time: the other side may be dead, or have too much to do. */
export class NoAnswerError extends Error {
  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds} ms`);
  }
}
/** Whether a failure was mere silence. */
export const isNoAnswer = (error: unknown): boolean =>
  error instanceof NoAnswerError || (error instanceof Error && isNoAnswer(error.cause));

/**
 * Opens a line that ends by itself.
 * @param timeout milliseconds, for all that happens on it
 * @throws Error where nothing answers there in time
 */
export async function openLine({ host, port, tls }: Target, timeout: number): Promise<Line> {
  const state: { fail?: (error: Error) => void; answer?: (whole: Buffer) => void } = {};
  const broken = (error: Error) => {
    socket.destroy();
    state.fail?.(error);
  };
  let received: Buffer[] = [];
  let size = 0;
  const take = (chunk: Buffer) => {
    received.push(chunk);
    size += chunk.length;
    if (size < 4) return;
    if ((received[0]?.length ?? 0) < 4) received = [Buffer.concat(received)];
    if (size < (received[0]?.readInt32BE(0) ?? 0) + 4) return;
    const whole = Buffer.concat(received);
    [received, size] = [[], 0];
    state.answer?.(whole);
  };
  const socket: Socket = tls ? connectSecurely({ ...tls(), host, port, servername: host }) : connect({ host, port });
  const timer = setTimeout(() => {
    broken(new NoAnswerError(timeout));
  }, timeout);
  const expect = <T>(listen: (done: (value: T) => void) => void) =>
    new Promise<T>((resolve, reject) => {
      state.fail = reject;
      listen(resolve);
    });
  socket.on("data", take);
  socket.on("error", broken);
  socket.on("close", () => {
    clearTimeout(timer);
    state.fail?.(new Error("closed without an answer"));
  });
  await expect<boolean>((done) => {
    socket.once(tls ? "secureConnect" : "connect", () => {
      done(true);
    });
  });
  return {
    exchange: (message) =>
      expect<Buffer>((done) => {
        state.answer = done;
        socket.write(message);
      }),
    close: () => {
      clearTimeout(timer);
      socket.destroy();
    },
  };
}
