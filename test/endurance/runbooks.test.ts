/** What runbooks tell people to type where ZooKeeper coordinates, where connections are encrypted, and where logins are lost. */
import assert from "node:assert/strict";
import { topicFacts, withAdmin } from "../support/kafkaFacts.ts";
import { loadRoles } from "../support/load.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
import { itRunsRecipes, RECIPES } from "../support/recipeCases.ts";
import { runRecipes } from "../support/recipes.ts";
import { STAGING, selfMonitorTopics, TOPICS } from "../support/selfMonitor.ts";
import type { Client } from "../support/topicReader.ts";

const TOPIC = "user.events";
const USERS = { users: { items: { app: { roles: loadRoles(TOPIC) } } } };

describe("runbooks where connections are encrypted", function () {
  this.timeout(1_800_000);
  let platform: PlatformUnderTest;
  before(async () => {
    platform = await PlatformUnderTest.open("books-tls", { ...STAGING, ...USERS, security: { mode: "scram-tls" } });
    await platform.up();
  });
  after(() => platform.close());

  itRunsRecipes(() => platform, RECIPES.overTls);
});

describe("runbooks where ZooKeeper coordinates", function () {
  this.timeout(1_800_000);
  let platform: PlatformUnderTest;
  before(async () => {
    platform = await PlatformUnderTest.open("books-zk", {
      ...STAGING,
      coordination: { mode: "zookeeper" },
      kafka: { version: "3.9.2" },
    });
    await platform.up();
  });
  after(() => platform.close());

  itRunsRecipes(() => platform, RECIPES.onZooKeeper);
});

describe("runbooks where logins are lost", function () {
  this.timeout(1_800_000);
  let platform: PlatformUnderTest;
  const SETTINGS = { ...STAGING, ...USERS, security: { mode: "scram" } } as const;
  const admin = () => platform.login("kafka-admin", platform.stack.namespace);
  const listing = (client: Client) => withAdmin({ ...client, retries: 0 } as Client, (one) => one.listTopics());
  const uids = async () => (await platform.pods.list("kafka")).map(({ metadata }) => metadata?.uid);
  before(async () => {
    platform = await PlatformUnderTest.open("books-scram", SETTINGS);
    await platform.up();
    assert.deepEqual(await topicFacts(await admin(), TOPICS), selfMonitorTopics(3));
  });
  after(() => platform.close());

  describe("docs/runbooks/lost-logins.md", () => {
    const type = async (heading: string) => {
      for (const { code, output } of await runRecipes("lost-logins", heading, platform.stack.namespace, ["by-hand"])) {
        assert.equal(code, 0, output);
      }
    };
    it("a Secret that is gone comes back with the same passwords, from the state or from a pod, and nothing restarts", async () => {
      const { core } = platform.pods;
      const place = { namespace: platform.stack.namespace, name: "kafka-nodes" };
      const before = await uids();
      const { data } = await core.readNamespacedSecret(place);
      for (const again of [
        () => platform.up({}, { refresh: true }),
        () => type("A Secret is gone, and the state with it"),
      ]) {
        await core.deleteNamespacedSecret(place);
        await again();
        assert.deepEqual((await core.readNamespacedSecret(place)).data, data);
      }
      assert.deepEqual(await uids(), before);
    });

    it("somebody set another password for the admin: who may run commands in a pod gets it back in", async () => {
      const known = await admin();
      const tool = ["/opt/kafka/bin/kafka-configs.sh", "--bootstrap-server", "localhost:9092", "--alter"];
      const other = [
        "--entity-type",
        "users",
        "--entity-name",
        "kafka-admin",
        "--add-config",
        "SCRAM-SHA-512=[password=x]",
      ];
      const login = ["--command-config", "/etc/kafka-platform/admin.properties"];
      const { code, output } = await platform.pods.exec("kafka-0", [...tool, ...other, ...login]);
      assert.equal(code, 0, output);
      await assert.rejects(listing(known));
      await type("A password of the platform opens nothing any more");
      assert.ok((await listing(known)).includes(TOPIC));
    });
  });
});
