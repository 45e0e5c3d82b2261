/** From Kafka 3.9 to 4.x on real pods, with writes all along: the binaries first, and the metadata version after them. */
import assert from "node:assert/strict";
import { CancelledError } from "../../deploy/index.ts";
import { versionFacts } from "../../kafka/versions.ts";
import { mergeTrees } from "../../stacks/settings/merge.ts";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import { assertUnharmed } from "../support/judge.ts";
import { topicFacts, untilInSync } from "../support/kafkaFacts.ts";
import { kafkaTool } from "../support/kafkaTool.ts";
import { until } from "../support/kube.ts";
import { startLoad } from "../support/load.ts";
import { LOGIN_MODES, rightsOf } from "../support/loginModes.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
import { STAGING, selfMonitorTopics, TOPICS } from "../support/selfMonitor.ts";
import type { Client } from "../support/topicReader.ts";

const OLD = { kafka: { version: "3.9.2" } } as const;
const OLD_METADATA = "3.9-IV0";
const NEW = "4.3.1";
const BACK: SettingsInput = { kafka: { ...OLD.kafka, metadataVersion: OLD_METADATA } };
const BINARIES: SettingsInput = { kafka: { version: NEW, metadataVersion: OLD_METADATA } };

const TOPIC = "user.events";

for (const mode of LOGIN_MODES)
  describe(`Kafka 3.9 becomes 4.x: ${mode.title}`, function () {
    this.timeout(1_200_000);
    let platform: PlatformUnderTest;
    let admin: Client;
    let rights: string[];
    const start = async () => startLoad({ ...(await mode.app(platform)), topic: TOPIC });

    before(async () => {
      platform = await PlatformUnderTest.open("upgrade", mergeTrees(STAGING, mode.settings(TOPIC)));
      await platform.up(OLD);
      admin = await mode.admin(platform);
      await untilInSync(admin, TOPICS);
      rights = await rightsOf(platform, mode);
    });
    after(() => platform.close());

    const uids = async (app: string) => (await platform.pods.list(app)).map(({ metadata }) => metadata?.uid);
    const finalised = async () => {
      const features = await kafkaTool(platform, "kafka-features.sh", "describe");
      return /metadata\.version.*FinalizedVersionLevel: (\S+)/.exec(features)?.[1];
    };

    it("R-OPS-17 the release and the metadata version in one step are refused, and nothing is touched", async () => {
      const before = await uids("kafka");
      await assert.rejects(platform.up({ kafka: { version: NEW } }), /upgrade-in-one-step/);
      assert.deepEqual(await uids("kafka"), before);
      assert.equal(await finalised(), OLD_METADATA);
    });

    it("R-OPS-17 R-VAL-21 every node comes to run the new release, one at a time, with writes all along and nothing lost", async () => {
      const load = await start();
      await load.more(300);
      const before = [...(await uids("kafka-controller")), ...(await uids("kafka"))];
      await platform.up(BINARIES);
      const after = [...(await uids("kafka-controller")), ...(await uids("kafka"))];
      assert.equal(after.length, 6);
      assert.deepEqual(
        after.filter((uid) => before.includes(uid)),
        [],
        "every node was replaced",
      );
      await untilInSync(admin, TOPICS);
      await load.more(300);
      assertUnharmed(await load.stop(), 900, `upgrade from ${OLD.kafka.version} to ${NEW}${mode.suffix}`);
      for (const pod of await platform.pods.list("kafka")) {
        const image = pod.spec?.containers[0]?.image ?? "";
        assert.ok(image.endsWith(`:${NEW}`), image);
      }
      assert.match(
        await kafkaTool(platform, "kafka-topics.sh", "--version"),
        new RegExp(`^${NEW.replaceAll(".", "\\.")}`, "m"),
      );
      assert.equal(await finalised(), OLD_METADATA, "the way back is open");
      assert.deepEqual(await topicFacts(admin, TOPICS), selfMonitorTopics(3));
    });

    it("R-OPS-17 back to the old release while the metadata allows it, and forth again: nothing lost", async () => {
      const load = await start();
      await load.more(300);
      await platform.up(BACK);
      await untilInSync(admin, TOPICS);
      await platform.up(BINARIES);
      await untilInSync(admin, TOPICS);
      await load.more(300);
      assertUnharmed(await load.stop(), 900, `from ${NEW} back to ${OLD.kafka.version}, and up again${mode.suffix}`);
    });

    it("R-OPS-17 the metadata version is raised by an up of its own, which restarts nothing; cut short it leads on alone", async () => {
      const load = await start();
      await load.more(300);
      const before = await uids("kafka");
      const stop = new AbortController();
      const interrupted = assert.rejects(
        platform.up({ kafka: { version: NEW } }, { signal: stop.signal }),
        CancelledError,
      );
      await until("the metadata version is raised", 240, async () => {
        const { succeeded, log } = await platform.pods.jobLog("kafka-topics-init");
        return succeeded && log.includes("metadata.version");
      });
      stop.abort();
      await interrupted;
      // What was applied last still allows it; the cluster does not any more.
      await assert.rejects(
        platform.up(BACK),
        /finalised metadata version \S+, and the release .* reads none above 3\.9-IV0/,
      );
      await platform.up({ kafka: { version: NEW } });
      assert.deepEqual(await uids("kafka"), before);
      assert.equal(await finalised(), versionFacts(NEW)?.metadataVersion);
      await load.more(300);
      assertUnharmed(await load.stop(), 600, `metadata version raised to that of ${NEW}${mode.suffix}`);
      assert.equal((await platform.pods.jobLog("kafka-verify")).succeeded, true);
      assert.deepEqual(await rightsOf(platform, mode), rights, "rights and logins came along");
    });

    it("R-OPS-17 nothing leads back from there", async () => {
      await assert.rejects(platform.up(BACK), /kafka-downgraded/);
    });
  });
