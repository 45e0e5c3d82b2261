/** The part of the schema that describes the certificates of scram-tls, and who issues them. */
import * as z from "zod";
import { ROTATIONS } from "../../kafka/authority.ts";
import { duration } from "./values.ts";

const issuer = z.strictObject({
  name: z.string().meta({ description: "Name of an issuer that exists" }),
  kind: z.enum(["Issuer", "ClusterIssuer"]).meta({ description: "Issuer is looked for in the platform's namespace" }),
  group: z.string().optional().meta({ description: "API group of an external issuer; default cert-manager.io" }),
});

export const certificates = z.strictObject({
  certManager: z.enum(["present", "install"]).meta({
    description: "present: the cluster has cert-manager; install: this stack installs it for the whole cluster",
  }),
  issuer: issuer.nullable().meta({
    description: "Who issues the nodes' certificates; null makes an authority of the stack's own",
  }),
  authority: z
    .strictObject({
      generation: z.number().int().min(1).meta({ description: "Counts the authorities of the stack's own" }),
      rotation: z.enum(ROTATIONS).meta({
        description:
          "trust: everybody trusts the one before as well, which still signs; sign: this one signs; done: the one before is trusted no more",
      }),
    })
    .meta({ description: "Which authority of the stack's own, and how far it has taken over: one step an up" }),
  jks: z.boolean().meta({
    description: "A Java key store beside PEM in the Secrets of the nodes",
  }),
  duration: duration.meta({ description: "How long a node's certificate is valid" }),
  renewBefore: duration.meta({ description: "How long before its end it is renewed" }),
});
