/** The two ends of what a platform under load may be set to: nobody logs in, or everybody does and over TLS. */
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import { kafkaTool } from "./kafkaTool.ts";
import { loadRoles } from "./load.ts";
import type { PlatformUnderTest } from "./platformUnderTest.ts";
import type { Client } from "./topicReader.ts";

export interface LoginMode {
  readonly title: string;
  /** What the name of an event gets, so that each mode has a row of its own in docs/reliability.md. */
  readonly suffix: string;
  /** Laid over the settings of the test; under logins with a user, `app`, who may run a load on the topic. */
  settings(topic: string): SettingsInput;
  /** How an application connects. */
  app(platform: PlatformUnderTest): Promise<Client>;
  admin(platform: PlatformUnderTest): Promise<Client>;
}

export const LOGIN_MODES: readonly LoginMode[] = [
  {
    title: "nobody logs in",
    suffix: "",
    settings: () => ({}),
    app: (platform) => Promise.resolve(platform.client),
    admin: (platform) => Promise.resolve(platform.client),
  },
  {
    title: "logins and TLS",
    suffix: ", logins and TLS",
    settings: (topic) => ({
      security: { mode: "scram-tls" },
      users: { items: { app: { roles: loadRoles(topic) } } },
    }),
    app: (platform) => platform.login("kafka-client-app"),
    admin: (platform) => platform.login("kafka-admin", platform.stack.namespace),
  },
];

/** Who may do what, and whose password opens, as the cluster's own tools see it, sorted: nothing where nobody logs in. */
export async function rightsOf(platform: PlatformUnderTest, { suffix }: LoginMode): Promise<string[]> {
  if (suffix === "") return [];
  const acls = await kafkaTool(platform, "kafka-acls.sh", "--list");
  const users = await kafkaTool(platform, "kafka-configs.sh", "--describe", "--entity-type", "users");
  // Releases differ in the blanks around a line.
  const rights = `${acls}\n${users}`
    .split("\n")
    .map((line) => line.trim())
    .sort();
  for (const seen of [/User:app\b/, /'app'/]) {
    if (!rights.some((line) => seen.test(line))) throw new Error(`no ${seen.source} in ${rights.join("\n")}`);
  }
  return rights;
}
