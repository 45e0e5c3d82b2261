/** What runbooks tell people to type, run as it stands: the commands of a page's section, against a running platform. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { cacheFolder } from "../../local/cache.ts";
import { layout } from "../../local/cluster/layout.ts";
import { kubectl } from "../../local/index.ts";

const RUNBOOKS = join(import.meta.dirname, "..", "..", "docs", "runbooks");
/** Helpers that all pages use stand at the beginning of this one. */
const HELPERS = "kafka-operations";
/** Namespace that the pages assume. */
const ASSUMED = "kafka";
const SECONDS = 240;
/** For how long commands go on that only their user ends. */
const WATCHED_SECONDS = 25;

/**
 * sh: has an end; endless: until its user ends it; by-hand: names what only a case at hand can, or takes something away, so that
 * nobody should paste it unread.
 */
type Kind = "sh" | "endless" | "by-hand";

export interface Recipe {
  readonly kind: Kind;
  readonly text: string;
}
export interface Ran {
  readonly recipe: string;
  readonly code: number | null;
  /** Standard output and standard error as they came. */
  readonly output: string;
}

/** Fenced commands of a page, or of what stands there under a heading and its sub-headings; "" is its beginning. */
export function recipes(page: string, heading?: string): Recipe[] {
  const text = readFileSync(join(RUNBOOKS, `${page}.md`), "utf8");
  const part = heading === undefined ? text : text.split(/^(?=## )/m).find((one) => headingOf(one) === heading);
  if (part === undefined) throw new Error(`${page}.md has no section ${String(heading)}`);
  return [...part.matchAll(/^( *)```sh ?([a-z-]*)\n([^]*?)^\1```$/gm)].map(([, indent = "", kind = "", body = ""]) => ({
    kind: kind === "" ? "sh" : (kind as Kind),
    text: body.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
}
const headingOf = (section: string): string => /^## (.*)$/m.exec(section.split("\n")[0] ?? "")?.[1] ?? "";

/**
 * Runs the commands of a section in a shell, block by block, up to the first that fails.
 * @param kinds default: all that may be pasted as they are
 */
export async function runRecipes(
  page: string,
  heading: string,
  namespace: string,
  kinds: readonly Kind[] = ["sh", "endless"],
): Promise<Ran[]> {
  const helpers = [...new Set([HELPERS, page])].flatMap((one) => recipes(one, "")).map(({ text }) => text);
  const ran: Ran[] = [];
  for (const { kind, text } of recipes(page, heading).filter((recipe) => kinds.includes(recipe.kind))) {
    const script = [...helpers, text].join("\n").replaceAll(`-n ${ASSUMED} `, `-n ${namespace} `);
    const { code, output } = await runShell(script, kind === "endless" ? WATCHED_SECONDS : SECONDS);
    // Ended from here, as its user would.
    ran.push({ recipe: text, code: kind === "endless" ? (code ?? 0) : code, output });
    if (ran.at(-1)?.code !== 0) break;
  }
  return ran;
}

/** Runs a script in a process group of its own, which is ended with all that it started when its time is over. */
async function runShell(script: string, seconds: number): Promise<Omit<Ran, "recipe">> {
  const shell = spawn("bash", ["-euo", "pipefail", "-c", `exec 2>&1\n${script}`], {
    detached: true,
    env: environment(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const chunks: Buffer[] = [];
  shell.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const late = setTimeout(() => {
    if (shell.pid !== undefined) process.kill(-shell.pid, "SIGKILL");
  }, seconds * 1000);
  const [code] = (await once(shell, "close")) as [number | null];
  clearTimeout(late);
  return { code, output: Buffer.concat(chunks).toString() };
}

function environment(): NodeJS.ProcessEnv {
  const cache = cacheFolder();
  const path = [process.env["PATH"] ?? "", dirname(kubectl(cache))].join(delimiter);
  return { ...process.env, PATH: path, KUBECONFIG: layout(cache).kubeconfig };
}
