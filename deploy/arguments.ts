/** What the command lines here share. */
import { InvalidArgumentError } from "commander";

/** Parser of an option that takes a whole number from 1. */
export function count(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("Expected a whole number from 1.");
  return Number(text);
}
