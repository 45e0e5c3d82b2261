/**
 * Whose turn it is among nodes that are to stop at the same time, without a lock anywhere: Lamport's bakery (CACM 17(8),
 * 1974). Each node writes only its own ticket and reads those of the others; one that does not answer takes no part.
 */
import type { Peers } from "./rules.ts";

/** Number 0 is no ticket. */
export interface Ticket {
  choosing: boolean;
  number: number;
}

/** Takes a ticket: a number above all that are held. @param read asks the peers */
export async function draw(ticket: Ticket, read: () => Promise<Peers>): Promise<void> {
  ticket.choosing = true;
  try {
    const peers = await read();
    ticket.number = 1 + Math.max(0, ...[...peers.values()].map(({ number }) => number));
  } finally {
    ticket.choosing = false;
  }
}

/** The peers that come first: those with a lower number, with the same and a lower id, or that are still choosing. */
export function ahead(id: number, ticket: Ticket, peers: Peers): number[] {
  const first = [...peers.values()].filter(
    (peer) =>
      peer.choosing ||
      (peer.number > 0 && (peer.number < ticket.number || (peer.number === ticket.number && peer.id < id))),
  );
  return first.map((peer) => peer.id);
}
