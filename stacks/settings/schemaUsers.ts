/** The part of the schema that describes who may log in, and what they may do then. */
import * as z from "zod";
import { OPERATIONS, PATTERNS, PERMISSIONS, RESOURCES } from "../../kafka/access/acl.ts";
import { ROLES } from "../../kafka/access/roles.ts";
import { count, rate } from "./values.ts";

const names = (description: string) => z.array(z.string()).optional().meta({ description });

const role = z.strictObject({
  role: z.enum(ROLES).meta({ description: "producer writes, consumer reads, streamProcessor both, admin manages" }),
  topics: names("Topics by name; what a streamProcessor reads"),
  prefixes: names("Beginnings of topic names"),
  outputs: names("streamProcessor: topics that it writes"),
  groups: names("consumer, admin: consumer groups; default of a consumer: one with the user's name"),
  groupPrefixes: names("consumer, admin: beginnings of group names"),
  transactionalIds: names("producer: transactional ids"),
  transactionalIdPrefixes: names("producer: beginnings of transactional ids"),
  applicationId: z
    .string()
    .optional()
    .meta({ description: "streamProcessor: its application.id; default the user's name" }),
});

const acl = z.strictObject({
  permission: z.enum(PERMISSIONS).optional().meta({ description: "Default allow" }),
  operations: z.array(z.enum(OPERATIONS)).min(1).meta({ description: "What it is about, by Kafka's names" }),
  resource: z.enum(RESOURCES).meta({ description: "Kind of the resource" }),
  name: z.string().optional().meta({ description: "Name of the resource; left out for the cluster" }),
  pattern: z.enum(PATTERNS).optional().meta({ description: "Default literal" }),
  host: z.string().optional().meta({ description: "Address of the client; default any" }),
});

const limits = {
  producerRate: rate.optional().meta({ description: "Bytes a second and broker that it may write, e.g. 10Mi" }),
  consumerRate: rate.optional().meta({ description: "Bytes a second and broker that it may read, e.g. 10Mi" }),
  requestPercentage: z.number().positive().optional().meta({ description: "Share of a broker's request threads" }),
  mutationRate: z.number().positive().optional().meta({ description: "Partitions a second that it may make" }),
};

const user = z.strictObject({
  roles: z.array(role).optional().meta({ description: "What the user is; access control entries follow" }),
  acls: z.array(acl).optional().meta({ description: "Further access control entries, as Kafka has them" }),
  quotas: z
    .strictObject({
      ...limits,
      clientIds: z
        .record(z.string().min(1), z.strictObject(limits))
        .optional()
        .meta({ description: "Client id → limits that hold for it in place of the user's" }),
    })
    .optional()
    .meta({ description: "Limits that the brokers enforce; default none" }),
  credential: z
    .strictObject({
      generation: count.meta({ description: "Counts the passwords, from 1; a new number is a new password" }),
      keepPrevious: z.boolean().optional().meta({
        description:
          "The password before it opens too, under the user's other name, while clients change; default false",
      }),
    })
    .optional()
    .meta({ description: "Which password is in force; default the first" }),
  namespaces: names("Client namespaces whose applications get its Secret; default all"),
  state: z
    .enum(["present", "absent"])
    .optional()
    .meta({ description: "absent takes the password, rights and limits away" }),
});

export const users = z.strictObject({
  items: z
    .record(z.string(), user.nullable())
    .meta({ description: "User name → what it may do; null takes a preset's user out" }),
});
