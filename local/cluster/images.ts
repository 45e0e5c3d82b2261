import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { archiveOf, type Image, imageKey } from "../build/archive.ts";
import type { Progress } from "../cache.ts";
import { LocalError } from "../errors.ts";
import { run } from "../run.ts";
import { containerdSocket, type Layout } from "./layout.ts";

const ctr = ["--address", containerdSocket, "--namespace", "k8s.io"];

/** Brings the images into containerd that it does not hold in this very content. */
export async function importImages(at: Layout, images: readonly Image[], progress: Progress): Promise<void> {
  const held = new Set((await run("ctr", [...ctr, "images", "list", "-q"])).split("\n"));
  const marker = (image: Image): string => join(at.imported, imageKey(image));
  const missing = images.filter((image) => !held.has(image.name) || !existsSync(marker(image)));
  if (missing.length === 0) return;
  progress(`bringing in images: ${missing.map((image) => image.name).join(", ")}`);
  const folder = mkdtempSync(join(at.root, "import-"));
  try {
    const archive = archiveOf(missing, folder);
    const packed = new Promise<number | null>((resolve) => archive.once("exit", resolve));
    await run("ctr", [...ctr, "images", "import", "-"], { input: archive });
    const code = await packed;
    if (code !== 0) throw new LocalError(`The images could not be packed: tar ended with ${code ?? "a signal"}.`);
    for (const image of missing) writeFileSync(marker(image), image.name);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
