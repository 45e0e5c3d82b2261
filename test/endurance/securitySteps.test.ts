/** A running stack on real pods goes from plaintext to TLS and logins, an `up` a step, with writes all along. */
import assert from "node:assert/strict";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import { handshake } from "../support/handshakes.ts";
import { assertUnharmed } from "../support/judge.ts";
import { topicFacts } from "../support/kafkaFacts.ts";
import { loadRoles, startLoad } from "../support/load.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
import { STAGING, selfMonitorTopics, TOPICS } from "../support/selfMonitor.ts";
import type { Client } from "../support/topicReader.ts";

const TOPIC = "user.events";
const FORMER = { client: { port: 9092 }, replication: { port: 9091 }, controller: { port: 9093 } };
const NEXT = { client: { port: 9192 }, replication: { port: 9191 }, controller: { port: 9193 } };
const BESIDE: SettingsInput = { security: { alongside: { mode: "scram-tls", listeners: NEXT } } };
const IN_USE: SettingsInput = {
  listeners: NEXT,
  security: { mode: "scram-tls", alongside: { mode: "plaintext", listeners: FORMER } },
};
const ALONE: SettingsInput = { listeners: NEXT, security: { mode: "scram-tls" } };

describe("a running stack goes from plaintext to TLS", function () {
  this.timeout(1_800_000);
  let platform: PlatformUnderTest;
  let former: Client;
  const uids = async () => {
    const pods = [...(await platform.pods.list("kafka")), ...(await platform.pods.list("kafka-controller"))];
    return pods.map(({ metadata }) => metadata?.uid);
  };
  const start = (client: Client) => startLoad({ ...client, topic: TOPIC, ratePerSecond: 60, maxSeconds: 1_500 });
  /** Connections to a port of one broker, by the command of the guide on security. */
  const connections = async (port: number) => {
    const hex = port.toString(16).toUpperCase();
    const count = `cat /proc/net/tcp /proc/net/tcp6 | grep -c ":${hex} [0-9A-F]*:[0-9A-F]* 01 "`;
    return Number((await platform.pods.exec("kafka-0", ["sh", "-c", count])).output);
  };
  /** Every pod was replaced. */
  const rolls = async (change: SettingsInput) => {
    const before = await uids();
    await platform.up(change);
    const after = await uids();
    assert.equal(after.length, before.length);
    assert.ok(!after.some((uid) => before.includes(uid)));
  };

  before(async () => {
    platform = await PlatformUnderTest.open("steps", {
      ...STAGING,
      users: { items: { app: { roles: loadRoles(TOPIC) } } },
    });
    await platform.up();
    former = platform.client;
  });
  after(() => platform.close());

  it("R-LSN-02 is refused at once, with the next step named, and touches nothing", async () => {
    const before = await uids();
    await assert.rejects(platform.up(ALONE), /security-in-one-step[^]*next set security.mode=plaintext/);
    assert.deepEqual(await uids(), before);
  });

  it("R-LSN-02 R-OPS-01 opens listeners with TLS and logins beside those in use, and goes over to them: clients without a login lose nothing", async () => {
    const load = await start(former);
    await load.more(300);
    await rolls(BESIDE);
    await load.more(300);
    assert.deepEqual(
      await topicFacts(await platform.login("kafka-admin", platform.stack.namespace), TOPICS),
      selfMonitorTopics(3),
    );
    await rolls(IN_USE);
    await load.more(300, 120);
    assert.ok((await connections(9092)) > 0, "the load is seen");
    assertUnharmed(await load.stop(), 900, "TLS and logins beside plaintext, then in use: clients in plaintext");
  });

  it("R-LSN-02 R-OPS-01 goes back and over again, and closes what was there before: clients that log in lose nothing", async () => {
    const load = await start(await platform.login("kafka-client-app"));
    await load.more(300);
    await rolls(BESIDE);
    await rolls(IN_USE);
    assert.equal(await connections(9092), 0, "nobody is left");
    await rolls(ALONE);
    await load.more(300, 120);
    assertUnharmed(
      await load.stop(),
      600,
      "back to plaintext, TLS in use again, plaintext closed: clients with TLS and logins",
    );
    await assert.rejects(start(former), "nobody listens there any more");
    for (const { status } of await platform.pods.list("kafka")) {
      for (const port of [9091, 9092]) {
        const { refused } = await handshake(status?.podIP ?? "", port, {});
        assert.match(refused ?? "", /ECONNREFUSED/);
      }
    }
  });
});
