/** What a scanner (sslscan) finds at a listener. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Signed } from "./issuing.ts";
import { needs } from "./programs.ts";

const run = promisify(execFile);

export interface Scan {
  /** Protocols that are spoken, oldest first. */
  readonly protocols: readonly string[];
  /** Cipher suites that are taken, by name. */
  readonly ciphers: readonly string[];
  readonly heartbleed: boolean;
}

/** What a listener of ours has: protocols and ciphers of today alone. */
export const OF_TODAY: Scan = {
  protocols: ["TLSv1.2", "TLSv1.3"],
  ciphers: [
    ...["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384"],
    ...["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"],
  ],
  heartbleed: false,
};

/** @param client the certificate to show, where one is asked for */
export async function scan(host: string, port: number, client: Signed): Promise<Scan> {
  await needs({ sslscan: "/usr/bin/sslscan" });
  const folder = mkdtempSync(join(tmpdir(), "scan-"));
  const [cert, key] = [join(folder, "cert"), join(folder, "key")];
  writeFileSync(cert, client.cert);
  writeFileSync(key, client.key, { mode: 0o600 });
  const options = ["--no-colour", "--no-groups", "--xml=-", `--certs=${cert}`, `--pk=${key}`];
  const { stdout } = await run("sslscan", [...options, `${host}:${port}`], { timeout: 120_000 }).finally(() => {
    rmSync(folder, { recursive: true });
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
