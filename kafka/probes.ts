/**
 * Probes of a Kafka node, and the hook before its stop, as plain data. They ask the node itself or the sidecar in its pod and
 * never its peers, so one ill broker stays one.
 */
import { seconds } from "./availability.ts";
import { hookBudget, SIDECAR } from "./sidecar.ts";

interface Timing {
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}
export interface TcpProbe extends Timing {
  readonly tcpSocket: { readonly port: string };
}
interface HttpGet {
  readonly httpGet: { readonly path: string; readonly port: number };
}
export interface HttpProbe extends Timing, HttpGet {}

const PERIOD = 10;
/** Every start and every step of a roll waits for a probe of this period to come round. */
const START_PERIOD = 1;
/** How long a node may be out of sync before clients are sent elsewhere. */
const UNREADY_AFTER = 20;

const timing = (periodSeconds: number, failureThreshold: number): Timing => ({
  periodSeconds,
  timeoutSeconds: 5,
  failureThreshold,
});
const ofSidecar = (path: string): HttpGet => ({ httpGet: { path, port: SIDECAR.port } });

/**
 * Start and life are an open port. It opens only after log recovery (KAFKA-14658), so starting gets the whole budget and
 * liveness counts from then on; a liveness kill costs the next recovery, so it is patient. Ready is more: see
 * agent/sidecar/rules.ts.
 * @param port name of the port that peers use
 * @param startupBudget milliseconds
 */
export function nodeProbes(
  port: string,
  startupBudget: number,
): { startupProbe: TcpProbe; livenessProbe: TcpProbe; readinessProbe: HttpProbe } {
  const tcpSocket = { port };
  const starts = Math.max(1, Math.ceil(seconds(startupBudget) / START_PERIOD));
  return {
    startupProbe: { tcpSocket, ...timing(START_PERIOD, starts) },
    livenessProbe: { tcpSocket, ...timing(PERIOD, 6) },
    readinessProbe: { ...ofSidecar(SIDECAR.paths.ready), ...timing(START_PERIOD, UNREADY_AFTER / START_PERIOD) },
  };
}

/**
 * Asks the gate of this pod until it says that the node may stop. The sidecar may come back meanwhile, and be asked anew; where
 * it never answers, the stop goes ahead as late as a gate would let it.
 * @param limit seconds
 */
export function askGate(port: number, limit: number): string {
  const request = `printf 'GET ${SIDECAR.paths.gate} HTTP/1.0\\r\\n\\r\\n' >&3`;
  const answer = `read -r -t $((${limit} - SECONDS)) _ status _ <&3 && [ "$status" = 200 ]`;
  return `until { ${request} && ${answer}; } 3<>/dev/tcp/127.0.0.1/${port}
do [ $SECONDS -lt ${limit} ] || exit 1; sleep 1; done`;
}

/**
 * Holds a stop up until the cluster can spare the node. Asked inside the pod: a port that the kubelet reaches is open to other
 * pods, who could hold nodes up or have them all believe that everything stops, and a password would stand in every pod's
 * manifest. bash is in every image that has Kafka's launchers, as they are written for it, and it has sockets of its own. An
 * `httpGet` would also let the node go as soon as its sidecar restarts.
 * @param terminationGrace milliseconds that the pod has to stop
 */
export const stopGate = (terminationGrace: number) => ({
  preStop: { exec: { command: ["bash", "-c", askGate(SIDECAR.gatePort, seconds(hookBudget(terminationGrace)))] } },
});
