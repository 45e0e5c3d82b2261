/**
 * The namespace that a platform, or its clients, live in: labels for the mesh and for Pod Security Admission, a quota and
 * limits. A namespace that exists already is adopted: read, filled, and never labelled, changed or deleted.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

export interface KafkaNamespaceArgs {
  /** Name of the namespace; plain, because it decides which namespace every other object is part of. */
  readonly name: string;
  /** False adopts a namespace that must exist. */
  readonly create: boolean;
  /** Labels of the namespace and of what is put into it. */
  readonly labels: Readonly<Record<string, string>>;
  /** Pod Security Standard to enforce, audit and warn about. Default: none is set. */
  readonly podSecurity?: "restricted" | "baseline" | "privileged";
  /** Sets the label that makes Istio inject its sidecar. Default false. */
  readonly istioInjection?: boolean;
  /** Ceiling over the requests of all pods and claims. Default none. */
  readonly quota?: { readonly cpu: string; readonly memory: string; readonly storage: string } | null;
  /** Defaults and ceiling of a single container. Default none. */
  readonly limitRange?: {
    readonly default: ContainerSize;
    readonly defaultRequest: ContainerSize;
    readonly max: ContainerSize;
  } | null;
  /** Refuse to delete the namespace, and leave it in place should that refusal be lifted. */
  readonly deletionProtection: boolean;
}

/** CPU and memory of one container, as Kubernetes quantities. */
type ContainerSize = Readonly<Record<"cpu" | "memory", string>>;

export class KafkaNamespace extends pulumi.ComponentResource {
  /** The namespace's name, known once it exists. */
  public readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: KafkaNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:KafkaNamespace", name, {}, opts);

    const namespace = args.create
      ? new k8s.core.v1.Namespace(
          `${name}-namespace`,
          { metadata: { name: args.name, labels: namespaceLabels(args) } },
          {
            parent: this,
            // Deleting a namespace deletes every claim in it, whatever the claims' own policy says.
            protect: args.deletionProtection,
            retainOnDelete: args.deletionProtection,
          },
        )
      : k8s.core.v1.Namespace.get(`${name}-namespace`, args.name, { parent: this });
    this.namespace = namespace.metadata.name;
    const metadata = { namespace: this.namespace, labels: args.labels };

    if (args.quota) {
      const { cpu, memory, storage } = args.quota;
      new k8s.core.v1.ResourceQuota(
        `${name}-quota`,
        {
          metadata: { ...metadata, name: "kafka-platform" },
          spec: { hard: { "requests.cpu": cpu, "requests.memory": memory, "requests.storage": storage } },
        },
        { parent: this },
      );
    }
    if (args.limitRange) {
      new k8s.core.v1.LimitRange(
        `${name}-limits`,
        {
          metadata: { ...metadata, name: "kafka-platform" },
          spec: { limits: [{ type: "Container", ...args.limitRange }] },
        },
        { parent: this },
      );
    }
    this.registerOutputs({ namespace: this.namespace });
  }
}

function namespaceLabels(args: KafkaNamespaceArgs): Record<string, string> {
  const level = args.podSecurity;
  return {
    ...args.labels,
    ...(args.istioInjection ? { "istio-injection": "enabled" } : {}),
    ...(level
      ? {
          "pod-security.kubernetes.io/enforce": level,
          "pod-security.kubernetes.io/audit": level,
          "pod-security.kubernetes.io/warn": level,
        }
      : {}),
  };
}
