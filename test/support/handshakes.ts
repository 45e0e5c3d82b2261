/** TLS handshakes with listeners, as somebody who connects sees them. */
import { type ConnectionOptions, connect } from "node:tls";

export interface Handshake {
  readonly protocol: string | null;
  /** Serial number of the certificate that was shown. */
  readonly serial: string | undefined;
  /** Why there was none. */
  readonly refused?: string;
}

/** What a handshake agreed on, or why there was none. */
export const handshake = (host: string, port: number, options: ConnectionOptions): Promise<Handshake> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, ...options }, () => {
      resolve({ protocol: socket.getProtocol(), serial: socket.getPeerCertificate().serialNumber });
      socket.destroy();
    });
    socket.setTimeout(5_000, () => socket.destroy(new Error("no answer")));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      resolve({ protocol: null, serial: undefined, refused: error.code ?? error.message });
    });
  });

/** Milliseconds in which a server refuses, if it does. */
const REFUSAL = 1_500;

/**
 * What comes of a connection: `open`, or why it ended. With TLS 1.3 a server looks at a client's certificate only after the
 * client is done with its handshake.
 */
export const connection = (host: string, port: number, options: ConnectionOptions): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, ...options }, () => {
      setTimeout(() => {
        resolve("open");
        socket.destroy();
      }, REFUSAL);
    });
    socket.setTimeout(5_000, () => socket.destroy(new Error("no answer")));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    socket.on("close", () => {
      resolve("closed");
    });
  });
