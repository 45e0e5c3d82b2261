/** Other passwords for the nodes themselves on real pods under `scram`, a roll a step, with writes all along. */
import assert from "node:assert/strict";
import type { PlatformPasswords } from "../../kafka/access/platformLogins.ts";
import { assertUnharmed } from "../support/judge.ts";
import { topicFacts, untilInSync, withAdmin } from "../support/kafkaFacts.ts";
import { loadRoles, startLoad } from "../support/load.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
import { SecretSearch } from "../support/secretSearch.ts";
import { STAGING, selfMonitorTopics, TOPICS } from "../support/selfMonitor.ts";
import type { Client } from "../support/topicReader.ts";

const TOPIC = "user.events";
const USERS = { users: { items: { app: { roles: loadRoles(TOPIC) } } } };

describe("other passwords for the nodes", function () {
  this.timeout(1_800_000);
  let platform: PlatformUnderTest;
  let search: SecretSearch;
  const step = async (generation: number, rotation: PlatformPasswords["rotation"]) => {
    await search.up({ ...USERS, security: { mode: "scram", platformPasswords: { generation, rotation } } });
  };
  const admin = () => platform.login("kafka-admin", platform.stack.namespace);
  const listing = (client: Client) => withAdmin({ ...client, retries: 0 } as Client, (one) => one.listTopics());
  const pods = async () => [...(await platform.pods.list("kafka")), ...(await platform.pods.list("kafka-controller"))];
  const quorum = (pod: string, ...access: string[]) =>
    platform.pods.exec(pod, ["/opt/kafka/bin/kafka-metadata-quorum.sh", ...access, "describe", "--status"]);

  before(async () => {
    platform = await PlatformUnderTest.open("passwords", STAGING);
    search = new SecretSearch(platform);
    await step(1, "done");
  });
  after(() => platform.close());

  it("R-USR-11 are refused at once, with the next step named", async () => {
    await assert.rejects(step(2, "done"), /generation 2, trust/);
  });

  it("R-USR-11 R-OPS-01 take over by their steps, a roll each, under load: nothing is lost, and the first ones open nothing", async () => {
    const first = await admin();
    const before = (await pods()).map(({ metadata }) => metadata?.uid);
    // Three rolls of six nodes take a while, and a load has an end.
    const load = await startLoad({
      ...(await platform.login("kafka-client-app")),
      ...{ topic: TOPIC, ratePerSecond: 40, maxSeconds: 1_600 },
    });
    await load.more(300);
    await step(2, "trust");
    assert.equal((await admin()).sasl?.username, "kafka-admin");
    await step(2, "use");
    const next = await admin();
    assert.equal(next.sasl?.username, "kafka-admin.2");
    assert.ok((await listing(first)).includes(TOPIC), "the first ones open for as long as they are trusted");
    await step(2, "done");
    await load.more(300, 120);
    assertUnharmed(await load.stop(), 600, "other passwords for the nodes");
    await assert.rejects(listing(first));
    assert.deepEqual(await topicFacts(next, TOPICS), selfMonitorTopics(3));
    await untilInSync(next, TOPICS);
    const now = (await pods()).map(({ metadata }) => metadata?.uid);
    assert.equal(now.length, 6);
    assert.deepEqual(
      now.filter((uid) => before.includes(uid)),
      [],
      "every node was rolled",
    );
  });

  it("R-LSN-10 Kafka's own tools get in by the new ones, at brokers and at controllers", async () => {
    const config = (file: string) => ["--command-config", `/etc/kafka-platform/${file}`];
    const answers = [
      await quorum("kafka-0", "--bootstrap-server", "localhost:9092", ...config("admin.properties")),
      await quorum(
        "kafka-controller-0",
        ...["--bootstrap-controller", "localhost:9093", ...config("admin-controller.properties")],
      ),
    ];
    for (const { code, output } of answers) {
      assert.equal(code, 0, output);
      assert.match(output, /LeaderId: +\d+/);
    }
  });

  it("R-USR-02 none of them is in manifests, state, logs, arguments or environments", () => {
    const { found, secrets } = search.report();
    assert.deepEqual(found, []);
    assert.ok(secrets.length >= 7, `looked for ${secrets.join(", ")}`);
  });
});
