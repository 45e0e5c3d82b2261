/** How replicas may move when brokers join or go; {@link Settings}.kafka.rebalance fits. */
export interface Rebalance {
  /** Most that each broker copies a second, such as `50Mi`, or `unlimited`. */
  readonly throttle: string;
  /** Longest wait for a move, in milliseconds. */
  readonly timeout: number;
  /** Whether partitions move onto brokers that join. */
  readonly onScaleUp: "spread" | "leave";
}

/** Time for what surrounds a move: starting, asking, ending. Milliseconds. */
export const AROUND = 600_000;

/** The agent's options, the same for each role that moves replicas. */
export function movingOptions({ throttle, timeout }: Rebalance): string[] {
  return ["--throttle", throttle, "--timeout", `${timeout + AROUND / 2}ms`];
}
