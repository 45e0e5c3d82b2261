/**
 * The embedded default: on a machine with nothing, a single-node Kubernetes with real pods and a Pulumi engine.
 * Whoever has a cluster and a Pulumi CLI needs neither.
 */
import { join } from "node:path";
import { goToolsFolder } from "./build/go.ts";
import { cacheFolder, locked, type Progress } from "./cache.ts";
import { layout, nodeName } from "./cluster/layout.ts";
import { type Step, upSteps } from "./cluster/up.ts";

import { findExecutable } from "./host.ts";

export { type Progress } from "./cache.ts";
export { readStatus, type Status } from "./cluster/status.ts";
export { type Engine, type EngineOptions, ensureEngine, type ProviderName } from "./engine.ts";
export { LocalError } from "./errors.ts";

/** A running cluster. */
export interface Cluster {
  /** Path of a kubeconfig for its administrator. */
  kubeconfig: string;
  /** Where the cluster comes from. */
  origin: "embedded";
  /** Name of its one node. */
  node: string;
  /** Folder of its parts' logs. */
  logs: string;
}

/** Options of {@link ensureCluster}. */
export interface ClusterOptions {
  progress?: Progress;
  /** Runs one step; by default it is announced by its title and run. Lets a terminal show them as a list. */
  step?: (step: Step) => Promise<void>;
}

/**
 * Brings the embedded cluster up, or up to date; changes nothing when it runs as it should. The first time it installs
 * Debian packages and builds the parts; later it takes seconds.
 *
 * @throws LocalError when the machine cannot run it (what to install instead), or with the log of the part that failed
 */
export async function ensureCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { progress = () => undefined } = options;
  const announce = async (step: Step): Promise<void> => {
    progress(step.title);
    await step.run(progress);
  };
  const cache = cacheFolder();
  await locked(cache, progress, async () => {
    for (const step of upSteps(cache)) await (options.step ?? announce)(step);
  });
  const at = layout(cache);
  return { kubeconfig: at.kubeconfig, origin: "embedded", node: nodeName, logs: at.logs };
}

/** Path of the user's `kubectl`, else of the one that comes with the cluster. */
export function kubectl(cache: string): string {
  return findExecutable("kubectl") ?? join(goToolsFolder(cache, "kubectl"), "kubectl");
}
