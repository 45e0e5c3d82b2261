/** Tests that type what runbooks say, in the order of the pages: what a section leaves behind, a later one looks at. */
import assert from "node:assert/strict";
import type { PlatformUnderTest } from "./platformUnderTest.ts";
import { runRecipes } from "./recipes.ts";

interface Case {
  readonly page: "kafka-operations" | "coordination";
  readonly heading: string;
  /** Rows of the register that the section answers. */
  readonly rows: string;
  /** What its output has to have. */
  readonly shows: readonly RegExp[];
}

/** What holds for every stack with the topic user.events. */
const EVERYWHERE: readonly Case[] = [
  { page: "kafka-operations", heading: "Topics", rows: "R-OPS-05", shows: [/^user\.events$/m, /PartitionCount: ?12/] },
  { page: "kafka-operations", heading: "Records", rows: "R-LSN-10", shows: [/Processed a total of 1 messages/] },
  {
    page: "kafka-operations",
    heading: "Consumer groups",
    rows: "R-OPS-06",
    shows: [/^my-group$/m, /CURRENT-OFFSET +LOG-END-OFFSET +LAG/, /NEW-OFFSET/],
  },
  { page: "kafka-operations", heading: "Lag that grows", rows: "R-OPS-08", shows: [/LAG[^]*LAG/] },
  {
    page: "kafka-operations",
    heading: "Logs and events",
    rows: "R-OPS-13 R-OPS-14",
    shows: [/LAST SEEN/, /\[pod\/kafka-0\/sidecar\]/, /\[pod\/kafka-topics-init-/],
  },
  {
    page: "kafka-operations",
    heading: "Pods that do not start",
    rows: "R-OPS-09",
    shows: [/^Events:/m, /Allocated resources/, /data-kafka-0 +Bound/, /\/var\/lib\/kafka\/data/],
  },
  {
    page: "kafka-operations",
    heading: "Under-replicated partitions",
    rows: "R-OPS-07",
    shows: [/^kafka-0 reaches kafka-0$/m, /id: 0 /, /"logDirs"/],
  },
];
const ON_THREE: readonly Case[] = [
  {
    page: "kafka-operations",
    heading: "More copies",
    rows: "R-OPS-02",
    shows: [/Reassignment of partition user.events-0 is completed/],
  },
];
const WITH_CONTROLLERS: readonly Case[] = [
  {
    page: "coordination",
    heading: "Controller election failure",
    rows: "R-CRD-34",
    shows: [/LeaderId: +\d+[^]*LeaderId: +\d+/, /NodeId/],
  },
];
const ON_ZOOKEEPER: readonly Case[] = [
  { page: "coordination", heading: "Members of ZooKeeper", rows: "R-CRD-34", shows: [/imok/, /zk_server_state/] },
  { page: "coordination", heading: "ZooKeeper connection timeout", rows: "R-CRD-34", shows: [/\[0, 1, 2\]/] },
  { page: "coordination", heading: "Split brain", rows: "R-CRD-34", shows: [/Mode: leader/, /^server\.98=/m] },
];
const NETWORK_OF_THREE = /^kafka-0 reaches kafka-2$[^]*^kafka-2 reaches kafka-0$/m;

export const RECIPES = {
  oneBroker: EVERYWHERE,
  /** What is not the same as on one broker, or asks for a login in a way of its own. */
  threeBrokers: [
    ...EVERYWHERE.filter(({ heading }) => ["Topics", "Records"].includes(heading)),
    ...EVERYWHERE.filter(({ rows }) => rows === "R-OPS-07").map((one) => ({
      ...one,
      shows: [...one.shows, NETWORK_OF_THREE],
    })),
    ...ON_THREE,
  ],
  withControllers: WITH_CONTROLLERS,
  overTls: [...EVERYWHERE.filter(({ heading }) => heading === "Records"), ...WITH_CONTROLLERS],
  onZooKeeper: ON_ZOOKEEPER,
} as const;

/** One test a section. */
export function itRunsRecipes(platform: () => PlatformUnderTest, cases: readonly Case[]): void {
  for (const { page, heading, rows, shows } of cases) {
    it(`${rows} what docs/runbooks/${page}.md says under "${heading}" works as it stands`, async () => {
      const ran = await runRecipes(page, heading, platform().stack.namespace);
      assert.ok(ran.length > 0, "no commands");
      for (const { recipe, code, output } of ran) assert.equal(code, 0, `${recipe}\n${output}`);
      const all = ran.map(({ output }) => output).join("");
      for (const pattern of shows) assert.match(all, pattern);
    });
  }
}
