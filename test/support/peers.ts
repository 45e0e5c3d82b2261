/** What sidecars of peers say, for tests of the rules. */
import type { PeerState, Peers } from "../../agent/sidecar/rules.ts";

/** A peer that goes on. */
export const peer = (id: number, change: Partial<PeerState> = {}): PeerState => ({
  id,
  choosing: false,
  number: 0,
  stopping: false,
  passed: false,
  serving: true,
  seen: [],
  ...change,
});
export const peers = (...states: PeerState[]): Peers => new Map(states.map((state) => [state.id, state]));
