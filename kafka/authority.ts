/**
 * Authorities of the stack's own, a generation each, and how one takes over from the one before: first everybody trusts both,
 * then the new one signs, then the old one is trusted no more. Nobody meets a certificate that it does not trust.
 */
import * as rotation from "./rotation.ts";

export { generationSuffix } from "./rotation.ts";

/** done: there is one; trust: the one before still signs; sign: this one signs, the one before is still trusted. */
export const ROTATIONS = ["done", "trust", "sign"] as const;
export type Rotation = (typeof ROTATIONS)[number];
export type Authority = rotation.Rotating<"sign">;

/** Generations whose certificates are trusted, the newest first. */
export const trusted: (authority: Authority) => number[] = rotation.taken;

/** The generation that signs certificates of nodes. */
export const signing: (authority: Authority) => number = rotation.shown;

/** What may follow, the way forward first. */
export const nextStates = (authority: Authority): readonly Authority[] => rotation.nextStates(authority, "sign");
