/** What to do about failures whose words are known. The words are the API server's, the kubelet's and the scheduler's. */

const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /already exists/,
    "Something else made it. To use a namespace as it is, set its `create: false`; otherwise delete it, or take it in with `pulumi import`.",
  ],
  [
    /no matches for kind "(Certificate|Issuer)"/,
    "cert-manager is not installed: install it (cert-manager.io/docs/installation) or set certificates.certManager=install.",
  ],
  [
    /ImagePullBackOff|ErrImagePull/,
    "The node cannot fetch the image: check kafka.image or agent.image, and the registry.",
  ],
  [
    /exceeded quota/,
    "The namespace's quota is used up: raise namespace.quota, or lower kafka.replicas, kafka.resources or kafka.storage.",
  ],
  [
    /Insufficient (memory|cpu)/,
    "No node has room: lower kafka.resources and kafka.heap, add nodes, or stop what else runs there.",
  ],
  [
    /didn't match pod anti-affinity/,
    "There are fewer nodes than brokers: add nodes, or set scheduling.antiAffinity=preferred.",
  ],
  [
    /unbound immediate PersistentVolumeClaims|no persistent volumes available/,
    "No volume was made for the claim: check kafka.storage.class against `kubectl get storageclass`.",
  ],
  [
    /OOMKilled/,
    "The container needed more than its memory limit: raise kafka.resources.limits.memory, or lower kafka.heap.",
  ],
  [
    /apply conflict|field conflict/,
    "Something else changes this field too: stop it, or leave the field to it. `kubectl get -o yaml --show-managed-fields` says who.",
  ],
  [
    /connection refused|i\/o timeout|no such host/i,
    "The cluster's API server does not answer: check the kubeconfig, its context and the network.",
  ],
  [/forbidden/i, "The credentials of the kubeconfig may not do this: ask for the right, or use others."],
];

/** The remedies for a failure's words, each once. */
export function remediesFor(text: string): string[] {
  return REMEDIES.filter(([pattern]) => pattern.test(text)).map(([, remedy]) => remedy);
}
