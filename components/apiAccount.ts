/** A ServiceAccount for a Job that asks the API server: rights in its own namespace, and those alone. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

export interface ApiAccountArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
  /** Name of the account, of its Role and of the binding between them. */
  readonly name: string;
}

/** @returns what has to be there before a pod that runs under the account */
export function apiAccount(
  child: string,
  args: ApiAccountArgs,
  rules: readonly k8s.types.input.rbac.v1.PolicyRule[],
  parent: pulumi.Resource,
): pulumi.Resource[] {
  const metadata = { namespace: args.namespace, name: args.name, labels: args.labels };
  const account = new k8s.core.v1.ServiceAccount(
    `${child}-account`,
    { metadata, automountServiceAccountToken: false },
    { parent },
  );
  const role = new k8s.rbac.v1.Role(`${child}-role`, { metadata, rules: [...rules] }, { parent });
  const binding = new k8s.rbac.v1.RoleBinding(
    `${child}-binding`,
    {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: args.name },
      subjects: [{ kind: "ServiceAccount", name: args.name, namespace: args.namespace }],
    },
    { parent, dependsOn: role },
  );
  return [account, role, binding];
}
