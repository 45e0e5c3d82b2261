/**
 * Names under which a user logs in. Kafka holds one password for a name and mechanism, so a password that is to be replaced
 * while clients run needs a second name for a while: names take turns, and rights and limits hold for both. (Known as
 * alternating users; the other way, changing the password under a name, locks out whoever reconnects too early or too late.)
 */

/** A user's credential in the settings. */
export interface Credential {
  /** Counts the passwords of a user, from 1; a new number is a new password under the other name. */
  readonly generation: number;
  /** Whether the generation before this one still opens. */
  readonly keepPrevious: boolean;
}

const SECOND = ".2";

/** Both names that a user may ever have. */
export const namesOf = (user: string): readonly [string, string] => [user, `${user}${SECOND}`];

/** The name that belongs to a generation: odd ones have the user's own. */
export function loginOf(user: string, generation: number): string {
  const [own, second] = namesOf(user);
  return generation % 2 === 1 ? own : second;
}

/** Generations that open at present, the newest first. */
export function generations({ generation, keepPrevious }: Credential): number[] {
  return keepPrevious && generation > 1 ? [generation, generation - 1] : [generation];
}

/** The user that a name belongs to. */
export const userOf = (login: string): string => (login.endsWith(SECOND) ? login.slice(0, -SECOND.length) : login);
