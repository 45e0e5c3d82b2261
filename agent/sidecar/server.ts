/** The sidecar's answers over HTTP: to whoever asks, and to its own pod alone. */
import { createServer, type Server, type ServerResponse } from "node:http";
import { SIDECAR } from "../../kafka/sidecar.ts";
import type { Gate } from "./gate.ts";
import type { Readiness } from "./readiness.ts";

export interface Parts {
  readonly readiness: Readiness;
  readonly gate: Gate;
  readonly serving: () => Promise<boolean>;
}

type Answers = Readonly<Record<string, (response: ServerResponse) => unknown>>;

const ALIVE: Answers = {
  [SIDECAR.paths.live]: (response) => response.writeHead(200).end("alive\n"),
};

/** While the node's properties are not written yet: no server runs that could be asked, or that a stop could harm. */
const BEFORE: Answers = {
  ...ALIVE,
  [SIDECAR.paths.ready]: (response) => response.writeHead(503).end("the node is not prepared yet\n"),
  [SIDECAR.paths.state]: (response) => response.writeHead(503).end(),
};
const GATE_BEFORE: Answers = {
  [SIDECAR.paths.gate]: (response) => response.writeHead(200).end("no server runs yet\n"),
};

type CurrentParts = () => Parts | undefined;

/**
 * For the kubelet and peers; asking changes nothing. Not listening yet.
 * @param parts undefined for as long as the node is not prepared
 */
export const openServer = (parts: CurrentParts): Server => answering(parts, answersOf, BEFORE);

/** For the hook before the stop: whoever asks it has this node, and so its peers, take it for one that is to stop. */
export const gateServer = (parts: CurrentParts): Server => answering(parts, gateAnswers, GATE_BEFORE);

function answering(parts: CurrentParts, answersNow: (now: Parts) => Answers, before: Answers): Server {
  return createServer((request, response) => {
    const now = parts();
    const answers = now ? answersNow(now) : before;
    const answer = answers[request.url ?? ""];
    if (answer) void answer(response);
    else response.writeHead(404).end(`expected one of ${Object.keys(answers).join(", ")}\n`);
  });
}

const answersOf = ({ readiness, gate, serving }: Parts): Answers => ({
  ...ALIVE,
  [SIDECAR.paths.ready]: (response) => {
    const { reasons } = readiness;
    response
      .writeHead(reasons.length === 0 ? 200 : 503)
      .end(reasons.length === 0 ? "ready\n" : `${reasons.join("\n")}\n`);
  },
  [SIDECAR.paths.state]: async (response) => {
    // One that takes no connection now is none to rely on, whatever keeps it.
    const up = await serving().catch(() => false);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ ...gate.state(), serving: up }));
  },
});

const gateAnswers = ({ gate }: Parts): Answers => ({
  [SIDECAR.paths.gate]: async (response) => {
    response.writeHead(200).end(`${await gate.enter()}\n`);
  },
});
