/** Brokers on real pods where everybody logs in: who gets in, what users may do, and how a password is replaced under load. */
import assert from "node:assert/strict";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import { assertUnharmed } from "../support/judge.ts";
import { topicFacts, untilInSync, withAdmin } from "../support/kafkaFacts.ts";
import { loadRoles, startLoad } from "../support/load.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
import { itRunsRecipes, RECIPES } from "../support/recipeCases.ts";
import { runRecipes } from "../support/recipes.ts";
import { SecretSearch } from "../support/secretSearch.ts";
import { STAGING, selfMonitorTopics, TOPICS } from "../support/selfMonitor.ts";
import type { Client } from "../support/topicReader.ts";

const TOPIC = "user.events";
const app = (credential: { generation: number; keepPrevious?: boolean }): SettingsInput => ({
  users: {
    items: {
      app: {
        roles: loadRoles(TOPIC),
        credential,
      },
    },
  },
});
const SECRET = "kafka-client-app";

describe("three brokers where everybody logs in", function () {
  this.timeout(900_000);
  let platform: PlatformUnderTest;
  let search: SecretSearch;
  const admin = () => platform.login("kafka-admin", platform.stack.namespace);
  const listing = (client: Client) => withAdmin({ ...client, retries: 0 } as Client, (one) => one.listTopics());
  const uids = async () => (await platform.pods.list("kafka")).map(({ metadata }) => metadata?.uid);

  before(async () => {
    platform = await PlatformUnderTest.open("scram", { ...STAGING, security: { mode: "scram" } });
    search = new SecretSearch(platform);
    await search.up(app({ generation: 1 }));
  });
  after(() => platform.close());

  it("R-LSN-02 the platform's own Jobs log in: topics are as declared, the verification is green", async () => {
    await platform.pods.untilReady("kafka", 3);
    assert.deepEqual(await topicFacts(await admin(), TOPICS), selfMonitorTopics(3));
    assert.equal((await platform.pods.jobLog("kafka-verify")).succeeded, true);
  });

  it("R-LSN-02 nobody is let in without a login, with another password or another's", async () => {
    const [mine, others] = [await platform.login(SECRET), await admin()];
    assert.ok((await listing(mine)).includes(TOPIC));
    const sasl = (username: string | undefined, password: string | undefined) =>
      ({ brokers: mine.brokers, sasl: { mechanism: "SCRAM-SHA-512", username, password } }) as Client;
    const { brokers } = mine;
    const attempts: Record<string, Client> = {
      "no login": { brokers },
      "no password": sasl("app", ""),
      "a wrong password": sasl("app", "wrong"),
      "another's password": sasl("kafka-admin", mine.sasl?.password as string),
      "another's name": sasl("app", others.sasl?.password as string),
      "another mechanism": { brokers, sasl: { ...mine.sasl, mechanism: "PLAIN" } },
    };
    for (const [what, client] of Object.entries(attempts)) await assert.rejects(listing(client), Error, what);
  });

  it("R-VAL-20 a user does what its roles say and nothing else", async () => {
    const mine = await platform.login(SECRET);
    const denied = (work: Parameters<typeof withAdmin>[1]) => assert.rejects(withAdmin(mine, work), /[Aa]uthoriz/);
    await denied((one) => one.createTopics({ topics: ["mine"], partitions: 1, replicas: 1 }));
    await denied((one) => one.deleteTopics({ topics: [TOPIC] }));
    assert.deepEqual(await listing(mine), [TOPIC], "topics of others are not even seen");
  });

  itRunsRecipes(() => platform, [...RECIPES.threeBrokers, ...RECIPES.withControllers]);

  it("R-USR-11 a password is replaced under load: both open meanwhile, no send fails, no pod restarts", async () => {
    const before = await uids();
    const old = await platform.login(SECRET);
    const oldLoad = await startLoad({ ...old, topic: TOPIC });
    await oldLoad.more(300);
    await search.up(app({ generation: 2, keepPrevious: true }));
    await oldLoad.more(300);
    const next = await platform.login(SECRET);
    assert.deepEqual([old.sasl?.username, next.sasl?.username], ["app", "app.2"]);
    const nextLoad = await startLoad({ ...next, topic: TOPIC });
    await nextLoad.more(300);
    assertUnharmed(await oldLoad.stop(), 600, "while the next password opens beside it");
    await search.up(app({ generation: 2 }));
    await nextLoad.more(300);
    assertUnharmed(await nextLoad.stop(), 600, "while the former password is taken away");
    await assert.rejects(listing(old));
    assert.deepEqual(await uids(), before);
  });

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
        () => platform.up(app({ generation: 2 }), { refresh: true }),
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

  it("R-OPS-01 rolls all brokers under load of a user who logs in: nothing is lost", async () => {
    const load = await startLoad({ ...(await platform.login(SECRET)), topic: TOPIC });
    await load.more(300);
    await search.up({ ...app({ generation: 2 }), kafka: { heap: "260m" } });
    await load.more(300, 120);
    assertUnharmed(await load.stop(), 600, "a roll where everybody logs in");
    await untilInSync(await admin(), TOPICS);
  });

  it("R-USR-02 no password is in manifests, state, previews, events, logs, arguments or environments, up to the end", async () => {
    await search.preview(app({ generation: 3, keepPrevious: true }));
    await search.destroy();
    search.assertHidden({
      of: [/^kafka-nodes /, /^kafka-admin password$/, /^kafka-admin client.properties$/, /^kafka-client-app password$/],
      at: [],
    });
  });
});
