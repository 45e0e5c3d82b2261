/** Nodes on real pods are restarted over certificates that were renewed since they began, with writes all along. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { assertUnharmed } from "../support/judge.ts";
import { isReady, until } from "../support/kube.ts";
import { loadRoles, startLoad } from "../support/load.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
import { renewCertificate } from "../support/renewCertificate.ts";
import { STAGING } from "../support/selfMonitor.ts";

const TOPIC = "user.events";

describe("restarts over renewed certificates", function () {
  this.timeout(1_800_000);
  let platform: PlatformUnderTest;

  before(async () => {
    platform = await PlatformUnderTest.open("renewals", {
      ...STAGING,
      security: { mode: "scram-tls" },
      users: { items: { app: { roles: loadRoles(TOPIC) } } },
    });
    await platform.up();
  });
  after(() => platform.close());

  it("R-TLS-03 R-OPS-01 the CronJob restarts every node with an older certificate under load, one at a time, and none twice", async () => {
    const all = ["kafka-0", "kafka-1", "kafka-2", "kafka-controller-0", "kafka-controller-1", "kafka-controller-2"];
    const pods = async () => [
      ...(await platform.pods.list("kafka")),
      ...(await platform.pods.list("kafka-controller")),
    ];
    const certificate = async (name: string) => {
      const { namespace } = platform.stack;
      return (await platform.pods.core.readNamespacedSecret({ name, namespace })).data?.["tls.crt"];
    };
    const uids = async () => (await pods()).map(({ metadata }) => metadata?.uid);
    const restarts = async () => {
      const pod = await platform.pods.podOfCronJob("kafka-renewals");
      for (const { command } of pod.containers) command?.push("--grace", "0s", "--settle", "0s");
      const run = await platform.runPod("renewals", pod, platform.stack.namespace, 600);
      assert.ok(run.succeeded, run.log);
      return run.log;
    };
    const away = new Set<string>();
    let watching = true;
    const watch = async () => {
      while (watching) {
        const ready = (await pods()).filter(isReady).map(({ metadata }) => metadata?.name);
        away.add(all.filter((name) => !ready.includes(name)).join(" and "));
        await sleep(250);
      }
    };
    for (const name of ["kafka-certificate", "kafka-controller-certificate"]) {
      const former = await certificate(name);
      await renewCertificate(platform.stack, name);
      await until(`${name} is renewed`, 120, async () => (await certificate(name)) !== former);
    }
    const before = await uids();
    const load = await startLoad({ ...(await platform.login("kafka-client-app")), topic: TOPIC });
    await load.more(300);
    const watcher = watch();
    const log = await restarts().finally(() => {
      watching = false;
    });
    await watcher;
    await load.more(300);
    assertUnharmed(await load.stop(), 600, "restarts over renewed certificates");
    const after = await uids();
    assert.deepEqual([...log.matchAll(/^~ restart (\S+)/gm)].map(([, name]) => name).sort(), all);
    assert.equal(after.filter((uid) => before.includes(uid)).length, 0, "every node was replaced");
    assert.deepEqual([...away].sort(), ["", ...all], "one at a time");
    assert.match(await restarts(), /^nothing to restart: all 6 have their newest certificate$/m);
    assert.deepEqual(await uids(), after);
  });
});
