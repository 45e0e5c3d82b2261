/**
 * Where replicas should be: pure functions of where they are. Both plans move as few replicas as they can, keep each
 * partition's replication factor, never put two replicas of a partition on one broker, and never leave a partition in
 * fewer racks than before.
 */
import { type BrokerPlace, Layout, type Move, type Placement } from "./layout.ts";

export type { BrokerPlace, Move, Placement } from "./layout.ts";

export interface DrainPlan {
  readonly moves: readonly Move[];
  /** Partitions with more replicas than there are brokers to hold them. */
  readonly impossible: readonly Placement[];
}

/**
 * Moves every replica that is not on one of `brokers` to one of them, and no other: to a rack that the partition does not
 * have yet where there is one, else to the broker with the fewest replicas.
 * @param placements where replicas are, or will be once running reassignments are through; the first is the preferred leader
 * @param brokers those that stay
 */
export function planDrain(placements: readonly Placement[], brokers: readonly BrokerPlace[]): DrainPlan {
  const impossible = placements.filter(({ replicas }) => replicas.length > brokers.length);
  const possible = placements.filter(({ replicas }) => replicas.length <= brokers.length);
  const layout = new Layout(possible, brokers);
  const staying = new Set(brokers.map(({ id }) => id));
  // Partitions with the fewest brokers to choose from come first, so that the others even out what these were forced to.
  const leaving = possible
    .map((placement, index) => ({ index, away: placement.replicas.filter((id) => !staying.has(id)), placement }))
    .filter(({ away }) => away.length > 0)
    .sort((a, b) => b.placement.replicas.length - a.placement.replicas.length || a.index - b.index);
  const moved: { index: number; at: number }[] = [];
  for (const { index, away } of leaving) {
    for (const from of away) {
      const to = layout.best(index, from);
      if (to === undefined) continue;
      layout.move(index, from, to);
      moved.push({ index, at: layout.replicas(index).indexOf(to) });
    }
  }
  evenOut(layout, moved);
  layout.balanceLeaders(leaving.map(({ index }) => index));
  return { moves: layout.changes(), impossible };
}

/**
 * Evens out how many replicas each broker holds: until no broker holds two more than another, unless only a move that
 * takes a partition out of a rack could go on. Each move goes from the fullest to the emptiest broker, of the topic that
 * gains most from it.
 */
export function planSpread(placements: readonly Placement[], brokers: readonly BrokerPlace[]): Move[] {
  const layout = new Layout(placements, brokers);
  let barred = new Set<string>();
  for (let moved = false; ; ) {
    const move = nextMove(layout, barred);
    if (move) layout.move(move.index, move.from, move.to);
    // What racks forbade may have become possible by the moves since.
    else if (moved && barred.size > 0) barred = new Set();
    else break;
    moved = move !== undefined;
  }
  layout.balanceLeaders(layout.changed());
  return layout.changes();
}

/** @param barred pairs of brokers between which racks forbid every move; found ones are added */
function nextMove(layout: Layout, barred: Set<string>): { index: number; from: number; to: number } | undefined {
  const ids = layout.byLoad();
  // The widest gap first; a narrower one only where racks forbid every move over the wider.
  for (const to of ids) {
    for (const from of ids.toReversed()) {
      if (layout.load(from) - layout.load(to) < 2) break;
      const pair = `${from} ${to}`;
      if (barred.has(pair)) continue;
      const index = layout.bestToMove(from, to);
      if (index !== undefined) return { index, from, to };
      barred.add(pair);
    }
  }
  return undefined;
}

/** Puts replicas that move anyway onto emptier brokers, where the first choice has become a fuller one. */
function evenOut(layout: Layout, moved: readonly { index: number; at: number }[]): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const { index, at } of moved) {
      const from = layout.replicas(index)[at];
      if (from === undefined) continue;
      const to = layout.best(index, from);
      if (to === undefined || layout.load(from) - layout.load(to) < 2 || layout.racksLost(index, from, to) > 0)
        continue;
      layout.move(index, from, to);
      changed = true;
    }
  }
}
