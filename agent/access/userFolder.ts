/** Declared users and their passwords, from mounted folders. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openLogins, parseUserFile, type UserSpec } from "../../kafka/access/userFile.ts";

/** Entries of a mounted volume; those that begin with two dots are Kubernetes' own. */
const filesOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => !name.startsWith(".."))
    .sort();

/**
 * @param folder one file a user, named as the user
 * @throws Error that names folder, file, what was found and what was expected
 */
export function readUserFolder(folder: string): UserSpec[] {
  return filesOf(folder).map((name) => parseUserFile(name, readFileSync(join(folder, name), "utf8")));
}

/**
 * @param folder one file a name to log in with, whose whole text is the password
 * @throws Error that names the users that are to be there and have none; never what was found
 */
export function readPasswords(folder: string, users: readonly UserSpec[]): Map<string, string> {
  const passwords = new Map(filesOf(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
  const missing = openLogins(users).filter((login) => (passwords.get(login) ?? "") === "");
  if (missing.length > 0) throw new Error(`${folder}: no password for ${missing.join(", ")}, expected a file for each`);
  return passwords;
}
