/** How the sidecar logs in at its own server: SCRAM-SHA-512 (RFC 5802) or PLAIN, over Kafka's SASL requests (KIP-43, KIP-152). */
import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import type { Line } from "./line.ts";
import { frame, plainFrame, refuse } from "./requests.ts";
import { bytes, Reader, TAGS } from "./wire.ts";

export interface Login {
  readonly mechanism: "SCRAM-SHA-512" | "PLAIN";
  readonly username: string;
  readonly password: string;
}

const HANDSHAKE = 17;
const AUTHENTICATE = 36;
const HASH = "sha512";
const HASH_BYTES = 64;
/** Fewer would let a server that is not ours have the password cheaply. */
const LEAST_ITERATIONS = 4_096;

/** @throws Error with the server's words where it refuses */
export async function logIn(line: Line, login: Login): Promise<void> {
  const mechanism = Buffer.from(login.mechanism);
  const length = Buffer.alloc(2);
  length.writeInt16BE(mechanism.length);
  const handshake = new Reader(await line.exchange(plainFrame(HANDSHAKE, 1, Buffer.concat([length, mechanism]))));
  handshake.skip(8);
  refuse("SaslHandshake", handshake.int16());
  const say = (message: Buffer) => authenticate(line, message);
  if (login.mechanism === "PLAIN") await say(Buffer.from(`\0${login.username}\0${login.password}`));
  else await scram(say, login);
}

async function authenticate(line: Line, message: Buffer): Promise<string> {
  const body = Buffer.concat([bytes(message), TAGS]);
  const answer = new Reader(await line.exchange(frame({ key: AUTHENTICATE, version: 2, body })));
  answer.skip(8);
  answer.tags();
  refuse("SaslAuthenticate", answer.int16(), answer.text());
  return answer.text();
}

async function scram(say: (message: Buffer) => Promise<string>, { username, password }: Login): Promise<void> {
  const name = username.normalize("NFKC").replaceAll("=", "=3D").replaceAll(",", "=2C");
  const nonce = randomBytes(24).toString("base64");
  const first = `n=${name},r=${nonce}`;
  const challenge = await say(Buffer.from(`n,,${first}`));
  const { r: both = "", s: salt = "", i: rounds = "" } = fields(challenge);
  const iterations = Number(rounds);
  if (!both.startsWith(nonce) || !(iterations >= LEAST_ITERATIONS)) {
    throw new Error("SaslAuthenticate: found a challenge of another login, or one with too few iterations");
  }
  const normal = password.normalize("NFKC");
  const salted = await promisify(pbkdf2)(normal, Buffer.from(salt, "base64"), iterations, HASH_BYTES, HASH);
  const clientKey = hmac(salted, "Client Key");
  const final = `c=${Buffer.from("n,,").toString("base64")},r=${both}`;
  const transcript = `${first},${challenge},${final}`;
  const signature = hmac(createHash(HASH).update(clientKey).digest(), transcript);
  const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0))).toString("base64");
  const { v: verifier = "" } = fields(await say(Buffer.from(`${final},p=${proof}`)));
  const expected = hmac(hmac(salted, "Server Key"), transcript);
  const found = Buffer.from(verifier, "base64");
  if (found.length !== expected.length || !timingSafeEqual(found, expected)) {
    throw new Error("SaslAuthenticate: the server does not know the password itself");
  }
}

const hmac = (key: Buffer, text: string): Buffer => createHmac(HASH, key).update(text).digest();

/** `r=…,s=…,i=…`, where values may hold `=`. */
function fields(text: string): Record<string, string> {
  return Object.fromEntries(text.split(",").map((part) => [part.slice(0, 1), part.slice(2)]));
}
