/** An API server over TLS as a pod sees it: with its address in the environment, and token and certificate in a folder. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** What was asked. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

export interface TlsApi {
  /** Folder with `token`, `ca.crt` and `namespace`. */
  readonly access: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/** @param answer is asked once a request */
export async function startTlsApi(answer: (asked: Asked) => { status: number; body: unknown }): Promise<TlsApi> {
  const folder = mkdtempSync(join(tmpdir(), "tls-api-"));
  const access = join(folder, "access");
  mkdirSync(access);
  const [key, cert] = ["api.key", "api.crt"].map((name) => join(folder, name)) as [string, string];
  const curve = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1".split(" ");
  const names = ["-subj", "/CN=api", "-addext", "subjectAltName=IP:127.0.0.1"];
  const files = ["-keyout", key, "-out", cert];
  const made = spawnSync("openssl", ["req", "-x509", "-nodes", "-days", "2", ...curve, ...names, ...files]);
  assert.equal(made.status, 0, String(made.stderr));
  copyFileSync(cert, join(access, "ca.crt"));
  writeFileSync(join(access, "token"), "short-lived\n");
  writeFileSync(join(access, "namespace"), "kafka");
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    void text(request).then((body) => {
      const { authorization, "content-type": contentType } = request.headers;
      const { status, body: json } = answer({
        method: request.method ?? "",
        url: request.url ?? "",
        authorization,
        contentType,
        body,
      });
      response
        .writeHead(status, { "content-type": "application/json" })
        .end(typeof json === "string" ? json : JSON.stringify(json));
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    access,
    env: { KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: String(port) },
    stop: async () => {
      server.closeAllConnections();
      await once(server.close(), "close");
      rmSync(folder, { recursive: true });
    },
  };
}
