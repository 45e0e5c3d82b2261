/**
 * Authorities of the stack's own, a generation each, and how one takes over from the one before: first everybody trusts both,
 * then the new one signs, then the old one is trusted no more. Nobody meets a certificate that it does not trust.
 */

/** done: there is one; trust: the one before still signs; sign: this one signs, the one before is still trusted. */
export const ROTATIONS = ["done", "trust", "sign"] as const;
export type Rotation = (typeof ROTATIONS)[number];

export interface Authority {
  /** Counts from 1. */
  readonly generation: number;
  readonly rotation: Rotation;
}

/** Generations whose certificates are trusted, the newest first. */
export const trusted = ({ generation, rotation }: Authority): number[] =>
  rotation === "done" || generation === 1 ? [generation] : [generation, generation - 1];

/** The generation that signs certificates of nodes. */
export const signing = ({ generation, rotation }: Authority): number =>
  rotation === "trust" ? Math.max(1, generation - 1) : generation;

/** What may follow, the way forward first. */
export function nextStates({ generation, rotation }: Authority): readonly Authority[] {
  const [done, trust, sign] = (["done", "trust", "sign"] as const).map((one) => ({ generation, rotation: one }));
  const states: Readonly<Record<Rotation, readonly (Authority | undefined)[]>> = {
    done: [{ generation: generation + 1, rotation: "trust" }],
    trust: [sign, { generation: generation - 1, rotation: "done" }],
    sign: [done, trust],
  };
  return states[rotation].filter((state) => state !== undefined);
}

/** End of the names of a generation's objects: the first has none. */
export const generationSuffix = (generation: number): string => (generation === 1 ? "" : `-${generation}`);
