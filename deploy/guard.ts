/** Which planned steps would lose data. The engine deletes and replaces what it is told to; this asks first. */
import type { Step } from "./results.ts";

/** Resources whose loss takes data with it, and why. */
const HOLDS_DATA: Readonly<Record<string, string>> = {
  "kubernetes:apps/v1:StatefulSet":
    "all its pods go at once; their claims stay, a new set finds them only by the same name",
  "kubernetes:core/v1:PersistentVolumeClaim": "the volume's data goes with it",
  "kubernetes:core/v1:PersistentVolume": "the volume's data goes with it",
  "kubernetes:core/v1:Namespace": "everything in it goes with it",
  "random:index/randomId:RandomId": "volumes are formatted with the cluster id; another one cannot read them",
  "aws:s3/bucket:Bucket": "the backups go with it",
};

const LOSES: ReadonlySet<string> = new Set(["delete", "replace", "delete-replaced"]);

/** The steps that delete or replace what holds data; a replacement appears once. */
export function losesData(steps: readonly Step[]): Step[] {
  const dangerous = steps.filter(({ op, type }) => LOSES.has(op) && type in HOLDS_DATA);
  const replaced = new Set(dangerous.filter(({ op }) => op === "replace").map(({ urn }) => urn));
  return dangerous.filter(({ op, urn }) => op === "replace" || !replaced.has(urn));
}

/** Why losing a resource of this type loses data; undefined where it does not. */
export function whyItMatters(type: string): string | undefined {
  return HOLDS_DATA[type];
}
