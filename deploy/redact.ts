/** Takes secrets out of text that other programs wrote, before it reaches a terminal, a log or a caller. */

// eslint's no-control-regex does not apply to a RegExp made from text.
const ANSI = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
const COLOUR_TAG = /<\{%[^%]*%\}>/g;
const SECRET_NAME = /(PASSPHRASE|PASSWORD|TOKEN|SECRET|PRIVATE_KEY|ACCESS_KEY)(?!.*_FILE)/;

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/(\b(?:password|passwd|passphrase|secret|token)["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s"',;]+)/gi, "$1[secret]"],
  [/(\bBearer\s+)[\w.~+/=-]+/g, "$1[secret]"],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, "[secret]"],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g, "[secret]"],
];

/** Text without terminal colours and the engine's colour tags. */
export function plain(text: string): string {
  return text.replace(ANSI, "").replace(COLOUR_TAG, "");
}

/**
 * Text without colours, without the values of secret-looking environment variables and without what looks like a
 * credential.
 *
 * @param env - environment of the program that wrote the text
 */
export function redact(text: string, env: Readonly<Record<string, string | undefined>>): string {
  let clean = plain(text);
  for (const [name, value] of Object.entries(env)) {
    // A one-letter passphrase would blank out half of the message and protect nothing.
    if (value && value.length >= 4 && SECRET_NAME.test(name)) {
      clean = clean.replaceAll(value, "[secret]");
    }
  }
  for (const [pattern, replacement] of PATTERNS) {
    clean = clean.replace(pattern, replacement);
  }
  return clean;
}
