import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { once } from "../cache.ts";
import { run } from "../run.ts";

/** A layer of an image: a folder in the cache that holds `layer.tar` and its digest. */
export type Layer = string;

/** An image: its name with tag, its layers from the bottom up, and how it runs. */
export interface Image {
  name: string;
  layers: Layer[];
  config: { Env?: string[]; User?: string; WorkingDir?: string; Entrypoint?: string[]; Cmd?: string[] };
}

/**
 * Makes a layer once, from a folder that `fill` fills. The same content gives the same bytes: names are sorted, times are
 * left out.
 *
 * @param exclude tar patterns of what stays out
 */
export async function makeLayer(
  layer: Layer,
  fill: (root: string) => Promise<void>,
  exclude: readonly string[] = [],
): Promise<Layer> {
  return await once(layer, async (folder) => {
    const root = join(folder, "root");
    mkdirSync(root);
    await fill(root);
    const file = join(folder, "layer.tar");
    const reproducible = ["--sort=name", "--mtime=@0", "--numeric-owner"];
    await run("tar", [
      ...exclude.map((pattern) => `--exclude=${pattern}`),
      ...reproducible,
      "-C",
      root,
      "-cf",
      file,
      ".",
    ]);
    await run("rm", ["-rf", root]);
    writeFileSync(join(folder, "digest"), await sha256(file));
  });
}

/** Identity of an image's content and configuration. */
export function imageKey(image: Image): string {
  return createHash("sha256").update(imageConfig(image)).update(image.name).digest("hex").slice(0, 16);
}

/**
 * Streams images as one docker-archive: a layer that several share is in it once.
 *
 * @param folder an empty folder for the index; remove it afterwards
 * @returns a running `tar` whose standard output is the archive
 */
export function archiveOf(images: readonly Image[], folder: string): ChildProcess {
  const index = images.map((image) => {
    const name = `${imageKey(image)}.json`;
    writeFileSync(join(folder, name), imageConfig(image));
    return { Config: name, RepoTags: [image.name], Layers: image.layers.map((layer) => `${digestOf(layer)}.tar`) };
  });
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(index));
  for (const layer of new Set(images.flatMap((image) => image.layers))) {
    symlinkSync(join(layer, "layer.tar"), join(folder, `${digestOf(layer)}.tar`));
  }
  return spawn("tar", ["--dereference", "-C", folder, "-cf", "-", "."], { stdio: ["ignore", "pipe", "inherit"] });
}

function imageConfig(image: Image): string {
  const layers = image.layers.map((layer) => `sha256:${digestOf(layer)}`);
  return JSON.stringify({
    architecture: "amd64",
    os: "linux",
    config: image.config,
    rootfs: { type: "layers", diff_ids: layers },
  });
}

const digestOf = (layer: Layer): string => readFileSync(join(layer, "digest"), "utf8");

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
