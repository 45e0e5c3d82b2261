import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, sep } from "node:path";
import { buildGoTools, type GoToolsName, goToolsFolder } from "./build/go.ts";
import { cacheFolder, locked, once, type Progress } from "./cache.ts";
import { findExecutable, isExecutable } from "./host.ts";
import { versions } from "./versions.ts";

/** Providers that the program uses and that this project can stand in for. */
export const providerNames = ["kubernetes", "random"] as const;
export type ProviderName = (typeof providerNames)[number];

/** A Pulumi engine that is ready to run the program. */
export interface Engine {
  /** Path of the `pulumi` program. */
  pulumi: string;
  /** `found`: the user's; `built`: made from its Go module. */
  pulumiOrigin: "found" | "built";
  languageHost: { origin: "found" | "built"; path: string };
  providers: Record<ProviderName, { origin: "found" | "stand-in"; path: string }>;
  /** To be laid over the process's environment for each run. What the user set is never overridden but for PATH. */
  env: Record<string, string>;
  /** One line a piece that says which one runs. */
  describe(): string[];
}

/** What {@link findEngine} found of the user's own; undefined where there is none. */
export interface FoundEngine {
  pulumi: string | undefined;
  languageHost: string | undefined;
  providers: Record<ProviderName, string | undefined>;
}

/** Options of {@link ensureEngine}. */
export interface EngineOptions {
  progress?: Progress;
  /** The environment to look in; this process's by default. */
  env?: NodeJS.ProcessEnv;
  /** Folder of stand-in providers; this project's by default. */
  standIns?: string;
}

/** `$PULUMI_HOME`, else `~/.pulumi`. */
export function pulumiHome(env: NodeJS.ProcessEnv): string {
  const own = env["PULUMI_HOME"];
  return own !== undefined && own !== "" ? own : join(env["HOME"] ?? homedir(), ".pulumi");
}

/**
 * Looks for what the user has: the CLI on PATH and in `$PULUMI_HOME/bin`; the language host there, beside the CLI and
 * among the plugins; providers there too, among the plugins only in the version that the SDK asks for or a later one.
 */
export function findEngine(env: NodeJS.ProcessEnv): FoundEngine {
  const home = pulumiHome(env);
  const path = (env["PATH"] ?? "").split(delimiter).filter((folder) => !isOurs(folder, env));
  const folders = [...path, join(home, "bin")].join(delimiter);
  const pulumi = findExecutable("pulumi", folders);
  const beside = pulumi === undefined ? folders : [folders, dirname(realpathSync(pulumi))].join(delimiter);
  const provider = (name: ProviderName): string | undefined =>
    findExecutable(`pulumi-resource-${name}`, beside) ?? findPlugin(home, "resource", name, sdkVersion(name));
  return {
    pulumi,
    languageHost: findExecutable("pulumi-language-nodejs", beside) ?? findPlugin(home, "language", "nodejs"),
    providers: { kubernetes: provider("kubernetes"), random: provider("random") },
  };
}

/** Folders that `npm run local -- env` put on PATH: what was built, and stand-ins, are not the user's. */
function isOurs(folder: string, env: NodeJS.ProcessEnv): boolean {
  const ours = [cacheFolder(env), join(import.meta.dirname, "providers")];
  return ours.some((root) => folder.startsWith(root + sep));
}

/** Path of a plugin's program in `<home>/plugins/<kind>-<name>-v<version>`, not older than `oldest`. */
function findPlugin(home: string, kind: "resource" | "language", name: string, oldest = "0.0.0"): string | undefined {
  const plugins = join(home, "plugins");
  if (!existsSync(plugins)) return undefined;
  const stem = `${kind}-${name}-v`;
  return readdirSync(plugins)
    .filter((folder) => folder.startsWith(stem) && compareVersions(folder.slice(stem.length), oldest) >= 0)
    .map((folder) => join(plugins, folder, `pulumi-${kind}-${name}`))
    .find(isExecutable);
}

function compareVersions(left: string, right: string): number {
  return left.localeCompare(right, "en", { numeric: true });
}

function sdkVersion(name: ProviderName): string {
  const manifest = join(import.meta.dirname, "../node_modules/@pulumi", name, "package.json");
  return String((JSON.parse(readFileSync(manifest, "utf8")) as { version: unknown }).version);
}

/**
 * An engine that runs the program: the user's pieces first; what is missing is built (CLI and language host, by Go) or
 * stood in for (providers).
 *
 * @throws LocalError when something must be built and there is no Go for it
 */
export async function ensureEngine(options: EngineOptions = {}): Promise<Engine> {
  const { progress = () => undefined, env = process.env } = options;
  const standIns = options.standIns ?? join(import.meta.dirname, "providers/bin");
  const cache = cacheFolder(env);
  const found = findEngine(env);
  const missing = providerNames.filter((name) => found.providers[name] === undefined);
  const pulumi = found.pulumi ?? (await built(cache, "pulumi", progress));
  const languageHost = found.languageHost ?? (await built(cache, "pulumi-language-nodejs", progress));
  const standInFolder = missing.length === 0 ? undefined : await exposeStandIns(cache, standIns, missing);
  const provider = (name: ProviderName): Engine["providers"][ProviderName] => {
    const path = found.providers[name];
    return path === undefined
      ? { origin: "stand-in", path: join(standIns, `pulumi-resource-${name}`) }
      : { origin: "found", path };
  };
  const engine: Omit<Engine, "describe"> = {
    pulumi,
    pulumiOrigin: found.pulumi === undefined ? "built" : "found",
    languageHost: { origin: found.languageHost === undefined ? "built" : "found", path: languageHost },
    providers: { kubernetes: provider("kubernetes"), random: provider("random") },
    env: engineEnvironment(env, found, { cache, pulumi, languageHost, standIns: standInFolder }),
  };
  return { ...engine, describe: () => describe(engine) };
}

async function built(cache: string, name: GoToolsName & `pulumi${string}`, progress: Progress): Promise<string> {
  const program = join(goToolsFolder(cache, name), name);
  if (existsSync(program)) return program;
  return join(await locked(cache, progress, () => buildGoTools(cache, name, progress)), name);
}

/**
 * A folder for PATH with just the stand-ins that are needed: the engine prefers a plugin on PATH to an installed one, so
 * none may hide a real one. They run under this very Node, whichever the program runs under.
 */
async function exposeStandIns(cache: string, standIns: string, names: readonly ProviderName[]): Promise<string> {
  const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  const scripts = names.map((name): [string, string] => {
    const program = join(standIns, `pulumi-resource-${name}`);
    const script = `#!/bin/sh\nKAFKA_PLATFORM_NODE=${quote(process.execPath)} exec ${quote(program)} "$@"\n`;
    return [`pulumi-resource-${name}`, script];
  });
  const key = createHash("sha256").update(JSON.stringify(scripts)).digest("hex").slice(0, 8);
  return await once(join(cache, "stand-ins", key), (folder) => {
    for (const [name, script] of scripts) writeFileSync(join(folder, name), script, { mode: 0o755 });
    return Promise.resolve();
  });
}

function engineEnvironment(
  env: NodeJS.ProcessEnv,
  found: FoundEngine,
  used: { cache: string; pulumi: string; languageHost: string; standIns: string | undefined },
): Record<string, string> {
  const path = (env["PATH"] ?? "").split(delimiter);
  const first = [
    used.standIns,
    dirname(used.pulumi),
    found.languageHost === undefined ? dirname(used.languageHost) : undefined,
  ];
  const added = first.filter((folder): folder is string => folder !== undefined && !path.includes(folder));
  // The engine that was built keeps its things out of ~/.pulumi, unless plugins of the user's are there.
  const ownHome =
    found.pulumi === undefined && Object.values(found.providers).every((provider) => provider === undefined);
  const wanted: Record<string, string> = {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...(used.standIns === undefined ? {} : { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" }),
    ...(ownHome ? { PULUMI_HOME: join(used.cache, "pulumi-home") } : {}),
  };
  const unset = Object.entries(wanted).filter(([name]) => (env[name] ?? "") === "");
  return { PATH: [...added, ...path].join(delimiter), ...Object.fromEntries(unset) };
}

function describe(engine: Omit<Engine, "describe">): string[] {
  const say = (what: string, origin: string, path: string, how: string): string =>
    `${what}: ${origin === "found" ? "yours" : how} (${path})`;
  return [
    say("pulumi", engine.pulumiOrigin, engine.pulumi, `built from its Go module v${versions.pulumi}`),
    say(
      "language host nodejs",
      engine.languageHost.origin,
      engine.languageHost.path,
      `built from its Go module v${versions.pulumiLanguageHost}`,
    ),
    ...providerNames.map((name) => {
      const { origin, path } = engine.providers[name];
      const install = `pulumi plugin install resource ${name} ${sdkVersion(name)}`;
      return say(`provider ${name}`, origin, path, `this project's stand-in; \`${install}\` brings the real one`);
    }),
  ];
}
