/**
 * The way from ZooKeeper to KRaft on real pods, an `up` a phase, with records written and read all along: one cluster goes
 * there and back again, then all the way. With logins and TLS, certificates, passwords and rights have to come along.
 */
import assert from "node:assert/strict";
import { CancelledError, DataLossError, type UpOptions } from "../../deploy/index.ts";
import type { Phase } from "../../kafka/coordination.ts";
import { mergeTrees } from "../../stacks/settings/merge.ts";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import { assertUnharmed } from "../support/judge.ts";
import { topicFacts, untilInSync, withAdmin } from "../support/kafkaFacts.ts";
import { until } from "../support/kube.ts";
import { type Load, startLoad } from "../support/load.ts";
import { LOGIN_MODES, rightsOf } from "../support/loginModes.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
import { selfMonitorTopics, TOPICS } from "../support/selfMonitor.ts";
import type { Client } from "../support/topicReader.ts";

const small = (memory: string) => ({ requests: { cpu: "50m", memory }, limits: { memory } });
/** SelfMonitor's staging with one member and one controller: a machine of two cores holds three brokers beside them. */
const BASE: SettingsInput = {
  environment: "staging",
  deletionProtection: true,
  monitoring: { enabled: false },
  kafka: { version: "3.9.2" },
  zookeeper: { replicas: 1, heap: "96m", resources: small("288Mi"), storage: { data: "1Gi" } },
  controllers: { mode: "dedicated", replicas: 1, heap: "128m", resources: small("448Mi"), storage: { data: "1Gi" } },
};
const at = (phase: Phase): SettingsInput => ({ coordination: { mode: "zookeeper", phase } });
const DONE: SettingsInput = { coordination: { mode: "kraft" } };

const TOPIC = "user.events";
const HOUR = 3_600_000;

for (const mode of LOGIN_MODES)
  describe(`the way from ZooKeeper to KRaft, under load: ${mode.title}`, function () {
    this.timeout(HOUR);
    let platform: PlatformUnderTest;
    let load: Load;
    let admin: Client;

    before(async () => {
      platform = await PlatformUnderTest.open("migration", mergeTrees(BASE, mode.settings(TOPIC)));
      await platform.up(at("zookeeper"));
      admin = await mode.admin(platform);
    });
    after(() => platform.close());
    beforeEach(async () => {
      load = await startLoad({
        ...(await mode.app(platform)),
        topic: TOPIC,
        ratePerSecond: 60,
        maxSeconds: HOUR / 1000,
      });
      await load.more(200);
    });
    afterEach(() => load.stop());

    const go = async (settings: SettingsInput, options: UpOptions = {}): Promise<void> => {
      await platform.up(settings, options);
      await untilInSync(admin, TOPICS);
      await load.more(100, 120);
    };
    /** A step that takes away what is needed no more: the library asks first, as for whatever holds data. */
    const goForGood = async (settings: SettingsInput): Promise<void> => {
      await assert.rejects(platform.up(settings), DataLossError);
      await go(settings, { dataLoss: "allow" });
    };
    const uids = async (app: string) => (await platform.pods.list(app)).map(({ metadata }) => metadata?.uid);
    const makeTopic = (name: string) =>
      withAdmin(admin, (client) => client.createTopics({ topics: [name], partitions: 2, replicas: 3 }));

    it("R-CRD-31 a jump is refused before anything is touched", async () => {
      const before = await uids("kafka");
      await assert.rejects(platform.up(at("brokers-kraft")), /coordination-jump/);
      await assert.rejects(platform.up(DONE), /coordination-jump/);
      assert.deepEqual(await uids("kafka"), before);
      assert.deepEqual(await uids("kafka-controller"), []);
    });

    /** An `up` that is cut short as soon as the Job of its phase has said that. */
    const cutShort = async (phase: Phase, said: RegExp): Promise<void> => {
      const stop = new AbortController();
      const interrupted = assert.rejects(platform.up(at(phase), { signal: stop.signal }), CancelledError);
      await until(`the Job says ${said.source}`, 600, async () => {
        const { succeeded, log } = await platform.pods.jobLog("kafka-migration");
        return succeeded && said.test(log);
      });
      stop.abort();
      await interrupted;
    };

    it("R-CRD-31 R-PRG-15 an `up` that was cut short after the copy leads on, and not back to ZooKeeper alone", async () => {
      await go(at("controllers"));
      await cutShort("dual-write", /metadata is copied/);
      const before = await uids("kafka");
      for (const phase of ["controllers", "zookeeper"] as const) {
        await assert.rejects(
          platform.up(at(phase), { dataLoss: "allow" }),
          /a quorum of controllers leads the brokers/,
        );
      }
      assert.deepEqual(await uids("kafka"), before, "nothing was touched");
      assert.equal((await uids("kafka-controller")).length, 1);
      await go(at("dual-write"));
      assert.match((await platform.pods.jobLog("kafka-migration")).log, /metadata is copied/);
      assertUnharmed(
        await load.stop(),
        300,
        `\`up\` interrupted after the copy of the metadata, and run again${mode.suffix}`,
      );
    });

    it("R-CRD-33 the whole way to the point of no return, and back, one step in two runs: nothing lost, nothing twice", async () => {
      await makeTopic("made.in.dual-write");
      await go(at("brokers-kraft"));
      await makeTopic("made.on.kraft");
      await assert.rejects(platform.up(at("rollback")), /coordination-jump/);
      await go(at("dual-write"));
      await cutShort("rollback", /broker \d is the controller/);
      await makeTopic("made.after.half.a.return");
      await go(at("rollback"));
      assert.match((await platform.pods.jobLog("kafka-migration")).log, /broker \d is the controller/);
      await goForGood(at("zookeeper"));
      assert.deepEqual(await uids("kafka-controller"), []);
      await makeTopic("made.after.the.return");
      const names = ["in.dual-write", "on.kraft", "after.half.a.return", "after.the.return"];
      const made = await topicFacts(
        admin,
        names.map((name) => `made.${name}`),
      );
      assert.deepEqual(
        Object.values(made).map(({ partitions }) => partitions),
        names.map(() => 2),
        "what was made on the way is still there",
      );
      assertUnharmed(await load.stop(), 900, `migration from ZooKeeper rolled back${mode.suffix}`);
    });

    it("R-CRD-30 R-CRD-31 the whole way, ZooKeeper taken away: nothing lost, nothing twice", async () => {
      const rights = await rightsOf(platform, mode);
      await go(at("controllers"));
      await go(at("dual-write"));
      await go(at("brokers-kraft"));
      await go(at("kraft"));
      const before = await uids("kafka");
      await goForGood(DONE);
      assert.deepEqual(await uids("kafka"), before, "the last step rolls no broker");
      assert.deepEqual(await uids("zookeeper"), []);
      assert.deepEqual(await topicFacts(admin, TOPICS), selfMonitorTopics(3));
      assert.deepEqual(await rightsOf(platform, mode), rights, "rights and logins came along");
      await makeTopic("made.without.zookeeper");
      assert.equal((await platform.pods.jobLog("kafka-verify")).succeeded, true);
      assertUnharmed(await load.stop(), 900, `migration from ZooKeeper to KRaft${mode.suffix}`);
    });

    it("R-CRD-33 nothing leads back from there", async () => {
      await assert.rejects(platform.up(at("kraft")), /coordination-jump/);
      await assert.rejects(platform.up(at("rollback")), /coordination-jump/);
    });
  });
