/** The hook before a stop, as the kubelet runs it, against gates that answer, do not, and come back. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { askGate } from "../../kafka/probes.ts";

/** Runs the hook against a gate that treats each request in its own way, and gives what it was asked. */
async function hook(limit: number, ...gate: ((response: ServerResponse) => unknown)[]) {
  const asked: string[] = [];
  const http = createServer((request, response) => {
    asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    gate[asked.length - 1]?.(response);
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  if (gate.length === 0) http.close();
  const start = Date.now();
  try {
    const failed = await promisify(execFile)("bash", ["-c", askGate(port, limit)]).then(
      () => false,
      () => true,
    );
    return { asked, failed, seconds: Math.floor((Date.now() - start) / 1000) };
  } finally {
    http.close();
    http.closeAllConnections();
  }
}

describe("the hook before a stop", () => {
  const open = (response: ServerResponse) => response.end("the cluster can spare this node\n");

  it("R-BRK-28 ends when the gate lets the node go, and not before", async () => {
    const later = (response: ServerResponse) => setTimeout(open, 1_200, response);
    assert.deepEqual(await hook(20, later), { asked: ["GET /gate"], failed: false, seconds: 1 });
  });

  it("R-BRK-28 asks anew where the sidecar breaks off or knows no gate: it may be there again soon", async () => {
    const torn = (response: ServerResponse) => response.destroy();
    const lost = (response: ServerResponse) => response.writeHead(404).end();
    assert.deepEqual(await hook(20, torn, lost, open), {
      asked: Array(3).fill("GET /gate"),
      failed: false,
      seconds: 2,
    });
  });

  it("gives up, and says so, where nobody answers in time or nobody is there", async () => {
    const never = await hook(1, () => undefined);
    assert.deepEqual([never.failed, never.seconds <= 2], [true, true]);
    const nobody = await hook(1);
    assert.deepEqual([nobody.failed, nobody.seconds <= 3], [true, true]);
  });
});
