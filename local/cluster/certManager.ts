import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { goToolsFolder } from "../build/go.ts";
import { LocalError } from "../errors.ts";
import { apply, hasCondition, type KubeObject, list } from "./api.ts";
import type { Layout } from "./layout.ts";

const API = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** Applies the custom resources of cert-manager and waits until the API server serves them: its controllers watch them at once. */
export async function applyCertManager(cache: string, at: Layout): Promise<void> {
  const folder = join(goToolsFolder(cache, "cert-manager"), "../crds");
  const definitions = readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => parse(readFileSync(join(folder, file), "utf8")) as KubeObject);
  await Promise.all(definitions.map((one) => apply(at, `${API}/${one.metadata.name}`, one)));
  const names = definitions.map(({ metadata }) => metadata.name);
  const end = Date.now() + 30_000;
  while (Date.now() < end) {
    const served = (await list(at, API)).filter((one) => hasCondition(one, "Established"));
    if (names.every((name) => served.some(({ metadata }) => metadata.name === name))) return;
    await sleep(100);
  }
  throw new LocalError("The API server did not serve cert-manager's resources within 30 s.");
}
