/** Renewals ahead of time. */
import { CustomObjectsApi, type KubeConfig } from "@kubernetes/client-node";

interface Place {
  readonly kubeconfig: KubeConfig;
  readonly namespace: string;
}

/** Has cert-manager issue a certificate anew, as `cmctl renew` does. */
export async function renewCertificate({ kubeconfig, namespace }: Place, name: string): Promise<void> {
  const api = kubeconfig.makeApiClient(CustomObjectsApi);
  const place = { group: "cert-manager.io", version: "v1", plural: "certificates", namespace, name };
  const body = (await api.getNamespacedCustomObject(place)) as { status: { conditions: object[] } };
  const lastTransitionTime = new Date().toISOString();
  body.status.conditions.push({
    type: "Issuing",
    status: "True",
    reason: "ManuallyTriggered",
    message: "test",
    lastTransitionTime,
  });
  await api.replaceNamespacedCustomObjectStatus({ ...place, body });
}
