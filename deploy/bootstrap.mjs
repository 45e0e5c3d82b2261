/**
 * Runs before `npm start`, `npm test` and their like, under whatever Node the machine has and with nothing installed: puts
 * the packages of package-lock.json in place where they are missing or others. Installs nothing where they are right.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const node = join(modules, ".bin", process.platform === "win32" ? "node.cmd" : "node");

/** What npm has put in place, by path; undefined where it has not finished. */
function packages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : undefined;
}

/** Why the packages must be installed; undefined where they are right. */
function reason() {
  const installed = packages(join(modules, ".package-lock.json"));
  if (installed === undefined) return "none are installed";
  const wanted = packages(join(root, "package-lock.json"));
  const stray = Object.keys(wanted).find((path) => {
    // Optional ones depend on the platform: what is not there was not wanted here.
    if (path === "" || (installed[path] === undefined && wanted[path].optional)) return false;
    return installed[path]?.version !== wanted[path].version;
  });
  if (stray !== undefined) return `${stray} is not the one of package-lock.json`;
  return existsSync(node) ? undefined : "the Node that the project brings is missing";
}

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Node ${process.versions.node} is too old: install Node 20.19 or later (the project brings its own 24).`,
  );
  process.exit(1);
}
const why = reason();
if (why !== undefined) {
  console.error(`Installing packages: ${why} …`);
  const npm = process.env.npm_execpath;
  const args = ["ci", "--no-audit", "--no-fund"];
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: "inherit" })
    : spawnSync("npm", args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) process.exit(status ?? 1);
  if (!existsSync(node)) {
    console.error(
      "npm skipped install scripts, which the node package needs: run `npm rebuild node --ignore-scripts=false`.",
    );
    process.exit(1);
  }
}
