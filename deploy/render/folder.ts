/** A folder of rendered objects: one YAML file each, and a kustomization.yaml that `kubectl apply -k` and GitOps tools take. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Manifest, manifestText } from "./manifests.ts";
import { CLUSTER_ID } from "./objects.ts";

/** Lists what a rendering wrote, so that the next one takes away its own files and no other. */
const LEDGER = ".rendered";

/**
 * Writes one file an object and a kustomization.yaml that lists them in the order of their dependence.
 * @param folder made where it is missing
 * @returns names of the files
 * @throws Error for a folder that holds files and was not made by a rendering
 */
export function writeManifests(folder: string, rendered: readonly Manifest[], title: string): string[] {
  const ledger = join(folder, LEDGER);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    if (!existsSync(ledger)) {
      throw new Error(
        `--out ${folder}: found a folder with files that no rendering wrote, expected an empty or a rendered one; ` +
          "name another folder",
      );
    }
    const earlier = readFileSync(ledger, "utf8").split("\n");
    for (const file of earlier.map((line) => basename(line)))
      if (file !== "") rmSync(join(folder, file), { force: true });
  }
  mkdirSync(folder, { recursive: true });
  const files: readonly (readonly [string, string])[] = [
    ...rendered.map(({ file, object }) => [file, manifestText(object)] as const),
    ["kustomization.yaml", kustomization(rendered, title)],
  ];
  for (const [file, text] of files) writeFileSync(join(folder, file), text);
  const names = files.map(([file]) => file);
  writeFileSync(ledger, `${names.join("\n")}\n`);
  return names;
}

function kustomization(rendered: readonly Manifest[], title: string): string {
  const secrets = rendered.filter(({ kind }) => kind === "Secret");
  const others = rendered.filter(({ kind }) => kind !== "Secret");
  const needsId = rendered.some(({ object }) => JSON.stringify(object).includes(CLUSTER_ID));
  const comments = [
    title,
    ...(needsId
      ? [
          `Before the first apply: put a cluster id of your own in place of ${CLUSTER_ID} and keep it. Render with`,
          "--cluster-id <id>, or patch it here; `kafka-storage.sh random-uuid` makes one.",
        ]
      : []),
    ...(secrets.length > 0
      ? ["Not listed, because their values are left out; fill them in, or make them with your secret store:"]
      : []),
    ...secrets.map(({ file }) => `  ${file}`),
  ];
  const header = comments.map((line) => `# ${line}\n`).join("");
  const list = {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: others.map(({ file }) => file),
  };
  return header + manifestText(list);
}
