/** Probes of a Kafka node. They ask the node itself and never its peers, so one ill broker stays one. */
import type { types } from "@pulumi/kubernetes";
import { seconds } from "../kafka/availability.ts";

type Probe = types.input.core.v1.Probe;

const PERIOD = 10;

/**
 * Probes on a named port. The port opens only after log recovery (KAFKA-14658), so starting gets the whole budget and
 * liveness counts from then on; a liveness kill costs the next recovery, so it is patient.
 * @param startupBudget milliseconds
 */
export function nodeProbes(
  port: string,
  startupBudget: number,
): { startupProbe: Probe; livenessProbe: Probe; readinessProbe: Probe } {
  const tcp = (failureThreshold: number, periodSeconds = PERIOD): Probe => ({
    tcpSocket: { port },
    periodSeconds,
    timeoutSeconds: 5,
    failureThreshold,
  });
  // A node that is up should be seen as up: a short period costs a connection, a long one delays every start and roll.
  const startPeriod = 2;
  return {
    startupProbe: tcp(Math.max(1, Math.ceil(seconds(startupBudget) / startPeriod)), startPeriod),
    livenessProbe: tcp(6),
    readinessProbe: tcp(2),
  };
}
