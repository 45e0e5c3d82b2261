/** Brokers on real pods where everybody logs in: who gets in, what users may do, and how a password is replaced under load. */
import assert from "node:assert/strict";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import { assertUnharmed } from "../support/judge.ts";
import { topicFacts, withAdmin } from "../support/kafkaFacts.ts";
import { loadRoles, startLoad } from "../support/load.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
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
  const up = (change: SettingsInput) => platform.up(change, { onEvent: search.onEvent });
  const uids = async () => (await platform.pods.list("kafka")).map(({ metadata }) => metadata?.uid);

  before(async () => {
    platform = await PlatformUnderTest.open("scram", { ...STAGING, security: { mode: "scram" } });
    search = new SecretSearch(platform);
    await up(app({ generation: 1 }));
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

  it("R-USR-05 R-VAL-20 a user does what its roles say and nothing else", async () => {
    const mine = await platform.login(SECRET);
    const denied = (work: Parameters<typeof withAdmin>[1]) => assert.rejects(withAdmin(mine, work), /[Aa]uthoriz/);
    await denied((one) => one.createTopics({ topics: ["mine"], partitions: 1, replicas: 1 }));
    await denied((one) => one.deleteTopics({ topics: [TOPIC] }));
    assert.deepEqual(await listing(mine), [TOPIC], "topics of others are not even seen");
  });

  it("R-USR-11 a password is replaced under load: both open meanwhile, no send fails, no pod restarts", async () => {
    const before = await uids();
    const old = await platform.login(SECRET);
    const oldLoad = await startLoad({ ...old, topic: TOPIC });
    await oldLoad.more(300);
    await up(app({ generation: 2, keepPrevious: true }));
    await oldLoad.more(300);
    const next = await platform.login(SECRET);
    assert.deepEqual([old.sasl?.username, next.sasl?.username], ["app", "app.2"]);
    const nextLoad = await startLoad({ ...next, topic: TOPIC });
    await nextLoad.more(300);
    assertUnharmed(await oldLoad.stop(), 600, "while the next password opens beside it");
    await up(app({ generation: 2 }));
    await nextLoad.more(300);
    assertUnharmed(await nextLoad.stop(), 600, "while the former password is taken away");
    await assert.rejects(listing(old));
    assert.deepEqual(await uids(), before);
  });

  it("R-USR-02 no password is in manifests, state, events, logs, arguments or environments", async () => {
    await search.look();
    const { found, secrets } = search.report();
    assert.deepEqual(found, []);
    assert.ok(secrets.length >= 5, `looked for ${secrets.join(", ")}`);
  });
});
