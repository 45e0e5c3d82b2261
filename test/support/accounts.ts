/** What a real API server lets accounts do. */
import { AuthorizationV1Api, type KubeConfig, type V1SubjectAccessReview } from "@kubernetes/client-node";

export interface Asked {
  readonly verb: string;
  /** `pods`, `pods/eviction`, `certificates.cert-manager.io`. */
  readonly resource: string;
  /** Default any. */
  readonly name?: string;
  /** Default that of the account. */
  readonly namespace?: string;
}

/** @param account `namespace/name` */
export async function mayAccount(kubeconfig: KubeConfig, account: string, asked: Asked): Promise<boolean> {
  const [namespace = "", name = ""] = account.split("/");
  const [kind = "", subresource] = asked.resource.split("/");
  const [resource, ...group] = kind.split(".");
  const body: unknown = {
    spec: {
      user: `system:serviceaccount:${namespace}:${name}`,
      groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
      resourceAttributes: { namespace, ...asked, resource, subresource, group: group.join(".") },
    },
  };
  const reviews = kubeconfig.makeApiClient(AuthorizationV1Api);
  const { status } = await reviews.createSubjectAccessReview({ body: body as V1SubjectAccessReview });
  return status?.allowed ?? false;
}
