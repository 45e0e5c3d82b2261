/**
 * Logins of the platform itself, and how others take their place on a running cluster. Names take turns as those of users do
 * (logins.ts), but nodes both show a password and ask for it, so it takes a roll more: whoever shows the new one first must meet
 * nobody who does not know it.
 */
import { generationSuffix, nextStates, type Rotating, shown, taken } from "../rotation.ts";
import { loginOf } from "./logins.ts";
import { PLATFORM_USERS } from "./platformUsers.ts";

/** done: there is one; trust: both open, the one before is still used; use: both open, this one is used. */
export const PASSWORD_ROTATIONS = ["done", "trust", "use"] as const;
export type PlatformPasswords = Rotating<"use">;

export const FIRST_PASSWORDS: PlatformPasswords = { generation: 1, rotation: "done" };

/** Passwords of a generation: each is a file of the nodes' Secret, named `<password>-password`. */
export const PASSWORDS = ["broker", "admin", "controller"] as const;
/**
 * broker: of {@link PLATFORM_USERS}.broker, among brokers; admin: of {@link PLATFORM_USERS}.admin, for the first formatting, and
 * for tools in the pod; controller: of the brokers' user at controllers, which know no SCRAM (KAFKA-15513).
 */
export type PlatformPassword = (typeof PASSWORDS)[number];

const USERS: Readonly<Record<PlatformPassword, string>> = {
  broker: PLATFORM_USERS.broker,
  admin: PLATFORM_USERS.admin,
  controller: PLATFORM_USERS.broker,
};

export interface PlatformLogin {
  /** Name to log in with. */
  readonly username: string;
  /** File of the nodes' Secret. */
  readonly file: string;
}

export const passwordFile = (of: PlatformPassword, generation: number): string =>
  `${of}-password${generationSuffix(generation)}`;

const login = (of: PlatformPassword, generation: number): PlatformLogin => ({
  username: loginOf(USERS[of], generation),
  file: passwordFile(of, generation),
});

/** By what a node, a Job or a tool logs in. */
export const loginInUse = (of: PlatformPassword, passwords: PlatformPasswords): PlatformLogin =>
  login(of, shown(passwords));

/** What opens, the newest first. */
export const openLogins = (of: PlatformPassword, passwords: PlatformPasswords): PlatformLogin[] =>
  taken(passwords).map((generation) => login(of, generation));

/** What may follow, the way forward first. */
export const nextPasswords = (passwords: PlatformPasswords): readonly PlatformPasswords[] =>
  nextStates(passwords, "use");
