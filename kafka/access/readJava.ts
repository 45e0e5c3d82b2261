/** The reading half of what {@link ./jaas.ts} writes: properties and logins as Java has them. */

/** Entries of a properties file, with escapes resolved. Continued lines are not read: this program writes none. */
export function readJavaProperties(text: string): Map<string, string> {
  const entries = text
    .split(/\r?\n/)
    .map((line) => line.trimStart())
    .filter((line) => line !== "" && !/^[#!]/.test(line));
  return new Map(
    entries.map((line) => {
      const key = /^(?:[^\\=: \t]|\\.)*/.exec(line)?.[0] ?? "";
      const value = line.slice(key.length).replace(/^[ \t]*[=:]?[ \t]*/, "");
      return [unescaped(key), unescaped(value)];
    }),
  );
}

const LETTERS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", f: "\f" };

const unescaped = (text: string): string =>
  text.replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code: string | undefined, letter: string) =>
    code === undefined ? (LETTERS[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );

/** Options of a JAAS line, such as `username` and `password`; undefined where the line is none. */
export function readJaasOptions(line: string): Record<string, string> | undefined {
  const [, options, end] = /^\s*[\w.$]+\s+required((?:\s+[\w.-]+="(?:[^"\\]|\\.)*")*)\s*(;)\s*$/.exec(line) ?? [];
  if (end === undefined) return undefined;
  const found = (options ?? "").matchAll(/([\w.-]+)="((?:[^"\\]|\\.)*)"/g);
  return Object.fromEntries([...found].map(([, key = "", value = ""]) => [key, unquoted(value)]));
}

const unquoted = (text: string): string =>
  text.replaceAll(/\\(?:([0-3][0-7]{2})|(.))/g, (_, code: string | undefined, letter: string) =>
    code === undefined ? (LETTERS[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 8)),
  );
