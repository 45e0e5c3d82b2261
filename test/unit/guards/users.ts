/** Changes of users: what each rule refuses, and the nearest change that passes. */
import type { SettingsInput } from "../../../stacks/settings/schema.ts";
import type { ChangeCases } from "./case.ts";

const user = (user: NonNullable<NonNullable<NonNullable<SettingsInput["users"]>["items"]>[string]>): SettingsInput => ({
  users: { items: { orders: { acls: [{ operations: ["Read"], resource: "topic", name: "orders" }], ...user } } },
});

export const USERS: ChangeCases = {
  "password-replaced-at-once": [
    {
      what: "a new password without an overlap",
      from: user({}),
      bad: user({ credential: { generation: 2 } }),
      good: user({ credential: { generation: 2, keepPrevious: true } }),
      at: "users.items.orders.credential.generation",
      says: "keepPrevious=true",
      rows: "R-USR-11",
    },
    {
      what: "the end of a password that is in force",
      from: user({ credential: { generation: 2, keepPrevious: true } }),
      bad: user({ credential: { generation: 4, keepPrevious: true } }),
      good: user({ credential: { generation: 2 } }),
      at: "users.items.orders.credential.generation",
      says: "for one more up",
    },
  ],
  "user-left-out": [
    {
      what: "a user that is no longer named",
      from: user({}),
      bad: { users: { items: {} } },
      good: user({ state: "absent" }),
      at: "users.items.orders",
      says: "state=absent",
    },
  ],
};
