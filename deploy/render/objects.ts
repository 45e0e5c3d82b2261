/** A stack as Kubernetes objects, made by the program itself without engine, cluster or network. */
import { bundlePrograms } from "../../agent/bundle.ts";
import { AFTER_FIRST_START } from "../../components/voters.ts";
import { platform } from "../../stacks/platform.ts";
import { providers } from "../../stacks/provider.ts";
import type { Settings } from "../../stacks/settings/settings.ts";
import { type Manifest, manifests } from "./manifests.ts";
import { record } from "./record.ts";

/** What stands where a stack's own cluster id belongs. The storage formatter refuses it, so it cannot be run as it is. */
export const CLUSTER_ID = "REPLACE-WITH-CLUSTER-ID";

/** @param clusterId 22 characters of URL-safe base64; default {@link CLUSTER_ID} */
export async function renderStack(settings: Settings, clusterId = CLUSTER_ID): Promise<Manifest[]> {
  const { resources } = await record(() => platform(settings, providers(settings), bundlePrograms()), {
    stack: settings.environment,
    randomId: clusterId,
  });
  return manifests(resources).filter(({ object }) => !(AFTER_FIRST_START in annotationsOf(object)));
}

function annotationsOf(object: Manifest["object"]): Readonly<Record<string, string>> {
  return (object["metadata"] as { annotations?: Record<string, string> }).annotations ?? {};
}
