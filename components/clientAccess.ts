/**
 * What an application may ask of Kubernetes: a ServiceAccount in its own namespace that may look up the platform's Services
 * and their addresses, and nothing else. Whoever runs under it gets its token, as that is what it is for.
 */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

export interface ClientAccess {
  readonly parent: pulumi.Resource;
  readonly labels: Readonly<Record<string, string>>;
  /** Name of the Role in the platform's namespace. */
  readonly role: string;
  readonly platformNamespace: string;
  readonly accounts: readonly {
    readonly name: string;
    /** Client namespace, as part of the names of Pulumi's resources. */
    readonly of: string;
    readonly namespace: pulumi.Input<string>;
  }[];
}

/** One account a client namespace, one Role, and a binding for each name that accounts have. */
export function clientAccess(name: string, access: ClientAccess): void {
  const { parent, labels, role, platformNamespace, accounts } = access;
  if (accounts.length === 0) return;
  const own = accounts.map(
    (account) =>
      new k8s.core.v1.ServiceAccount(
        `${name}-${account.of}-account`,
        { metadata: { name: account.name, namespace: account.namespace, labels } },
        { parent },
      ),
  );
  const rights = new k8s.rbac.v1.Role(
    `${name}-role`,
    {
      metadata: { name: role, namespace: platformNamespace, labels },
      rules: [{ apiGroups: [""], resources: ["services", "endpoints"], verbs: ["get", "list"] }],
    },
    { parent },
  );
  for (const account of new Set(accounts.map((one) => one.name))) {
    const subjects = accounts
      .filter((one) => one.name === account)
      .map(({ namespace }) => ({ kind: "ServiceAccount", name: account, namespace }));
    new k8s.rbac.v1.RoleBinding(
      `${name}-${account}-binding`,
      {
        metadata: { name: `${account}-binding`, namespace: platformNamespace, labels },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role },
        subjects,
      },
      { parent, dependsOn: [rights, ...own] },
    );
  }
}
