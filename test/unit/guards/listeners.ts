/** Changes of listeners and access from outside: what each rule refuses, and the nearest change that passes. */
import type { ChangeCases } from "./case.ts";

export const LISTENERS: ChangeCases = {
  "listener-port-changed": [
    {
      what: "another port of the controllers",
      from: {},
      bad: { listeners: { controller: { port: 9193 } } },
      good: {},
      at: "listeners.controller.port",
      says: "voters",
    },
  ],
  "external-access-removed": [
    {
      what: "external access that is switched off",
      from: { externalAccess: { enabled: true } },
      bad: {},
      good: { externalAccess: { enabled: true, sourceRanges: ["10.0.0.0/8"] } },
      at: "externalAccess.enabled",
      says: "outside the cluster",
    },
    {
      what: "another template of the brokers' hosts",
      from: { externalAccess: { enabled: true, hostTemplate: "b{id}.kafka.example" } },
      bad: { externalAccess: { enabled: true, hostTemplate: "{id}.kafka.example" } },
      good: { externalAccess: { enabled: true, hostTemplate: "b{id}.kafka.example", annotations: { a: "b" } } },
      at: "externalAccess.hostTemplate",
      says: "move those clients",
    },
  ],
};
