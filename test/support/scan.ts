/** What a scanner (sslscan) finds at a listener. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Scan {
  /** Protocols that are spoken, oldest first. */
  readonly protocols: readonly string[];
  /** Cipher suites that are taken, by name. */
  readonly ciphers: readonly string[];
  readonly heartbleed: boolean;
}

export async function scan(host: string, port: number): Promise<Scan> {
  const { stdout } = await run("sslscan", ["--no-colour", "--xml=-", "--no-groups", `${host}:${port}`], {
    timeout: 120_000,
  });
  const attributes = (tag: string) =>
    [...stdout.matchAll(new RegExp(`<${tag} ([^>]*)/?>`, "g"))].map(
      ([, text = ""]) =>
        new Map([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value])),
    );
  const protocols = attributes("protocol")
    .filter((found) => found.get("enabled") === "1")
    .map((found) => `${found.get("type") === "ssl" ? "SSL" : "TLS"}v${found.get("version") ?? ""}`);
  const ciphers = attributes("cipher").map((found) => found.get("cipher") ?? "");
  const heartbleed = attributes("heartbleed").some((found) => found.get("vulnerable") === "1");
  return { protocols: protocols.sort(), ciphers: [...new Set(ciphers)].sort(), heartbleed };
}
