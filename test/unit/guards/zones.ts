/** Changes of zones: what each rule refuses, and the nearest change that passes. */
import type { SettingsInput } from "../../../stacks/settings/schema.ts";
import type { ChangeCases } from "./case.ts";

const zones = (...list: string[]): SettingsInput => ({ rackAwareness: { enabled: true, zones: list } });

export const ZONES: ChangeCases = {
  "zone-changed": [
    {
      what: "another zone for a broker that is there",
      from: zones("a", "b", "c"),
      bad: zones("a", "c", "b"),
      good: zones("a", "b", "c", "d"),
      at: "rackAwareness.zones",
      says: "broker 1",
    },
    {
      what: "zones of the nodes in place of those of a list",
      from: zones("a", "b", "c"),
      bad: zones(),
      good: zones("a", "b", "c"),
      at: "rackAwareness.zones",
      says: "those of the nodes, applied is a list",
    },
    {
      what: "a list in place of the zones of the nodes",
      from: zones(),
      bad: zones("a", "b", "c"),
      good: zones(),
      at: "rackAwareness.zones",
      says: "a list, applied is those of the nodes",
    },
    {
      what: "brokers that have a zone no more, while those without may get one",
      from: zones(),
      bad: {},
      good: zones(),
      at: "rackAwareness.enabled",
      says: "keep rackAwareness.enabled=true",
    },
  ],
};
