/** Whether the node is ready, found out from time to time and remembered: a probe costs nothing, however often it comes. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Gate } from "./gate.ts";
import type { Outlook } from "./outlook.ts";
import { brokerUnready, controllerUnready, outOfSync } from "./rules.ts";

export interface Readiness {
  /** Why the node is not ready; empty if it is. */
  readonly reasons: readonly string[];
}

/** Milliseconds between two looks. A roll waits for a node to become ready, nobody for it to become unready. */
const PERIOD = { ready: 5_000, unready: 250 };
/** Pause for each millisecond of work, so that a broker of very many partitions is not kept busy by it. */
const SHARE = { ready: 200, unready: 10 };

/** Why the node is not ready, asked anew. */
export async function unready(outlook: Outlook): Promise<string[]> {
  const { id, broker, controller } = outlook.node;
  const reasons: string[] = [];
  if (broker) {
    const metadata = await outlook.metadata();
    const behind = outOfSync(id, metadata.held);
    const added = behind.length === 0 ? new Set<string>() : await outlook.added(metadata);
    reasons.push(...brokerUnready(id, metadata, added));
  }
  if (controller) reasons.push(...controllerUnready(id, await outlook.quorum()));
  return reasons;
}

/** Starts looking, for as long as something else keeps the process alive. */
export function watch(outlook: Outlook, gate: Gate, log: (line: string) => void): Readiness {
  const readiness = { reasons: ["not looked at yet"] };
  const look = async () => {
    let said = "";
    for (;;) {
      const before = process.cpuUsage();
      try {
        readiness.reasons = await unready(outlook);
      } catch (error) {
        readiness.reasons = [error instanceof Error ? error.message : String(error)];
      }
      // Silence shows neither that it has stopped nor that it runs again.
      if (gate.stopping)
        await outlook.serving().then(
          (up) => {
            gate.observe(up);
          },
          () => undefined,
        );
      const words = readiness.reasons.length === 0 ? "ready" : `not ready: ${readiness.reasons.join("; ")}`;
      if (words !== said) log(words);
      said = words;
      const kind = readiness.reasons.length === 0 && !gate.stopping ? "ready" : "unready";
      const { user, system } = process.cpuUsage(before);
      await sleep(Math.max(PERIOD[kind], ((user + system) / 1000) * SHARE[kind]), undefined, { ref: false });
    }
  };
  void look();
  return readiness;
}
