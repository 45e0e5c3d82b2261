/** What is secret in Secrets, in the forms in which it would show if it got out: as it is, and in base64. */
import { createPrivateKey } from "node:crypto";
import type { V1Secret } from "@kubernetes/client-node";
import { readJaasOptions, readJavaProperties } from "../../kafka/access/readJava.ts";

/** Form → the Secret and key that it is of. */
export type SecretForms = ReadonlyMap<string, string>;

/** Shorter ones are found where nobody has put them. */
const SHORTEST = 8;

const PRIVATE_KEY = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----\s+(\S+)[^-]+-----END \1-----/g;
/** A Secret of the agent has one key a login, each a password. */
const ALL_PASSWORDS = /-user-passwords$/;
const PASSWORD = /password(-\d+)?$/;

/** Everything secret that a Secret holds, in all of its forms. */
export function secretForms({ metadata, data = {} }: V1Secret): [form: string, of: string][] {
  const name = metadata?.name ?? "";
  return Object.entries(data).flatMap(([key, encoded]) => {
    const text = Buffer.from(encoded, "base64").toString();
    const whole = PASSWORD.test(key) || ALL_PASSWORDS.test(name) ? [text] : [];
    const forms = [...[...whole, ...passwordsIn(key, text)].flatMap(formsOf), ...privateKeysIn(text)];
    return forms.filter((form) => form.length >= SHORTEST).map((form) => [form, `${name} ${key}`] as const);
  }) as [string, string][];
}

/** Passwords of logins that a file names. */
function passwordsIn(key: string, text: string): string[] {
  const lines = key.endsWith(".properties")
    ? [...readJavaProperties(text)].filter(([name]) => name.endsWith("sasl.jaas.config")).map(([, line]) => line)
    : key.endsWith("sasl.jaas.config")
      ? [text]
      : [];
  return lines.flatMap((line) => readJaasOptions(line)?.["password"] ?? []);
}

/** A key is found by the beginning of its file, and by its secret number wherever the rest is written in another way. */
function privateKeysIn(text: string): string[] {
  return [...text.matchAll(PRIVATE_KEY)].flatMap(([pem, , firstLine = ""]) => {
    const { d = "" } = createPrivateKey(pem).export({ format: "jwk" });
    return [...formsOf(firstLine), ...base64Forms(Buffer.from(d, "base64url"))];
  });
}

const formsOf = (text: string): string[] => [text, ...base64Forms(Buffer.from(text))];

/** What a value looks like in the base64 of something that it is a part of, wherever it begins there. */
export function base64Forms(value: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), value]).toString("base64");
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + value.length) * 8) / 6));
  });
}
