/**
 * A name that nobody may use any more keeps a credential that no password opens: one is never deleted. A broker of 3.9 to 4.3
 * that reads its metadata from a log without a snapshot, and in it a deletion, may drop every credential there is
 * (`ScramDelta.apply` lets go of the whole mechanism where the deletion is the first change that it comes to): after its next
 * start it would let nobody in.
 */

/** Iterations of SCRAM-SHA-512: Kafka's least, which a login costs both sides (RFC 5802, KIP-554). */
export const ITERATIONS = 4_096;
/** All that Kafka tells of a credential; by it one that is locked is known. */
export const LOCKED_ITERATIONS = ITERATIONS + 1;
