/** The resources of the random provider: their inputs with defaults, and how each draws its result. */
import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { secret, text, type Values } from "../values.ts";
import { ADJECTIVES, ADVERBS, ANIMALS } from "./words.ts";

export interface Kind {
  /** Inputs beside `keepers`; undefined stands for "no default". */
  readonly inputs: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Inputs that must be given. */
  readonly required: readonly string[];
  /** Names of what `draw` returns in `outputs`. */
  readonly results: readonly string[];
  draw(inputs: Values): { id: string; outputs: Values };
}

const number = (inputs: Values, key: string): number => {
  const value = inputs[key];
  return typeof value === "number" ? value : 0;
};

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const DIGITS = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

const pick = <T>(from: ArrayLike<T>): T => from[randomInt(from.length)] as T;

function shuffled<T>(items: readonly T[]): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}

/** A string over the wanted classes that holds at least the wanted number of each. */
export function characters(inputs: Values): string {
  const classes = [
    { on: inputs["lower"], min: number(inputs, "minLower"), from: LOWER },
    { on: inputs["upper"], min: number(inputs, "minUpper"), from: UPPER },
    { on: inputs["numeric"] ?? inputs["number"], min: number(inputs, "minNumeric"), from: DIGITS },
    { on: inputs["special"], min: number(inputs, "minSpecial"), from: text(inputs, "overrideSpecial") || SPECIAL },
  ];
  const length = number(inputs, "length");
  const least = classes.reduce((sum, { min }) => sum + min, 0);
  if (length < 1) throw new Error(`length: found ${length}, expected at least 1.`);
  if (least > length) {
    throw new Error(
      `length: found ${length}, expected at least ${least}, the sum of minLower, minUpper, minNumeric and minSpecial.`,
    );
  }
  const alphabet = classes.map(({ on, from }) => (on === false ? "" : from)).join("");
  if (alphabet === "") throw new Error("At least one of lower, upper, numeric and special must be true.");
  const due = classes.flatMap(({ min, from }) => Array.from({ length: min }, () => pick(from)));
  const rest = Array.from({ length: length - due.length }, () => pick(alphabet));
  return shuffled([...due, ...rest]).join("");
}

const STRING_INPUTS = {
  length: undefined,
  lower: true,
  upper: true,
  numeric: true,
  number: true,
  special: true,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
  overrideSpecial: undefined,
} as const;

const base64url = (bytes: Buffer): string => bytes.toString("base64url");

const uuid: Kind = {
  inputs: {},
  required: [],
  results: ["result"],
  draw: () => {
    const result = randomUUID();
    return { id: result, outputs: { result } };
  },
};

/** By type token. Identifiers, defaults and secretness are those of the real plugin's resources. */
export const KINDS: Readonly<Record<string, Kind>> = {
  "random:index/randomPassword:RandomPassword": {
    inputs: STRING_INPUTS,
    required: ["length"],
    results: ["result"],
    draw: (inputs) => ({ id: "none", outputs: { result: secret(characters(inputs)) } }),
  },
  "random:index/randomString:RandomString": {
    inputs: STRING_INPUTS,
    required: ["length"],
    results: ["result"],
    draw: (inputs) => {
      const result = characters(inputs);
      return { id: result, outputs: { result } };
    },
  },
  "random:index/randomId:RandomId": {
    inputs: { byteLength: undefined, prefix: undefined },
    required: ["byteLength"],
    results: ["b64Std", "b64Url", "dec", "hex"],
    draw: (inputs) => {
      const bytes = randomBytes(number(inputs, "byteLength"));
      const prefix = text(inputs, "prefix");
      const forms = {
        b64Std: bytes.toString("base64"),
        b64Url: base64url(bytes),
        dec: BigInt(`0x${bytes.toString("hex") || "0"}`).toString(),
        hex: bytes.toString("hex"),
      };
      const outputs = Object.fromEntries(Object.entries(forms).map(([key, value]) => [key, prefix + value]));
      return { id: forms.b64Url, outputs };
    },
  },
  "random:index/randomBytes:RandomBytes": {
    inputs: { length: undefined },
    required: ["length"],
    results: ["base64", "hex"],
    draw: (inputs) => {
      const bytes = randomBytes(number(inputs, "length"));
      return { id: "none", outputs: { base64: secret(bytes.toString("base64")), hex: secret(bytes.toString("hex")) } };
    },
  },
  "random:index/randomInteger:RandomInteger": {
    inputs: { min: undefined, max: undefined },
    required: ["min", "max"],
    results: ["result"],
    draw: (inputs) => {
      const result = randomInt(number(inputs, "min"), number(inputs, "max") + 1);
      return { id: `${result}`, outputs: { result } };
    },
  },
  "random:index/randomPet:RandomPet": {
    inputs: { length: 2, prefix: undefined, separator: "-" },
    required: [],
    results: [],
    draw: (inputs) => {
      const length = number(inputs, "length");
      const adverbs = Array.from({ length: Math.max(0, length - 2) }, () => pick(ADVERBS));
      const words = [...adverbs, ...(length > 1 ? [pick(ADJECTIVES)] : []), pick(ANIMALS)];
      const prefix = text(inputs, "prefix");
      return { id: [...(prefix === "" ? [] : [prefix]), ...words].join(text(inputs, "separator")), outputs: {} };
    },
  },
  "random:index/randomUuid:RandomUuid": uuid,
  "random:index/randomUuid4:RandomUuid4": uuid,
};
