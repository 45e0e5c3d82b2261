/** The first question of any client of Kafka, encrypted or in plain text, and what a server says to it. */
import { connect as connectPlain } from "node:net";
import { type ConnectionOptions, connect } from "node:tls";

/** First byte of what a server of TLS says to somebody whom it does not understand. */
export const TLS_ALERT = 21;

const CORRELATION = 20_261_130;
/** Asks which requests are known, in its oldest form: header with an empty client id, and no body. */
function versionsRequest(): Buffer {
  const request = Buffer.alloc(14);
  request.writeInt32BE(10, 0);
  request.writeInt16BE(18, 4);
  request.writeInt32BE(CORRELATION, 8);
  return request;
}

export interface Question {
  readonly host: string;
  readonly port: number;
  /** Default in plain text. */
  readonly tls?: ConnectionOptions;
}

/** What a server says to the first question of any client of Kafka, until it has answered or closed. */
export const ask = ({ host, port, tls }: Question): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    let said = Buffer.alloc(0);
    const send = () => socket.write(versionsRequest());
    const socket = tls ? connect({ host, port, ...tls }, send) : connectPlain({ host, port }, send);
    const end = () => {
      resolve(said);
      socket.destroy();
    };
    socket.setTimeout(10_000, () => {
      reject(new Error(`${host}:${port} neither answers nor closes`));
      socket.destroy();
    });
    socket.on("data", (chunk: Buffer) => {
      said = Buffer.concat([said, chunk]);
      if (answers(said)) end();
    });
    // A connection that is cut off is closed too.
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNRESET" || error.code === "EPIPE") end();
      else reject(error);
    });
    socket.on("close", end);
  });

/** Whether Kafka has answered the question. */
export const answers = (said: Buffer): boolean => said.length >= 8 && said.readInt32BE(4) === CORRELATION;
