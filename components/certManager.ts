/**
 * cert-manager itself, for a cluster that has none: a release of its chart, once a cluster and with rights in all of it. It
 * needs the plugin `kubernetes-cert-manager` and the chart's registry.
 */
import * as certManager from "@pulumi/kubernetes-cert-manager";
import * as pulumi from "@pulumi/pulumi";

/** Where it runs; cert-manager's own default. */
const NAMESPACE = "cert-manager";

export class KafkaCertManager extends pulumi.ComponentResource {
  constructor(name: string, args: { readonly deletionProtection: boolean }, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:KafkaCertManager", name, {}, opts);
    new certManager.CertManager(
      `${name}-release`,
      { installCRDs: true, helmOptions: { namespace: NAMESPACE, createNamespace: true } },
      // Without it no certificate is renewed any more, and with its resources go everybody's certificates.
      { parent: this, protect: args.deletionProtection },
    );
    this.registerOutputs({ namespace: NAMESPACE });
  }
}
