/** The sidecar's answers over HTTP. */
import { createServer, type Server, type ServerResponse } from "node:http";
import { SIDECAR } from "../../kafka/sidecar.ts";
import type { Gate } from "./gate.ts";
import type { Readiness } from "./readiness.ts";

export interface Parts {
  readonly readiness: Readiness;
  readonly gate: Gate;
  readonly serving: () => Promise<boolean>;
}

/** Not listening yet. */
export function server({ readiness, gate, serving }: Parts): Server {
  const answers: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
    [SIDECAR.paths.ready]: (response) => {
      const { reasons } = readiness;
      response
        .writeHead(reasons.length === 0 ? 200 : 503)
        .end(reasons.length === 0 ? "ready\n" : `${reasons.join("\n")}\n`);
    },
    [SIDECAR.paths.state]: async (response) => {
      const up = await serving();
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ ...gate.state(), serving: up }));
    },
    [SIDECAR.paths.gate]: async (response) => {
      response.writeHead(200).end(`${await gate.enter()}\n`);
    },
  };
  return createServer((request, response) => {
    const answer = answers[request.url ?? ""];
    if (answer) void answer(response);
    else response.writeHead(404).end(`expected one of ${Object.keys(answers).join(", ")}\n`);
  });
}
