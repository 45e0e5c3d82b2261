/** What the pod of a Kafka node and the sidecar in it agree on. */
export const SIDECAR = {
  /** HTTP; the kubelet asks it for readiness, the sidecars of peers for its state. */
  port: 9080,
  /** HTTP on loopback alone: the hook before a stop asks it, and nobody from outside the pod can. */
  gatePort: 9081,
  paths: {
    /** 200 when the node is ready, else 503; the body says why not. */
    ready: "/readyz",
    /** Answers as soon as the node may stop. */
    gate: "/gate",
    /** What peers have to know before one of them stops, as JSON. */
    state: "/state",
    /** Always 200. */
    live: "/livez",
  },
  /** Where the program is mounted, and its file. */
  folder: "/opt/sidecar",
  file: "sidecar.mjs",
  /** Environment variable: seconds after which a stop is let through, safe or not. */
  gateSeconds: "GATE_SECONDS",
} as const;

/** How long a stop may wait for its turn: half of the time that the pod has, as the controlled shutdown needs the rest. */
export function gateBudget(terminationGrace: number): number {
  return terminationGrace / 2;
}

/** The gate finishes what it has begun when its time is up, and its answer should be the one that counts. */
const LAST_ANSWER = 5_000;

/** How long the hook waits for a gate that does not answer. */
export function hookBudget(terminationGrace: number): number {
  return gateBudget(terminationGrace) + LAST_ANSWER;
}
