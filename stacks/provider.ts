/** The providers of a stack, made explicitly: nothing may ever land in whatever cluster happens to be the current one. */
import * as k8s from "@pulumi/kubernetes";
import * as random from "@pulumi/random";
import type { Settings } from "./settings/settings.ts";

export interface Providers {
  readonly kubernetes: k8s.Provider;
  readonly random: random.Provider;
}

export function providers({ kubernetes: { context, kubeconfig } }: Pick<Settings, "kubernetes">): Providers {
  return {
    kubernetes: new k8s.Provider("kubernetes", {
      ...(context === null ? {} : { context }),
      ...(kubeconfig === null ? {} : { kubeconfig }),
      // Otherwise a changed ConfigMap or Secret is replaced, and with it, in turn, what depends on it.
      enableConfigMapMutable: true,
      enableSecretMutable: true,
    }),
    random: new random.Provider("random"),
  };
}
