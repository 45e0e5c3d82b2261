/** Probes of a Kafka node as plain data. They ask the node itself and never its peers, so one ill broker stays one. */
import { seconds } from "./availability.ts";

export interface TcpProbe {
  readonly tcpSocket: { readonly port: string };
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

const PERIOD = 10;
/** Every start and every step of a roll waits for this probe to come round. */
const START_PERIOD = 2;

const tcp = (port: string, failureThreshold: number, periodSeconds = PERIOD): TcpProbe => ({
  tcpSocket: { port },
  periodSeconds,
  timeoutSeconds: 5,
  failureThreshold,
});

/**
 * Probes on a named port. The port opens only after log recovery (KAFKA-14658), so starting gets the whole budget and
 * liveness counts from then on; a liveness kill costs the next recovery, so it is patient.
 * @param startupBudget milliseconds
 */
export function nodeProbes(
  port: string,
  startupBudget: number,
): { startupProbe: TcpProbe; livenessProbe: TcpProbe; readinessProbe: TcpProbe } {
  return {
    startupProbe: tcp(port, Math.max(1, Math.ceil(seconds(startupBudget) / START_PERIOD)), START_PERIOD),
    livenessProbe: tcp(port, 6),
    readinessProbe: tcp(port, 2),
  };
}
