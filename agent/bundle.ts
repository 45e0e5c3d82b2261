/**
 * The agent as one file that a stock Node image runs: built when the program runs, carried in a ConfigMap.
 * The client library needs all three of: ESM (it reads import.meta.url as it loads), its WebAssembly inlined, and a
 * `require` for a CommonJS dependency.
 */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

/** One program as one file. */
export interface Bundle {
  /** ESM source for Node 22 or newer; the file has to be named `*.mjs`. */
  readonly code: string;
  /** SHA-256 of `code` in hex: equal sources and packages give equal digests. */
  readonly digest: string;
}

/** Everything that runs in the cluster beside Kafka itself. */
export interface Programs {
  /** The agent's roles that run as Jobs. */
  readonly agent: Bundle;
  /** What stands beside every Kafka node. */
  readonly sidecar: Bundle;
}

/** Largest bundle in bytes: a ConfigMap holds 1 MiB, topics and scripts beside it. */
const LIMIT = 900_000;

/** @throws Error when a bundle does not build or is larger than a ConfigMap should carry */
export function bundlePrograms(): Programs {
  return { agent: bundleAgent(), sidecar: bundleSidecar() };
}

export const bundleAgent = (): Bundle => bundle("main.ts");
/** Without the client library: see sidecar/wire.ts. */
export const bundleSidecar = (): Bundle => bundle("sidecar/main.ts");

function bundle(entry: string): Bundle {
  const folder = dirname(fileURLToPath(import.meta.url));
  const unused = join(folder, "unused.ts");
  const built = buildSync({
    absWorkingDir: folder,
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node22",
    legalComments: "none",
    logLevel: "silent",
    alias: { "@platformatic/wasm-utils": "@platformatic/wasm-utils/bundled", avsc: unused },
    // Loaded by the library where they are installed; it works without.
    external: ["@node-rs/crc32", "protobufjs"],
    // A short name would collide with what the minifier makes up.
    banner: {
      js: "import{createRequire as __agentBundleCreateRequire}from'node:module';const require=__agentBundleCreateRequire(import.meta.url);",
    },
  });
  const code = built.outputFiles[0]?.text ?? "";
  const bytes = Buffer.byteLength(code);
  if (bytes > LIMIT) {
    throw new Error(
      `the bundle of agent/${entry} has ${bytes} bytes, expected at most ${LIMIT}; take a dependency out of agent/`,
    );
  }
  return { code, digest: createHash("sha256").update(code).digest("hex") };
}
