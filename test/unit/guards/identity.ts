/** Changes of what a platform is known by, and what others live in: what each rule refuses, and the nearest change that passes. */
import type { SettingsInput } from "../../../stacks/settings/schema.ts";
import { type ChangeCases, zookeeper } from "./case.ts";

const shop = (create: boolean): SettingsInput => ({ clients: { namespaces: { shop: { create } } } });

export const IDENTITY: ChangeCases = {
  "identity-changed": [
    {
      what: "another namespace",
      from: {},
      bad: { namespace: { name: "other" } },
      good: { namespace: { podSecurity: "baseline" } },
      at: "namespace.name",
      says: "new stack",
    },
    {
      what: "a renamed StatefulSet of brokers",
      from: {},
      bad: { names: { brokers: "broker" } },
      good: { names: { zookeeper: "zk" } },
      at: "names.brokers",
      says: "come up empty",
    },
    {
      what: "a renamed headless Service",
      from: {},
      bad: { names: { headless: "nodes" } },
      good: { names: { verifyJob: "check" } },
      at: "names.headless",
      says: "address",
    },
    {
      what: "renamed controllers",
      from: {},
      bad: { names: { controllersHeadless: "voters" } },
      good: {},
      at: "names.controllersHeadless",
      says: "address",
    },
    {
      what: "a renamed ensemble",
      from: zookeeper(3),
      bad: { ...zookeeper(3), names: { zookeeper: "zk" } },
      good: { ...zookeeper(3), names: { controllers: "voters" } },
      at: "names.zookeeper",
      says: "claims",
    },
  ],
  "namespace-taken-over": [
    {
      what: "a namespace that was adopted and is now the stack's own",
      from: { namespace: { create: false } },
      bad: {},
      good: { namespace: { create: false } },
      at: "namespace.create",
      says: "there before the stack",
    },
  ],
  "address-removed": [
    {
      what: "another name of the client Service",
      from: {},
      bad: { names: { bootstrap: "bootstrap" } },
      good: { names: { aliases: ["bootstrap"] } },
      at: "names.bootstrap",
      says: "names.aliases",
    },
    {
      what: "an alias that is gone",
      from: { names: { aliases: ["old", "older"] } },
      bad: { names: { aliases: ["older"] } },
      good: { names: { aliases: ["older", "old"] } },
      at: "names.aliases",
      says: "old among them",
    },
  ],
  "client-namespace-removed": [
    {
      what: "a client namespace of the stack's own that is left out",
      from: shop(true),
      bad: {},
      good: shop(false),
      at: "clients.namespaces.shop",
      says: "clients.namespaces.shop.create=false",
    },
  ],
};
