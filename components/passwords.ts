/** Passwords that nobody chose: drawn once, kept in the state as secrets, and drawn anew only under a new name. */
import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** 32 letters and digits are 190 bits; no other characters, so that no file format and no shell has to escape one. */
const LENGTH = 32;

export function password(name: string, parent: pulumi.Resource): pulumi.Output<string> {
  return new random.RandomPassword(name, { length: LENGTH, special: false }, { parent }).result;
}
