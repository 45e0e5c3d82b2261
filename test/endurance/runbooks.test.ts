/** What runbooks tell people to type on three brokers: with logins, with TLS, on ZooKeeper, and where logins are lost. */
import assert from "node:assert/strict";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import { withAdmin } from "../support/kafkaFacts.ts";
import { kafkaTool } from "../support/kafkaTool.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
import { itRunsRecipes, RECIPES } from "../support/recipeCases.ts";
import { runRecipes } from "../support/recipes.ts";
import { STAGING, TOPICS } from "../support/selfMonitor.ts";
import type { Client } from "../support/topicReader.ts";

const HOUR = 3_600_000;

/** Has a stack run for the tests of a block. */
function running(name: string, settings: SettingsInput): () => PlatformUnderTest {
  let platform: PlatformUnderTest;
  before(async () => {
    platform = await PlatformUnderTest.open(name, { ...STAGING, ...settings });
    await platform.up();
  });
  after(() => platform.close());
  return () => platform;
}

describe("runbooks where connections are encrypted", function () {
  this.timeout(HOUR);
  itRunsRecipes(running("books-tls", { security: { mode: "scram-tls" } }), RECIPES.overTls);
});

describe("runbooks where ZooKeeper coordinates", function () {
  this.timeout(HOUR);
  const settings: SettingsInput = { coordination: { mode: "zookeeper" }, kafka: { version: "3.9.2" } };
  itRunsRecipes(running("books-zk", settings), RECIPES.onZooKeeper);
});

describe("runbooks where everybody logs in", function () {
  this.timeout(HOUR);
  const platform = running("books-scram", { security: { mode: "scram" } });
  const admin = () => platform().login("kafka-admin", platform().stack.namespace);
  const listing = (client: Client) => withAdmin({ ...client, retries: 0 } as Client, (one) => one.listTopics());
  const uids = async () => (await platform().pods.list("kafka")).map(({ metadata }) => metadata?.uid);
  const type = async (heading: string) => {
    for (const { code, output } of await runRecipes("lost-logins", heading, platform().stack.namespace, ["by-hand"])) {
      assert.equal(code, 0, output);
    }
  };

  itRunsRecipes(platform, [...RECIPES.threeBrokers, ...RECIPES.withControllers]);

  it("a Secret that is gone comes back with the same passwords, from the state or from a pod, and nothing restarts", async () => {
    const { core } = platform().pods;
    const place = { namespace: platform().stack.namespace, name: "kafka-nodes" };
    const before = await uids();
    const { data } = await core.readNamespacedSecret(place);
    for (const again of [
      () => platform().up({}, { refresh: true }),
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
    const user = ["--entity-type", "users", "--entity-name", "kafka-admin"];
    const password = ["--add-config", "SCRAM-SHA-512=[password=x]"];
    await kafkaTool(platform(), "kafka-configs.sh", "--alter", ...user, ...password);
    await assert.rejects(listing(known));
    await type("A password of the platform opens nothing any more");
    assert.ok((await listing(known)).includes(TOPICS[0] ?? ""));
  });
});
